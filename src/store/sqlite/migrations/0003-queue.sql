-- The queues of all pools: rows as the engine has them, in JSON. They are read once, when the
-- server starts, and never asked for by what is in them.
CREATE TABLE queue_pools (
  pool TEXT PRIMARY KEY,
  row TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_parties (
  pool TEXT NOT NULL,
  party TEXT NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (pool, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_jobs (
  pool TEXT NOT NULL,
  key TEXT NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (pool, key)
) STRICT, WITHOUT ROWID;
