-- What is found by a key that comes in no order, an event or an operation on the ledger, is found
-- through packed runs of keys (`key-index.ts`) instead of a row for each: once there were a million,
-- each row was written with a page of its own. They follow from the logs, and the next start builds
-- them.
DROP TABLE event_keys;

DELETE FROM folded;

ALTER TABLE folded ADD COLUMN operation INTEGER NOT NULL DEFAULT 0;

CREATE TABLE event_key_runs (
  run INTEGER PRIMARY KEY,
  level INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  directory BLOB NOT NULL,
  filter TEXT NOT NULL
) STRICT;

CREATE TABLE event_key_pages (
  page INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE operation_key_runs (
  run INTEGER PRIMARY KEY,
  level INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  directory BLOB NOT NULL,
  filter TEXT NOT NULL
) STRICT;

CREATE TABLE operation_key_pages (
  page INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

-- An operation on the ledger with all that it moved: one row where there were four. Nearly always
-- it moves from one book of a holder to another, and then the second holder is null.
CREATE TABLE ledger_operations (
  sequence INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  chosen BLOB NOT NULL,
  vcpu_seconds INTEGER NOT NULL,
  fan_out INTEGER NOT NULL,
  at INTEGER,
  transfers TEXT NOT NULL
) STRICT;

-- Receipts that stand in the journal may stand in their table already.
INSERT OR IGNORE INTO ledger_receipts (key, chosen, vcpu_seconds, fan_out)
SELECT value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3
FROM ledger_journal, json_each(changes, '$[2]');

INSERT INTO ledger_operations (key, chosen, vcpu_seconds, fan_out, at, transfers)
SELECT key, chosen, vcpu_seconds, fan_out, at, ifnull(moved, '[]')
FROM ledger_receipts LEFT JOIN (
  SELECT key, min(sequence) AS first, min(at) AS at, json_group_array(
    json_array(
      kind, from_holder, from_book, nullif(to_holder, from_holder), to_book, vcpu_seconds
    ) ORDER BY step
  ) AS moved
  FROM ledger_transfers GROUP BY key
) USING (key)
ORDER BY first;

UPDATE ledger_journal SET changes = json_remove(changes, '$[2]');

DROP TABLE ledger_transfers;

DROP TABLE ledger_receipts;

-- What was moved, a row each, as it was a table before.
CREATE VIEW ledger_transfers AS
SELECT operation.sequence AS operation, operation.key, moved.key AS step,
  moved.value ->> 0 AS kind, moved.value ->> 1 AS from_holder, moved.value ->> 2 AS from_book,
  ifnull(moved.value ->> 3, moved.value ->> 1) AS to_holder, moved.value ->> 4 AS to_book, moved.value ->> 5 AS vcpu_seconds,
  operation.at
FROM ledger_operations AS operation, json_each(transfers) AS moved;

CREATE TRIGGER ledger_operations_refuse_delete BEFORE DELETE ON ledger_operations BEGIN
  SELECT raise(ABORT, 'operations are append-only');
END;

CREATE TRIGGER ledger_operations_refuse_update BEFORE UPDATE ON ledger_operations BEGIN
  SELECT raise(ABORT, 'operations are append-only');
END;
