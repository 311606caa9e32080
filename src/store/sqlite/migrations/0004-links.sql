-- What the linker knows: who was seen when, and who showed what. Bonds and parties follow from it
-- and are not stored. Numbers are the linker's own, from 1 without gaps. No value stands here, only
-- its keyed hash and a masked form; the key of the hash is in a file of its own. There is no index
-- beside the order of numbers: the linker reads all of it when it starts, and never again.
CREATE TABLE link_accounts (
  number INTEGER PRIMARY KEY,
  ref TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  signed_up_at INTEGER,
  vouched INTEGER NOT NULL
) STRICT;

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
