-- The names of a decision's facts are kept once, and its body has the values in their order: most
-- decisions have the same ones. A decision from before this has both in its body.
CREATE TABLE fact_names (
  sequence INTEGER PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

CREATE TRIGGER fact_names_refuse_delete BEFORE DELETE ON fact_names BEGIN
  SELECT raise(ABORT, 'fact names are append-only');
END;

CREATE TRIGGER fact_names_refuse_update BEFORE UPDATE ON fact_names BEGIN
  SELECT raise(ABORT, 'fact names are append-only');
END;

ALTER TABLE decisions ADD COLUMN fact_names INTEGER REFERENCES fact_names (sequence);

DROP TRIGGER decisions_refuse_update;

CREATE TRIGGER decisions_refuse_update BEFORE UPDATE OF
  sequence, event, previous, previous_of_party, provider, account, party, action, hour, jobs,
  refused, scan, fact_names, body
ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;
