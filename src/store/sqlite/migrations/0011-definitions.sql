-- What a job's definition says is kept once, not with each event that has it: most are the same as
-- one before. An event from before this has it in its body.
CREATE TABLE definitions (
  sequence INTEGER PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

CREATE TRIGGER definitions_refuse_delete BEFORE DELETE ON definitions BEGIN
  SELECT raise(ABORT, 'definitions are append-only');
END;

CREATE TRIGGER definitions_refuse_update BEFORE UPDATE ON definitions BEGIN
  SELECT raise(ABORT, 'definitions are append-only');
END;

ALTER TABLE events ADD COLUMN definition INTEGER REFERENCES definitions (sequence);
