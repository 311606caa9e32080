CREATE TABLE account_hours (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  hour INTEGER NOT NULL,
  jobs INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  PRIMARY KEY (provider, account, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
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

CREATE INDEX decisions_by_action ON decisions (action);

CREATE INDEX decisions_by_party ON decisions (party) WHERE party IS NOT NULL;

CREATE TRIGGER decisions_refuse_delete BEFORE DELETE ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;

CREATE TRIGGER decisions_refuse_update BEFORE UPDATE OF
  sequence, event, id, checkpoint, provider, account, job, party, action, mode, at, body
ON decisions BEGIN
  SELECT raise(ABORT, 'decisions are append-only');
END;

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

CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events BEGIN
  SELECT raise(ABORT, 'events are append-only');
END;

CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events BEGIN
  SELECT raise(ABORT, 'events are append-only');
END;

CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at INTEGER NOT NULL DEFAULT (unixepoch() * 1000)
) STRICT;

CREATE TABLE policies (
  revision TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
