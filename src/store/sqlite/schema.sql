CREATE TABLE accounts (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  first_seen_at INTEGER,
  last_decision INTEGER,
  hours TEXT NOT NULL,
  PRIMARY KEY (provider, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE checks (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  count INTEGER NOT NULL
) STRICT;

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
, previous_of_party INTEGER, scan INTEGER REFERENCES scans (sequence), fact_names INTEGER REFERENCES fact_names (sequence)) STRICT;

CREATE INDEX decisions_by_action ON decisions (action) WHERE action <> 'allow';

CREATE TRIGGER decisions_refuse_delete BEFORE DELETE ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;

CREATE TRIGGER decisions_refuse_update BEFORE UPDATE OF
  sequence, event, previous, previous_of_party, provider, account, party, action, hour, jobs,
  refused, scan, fact_names, body
ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;

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

CREATE TABLE event_key_pages (
  page INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE event_key_runs (
  run INTEGER PRIMARY KEY,
  level INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  directory BLOB NOT NULL,
  filter TEXT NOT NULL
) STRICT;

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
, definition INTEGER REFERENCES definitions (sequence)) STRICT;

CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events BEGIN
  SELECT raise(ABORT, 'events are append-only');
END;

CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events BEGIN
  SELECT raise(ABORT, 'events are append-only');
END;

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

CREATE TABLE folded (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  event INTEGER NOT NULL,
  decision INTEGER NOT NULL
, operation INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE ledger_books (
  holder TEXT PRIMARY KEY,
  free INTEGER NOT NULL,
  reserved INTEGER NOT NULL CHECK (reserved >= 0),
  used INTEGER NOT NULL CHECK (used >= 0),
  jobs_under_way INTEGER NOT NULL CHECK (jobs_under_way >= 0),
  short_jobs INTEGER NOT NULL CHECK (short_jobs >= 0),
  month INTEGER NOT NULL,
  since INTEGER NOT NULL,
  monthly_vcpu_seconds INTEGER,
  first_day_vcpu_seconds INTEGER NOT NULL,
  first_day_used_before INTEGER NOT NULL,
  given INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  noticed_percent INTEGER NOT NULL,
  merged_into TEXT,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_journal (
  sequence INTEGER PRIMARY KEY,
  changes TEXT NOT NULL
) STRICT;

CREATE TABLE ledger_operations (
  sequence INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  chosen BLOB NOT NULL,
  vcpu_seconds INTEGER NOT NULL,
  fan_out INTEGER NOT NULL,
  at INTEGER,
  transfers TEXT NOT NULL
) STRICT;

CREATE TRIGGER ledger_operations_refuse_delete BEFORE DELETE ON ledger_operations BEGIN
  SELECT raise(ABORT, 'operations are append-only');
END;

CREATE TRIGGER ledger_operations_refuse_update BEFORE UPDATE ON ledger_operations BEGIN
  SELECT raise(ABORT, 'operations are append-only');
END;

CREATE TABLE ledger_reservations (
  key TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  state TEXT NOT NULL,
  vcpu_seconds INTEGER NOT NULL,
  is_short INTEGER NOT NULL,
  used_vcpu_seconds INTEGER NOT NULL,
  timeout_seconds INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_reservations_pending ON ledger_reservations (expires_at)
WHERE state = 'pending';

CREATE VIEW ledger_transfers AS
SELECT operation.sequence AS operation, operation.key, moved.key AS step,
  moved.value ->> 0 AS kind, moved.value ->> 1 AS from_holder, moved.value ->> 2 AS from_book,
  ifnull(moved.value ->> 3, moved.value ->> 1) AS to_holder, moved.value ->> 4 AS to_book, moved.value ->> 5 AS vcpu_seconds,
  operation.at
FROM ledger_operations AS operation, json_each(transfers) AS moved;

CREATE TABLE link_accounts (
  number INTEGER PRIMARY KEY,
  ref TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  signed_up_at INTEGER,
  vouched INTEGER NOT NULL
, starts TEXT) STRICT;

CREATE TABLE link_identifiers (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  display TEXT NOT NULL,
  last_shown_at INTEGER NOT NULL
) STRICT;

CREATE TABLE link_showings (
  account INTEGER NOT NULL,
  identifier INTEGER NOT NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  PRIMARY KEY (account, identifier)
) STRICT, WITHOUT ROWID;

CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at INTEGER NOT NULL DEFAULT (unixepoch() * 1000)
) STRICT;

CREATE TABLE operation_key_pages (
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

CREATE TABLE parties (
  party TEXT PRIMARY KEY,
  last_decision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE policies (
  revision TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_jobs (
  pool TEXT NOT NULL,
  key TEXT NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (pool, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_parties (
  pool TEXT NOT NULL,
  party TEXT NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (pool, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_pools (
  pool TEXT PRIMARY KEY,
  row TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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
