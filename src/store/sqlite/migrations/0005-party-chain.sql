-- Parties come in no order, so an index over them dirtied a page of its own with every decision: it
-- doubled what a decision costs. Each decision names the one before on its party instead, as it
-- does for its account, and the last one stands in a table that is written behind the log.
DROP INDEX decisions_by_party;
DROP TRIGGER decisions_refuse_update;

ALTER TABLE decisions ADD COLUMN previous_of_party INTEGER;

UPDATE decisions SET previous_of_party = chain.before
FROM (
  SELECT sequence, lag(sequence) OVER (PARTITION BY party ORDER BY sequence) AS before
  FROM decisions WHERE party IS NOT NULL
) AS chain
WHERE chain.sequence = decisions.sequence AND chain.before IS NOT NULL;

CREATE TABLE parties (
  party TEXT PRIMARY KEY,
  last_decision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO parties (party, last_decision)
SELECT party, max(sequence) FROM decisions WHERE party IS NOT NULL GROUP BY party;

-- Only `answered` may change: it is known for certain after the decision was recorded.
CREATE TRIGGER decisions_refuse_update BEFORE UPDATE OF
  sequence, event, previous, previous_of_party, provider, account, party, action, hour, jobs,
  refused, body
ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;
