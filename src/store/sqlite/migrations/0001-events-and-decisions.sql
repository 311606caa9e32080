-- What was asked. Append-only: the record that decisions rest on never changes. `key` stands for
-- (source, id): 128 bits of their SHA-256, the same that the id of the decision on the event has in
-- hexadecimal. One index of 16 bytes a row then serves events, duplicates and decisions. An index in
-- no order costs a page of log, about 10 microseconds, for every row that is added.
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  job TEXT,
  time INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  body_hash TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events BEGIN
  SELECT raise(ABORT, 'events are append-only');
END;

CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events BEGIN
  SELECT raise(ABORT, 'events are append-only');
END;

-- What was answered: one decision an event. `sequence` is the order in which they were recorded,
-- and every index ends in it (it is the row id), so that a page is a walk down an index.
CREATE TABLE decisions (
  sequence INTEGER PRIMARY KEY,
  event INTEGER NOT NULL UNIQUE REFERENCES events (sequence),
  id TEXT NOT NULL,
  checkpoint TEXT NOT NULL,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  job TEXT,
  party TEXT,
  action TEXT NOT NULL,
  mode TEXT NOT NULL,
  answered TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE INDEX decisions_by_account ON decisions (account);
CREATE INDEX decisions_by_party ON decisions (party) WHERE party IS NOT NULL;
CREATE INDEX decisions_by_action ON decisions (action);

-- Only `answered` may change: it is known for certain after the decision was recorded.
CREATE TRIGGER decisions_refuse_update BEFORE UPDATE OF
  sequence, event, id, checkpoint, provider, account, job, party, action, mode, at, body
ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;

CREATE TRIGGER decisions_refuse_delete BEFORE DELETE ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;

CREATE TABLE accounts (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  PRIMARY KEY (provider, account)
) STRICT, WITHOUT ROWID;

-- Counters by clock hour (milliseconds since 1970 divided by 3,600,000).
CREATE TABLE account_hours (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  hour INTEGER NOT NULL,
  jobs INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  PRIMARY KEY (provider, account, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE policies (
  revision TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `scopes` is a JSON array. The secret itself is not stored.
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row that `check()` writes to learn whether writing works.
CREATE TABLE checks (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  count INTEGER NOT NULL
) STRICT;
