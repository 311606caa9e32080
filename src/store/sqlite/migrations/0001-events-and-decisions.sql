-- What was asked. Append-only: the record that decisions rest on never changes. `key` stands for
-- (source, id): 128 bits of their SHA-256, the same that the id of the decision on the event has in
-- hexadecimal. Events and decisions have no index in another order than their own, but for rare
-- rows: an index in no order costs a page of log, about 12 microseconds, for every row.
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  key BLOB NOT NULL,
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
-- and `previous` the decision on the same account before, so that a page of an account needs no
-- index. `jobs` and `refused` are what the decision has added to the account's counters of `hour`.
CREATE TABLE decisions (
  sequence INTEGER PRIMARY KEY,
  event INTEGER NOT NULL REFERENCES events (sequence),
  previous INTEGER,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  party TEXT,
  action TEXT NOT NULL,
  hour INTEGER NOT NULL,
  jobs INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  answered TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE INDEX decisions_by_party ON decisions (party) WHERE party IS NOT NULL;
CREATE INDEX decisions_by_action ON decisions (action) WHERE action <> 'allow';

-- Only `answered` may change: it is known for certain after the decision was recorded.
CREATE TRIGGER decisions_refuse_update BEFORE UPDATE OF
  sequence, event, previous, provider, account, party, action, hour, jobs, refused, body
ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;

CREATE TRIGGER decisions_refuse_delete BEFORE DELETE ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;

-- Two indexes that follow from the tables above and are written behind them; `folded` says how far
-- they are complete. Emptying all three makes the next start write them anew.
CREATE TABLE event_keys (
  key BLOB PRIMARY KEY,
  event INTEGER NOT NULL,
  decision INTEGER
) STRICT, WITHOUT ROWID;

-- `hours` is a JSON array: clock hour (milliseconds since 1970 divided by 3,600,000), jobs,
-- refused, and again.
CREATE TABLE accounts (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  first_seen_at INTEGER,
  last_decision INTEGER,
  hours TEXT NOT NULL,
  PRIMARY KEY (provider, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE folded (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  event INTEGER NOT NULL,
  decision INTEGER NOT NULL
) STRICT;

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
