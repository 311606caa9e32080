-- The report of a scan is kept once, not with each decision that rests on it: most are the same as
-- one before. A decision from before this has its report in its body.
CREATE TABLE scans (
  sequence INTEGER PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

CREATE TRIGGER scans_refuse_delete BEFORE DELETE ON scans BEGIN
  SELECT raise(ABORT, 'scans are append-only');
END;

CREATE TRIGGER scans_refuse_update BEFORE UPDATE ON scans BEGIN
  SELECT raise(ABORT, 'scans are append-only');
END;

ALTER TABLE decisions ADD COLUMN scan INTEGER REFERENCES scans (sequence);

DROP TRIGGER decisions_refuse_update;

CREATE TRIGGER decisions_refuse_update BEFORE UPDATE OF
  sequence, event, previous, previous_of_party, provider, account, party, action, hour, jobs,
  refused, scan, body
ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;
