-- What the ledger keeps of a holder: `party:…`, `account:…` or `pool:…`. `version` counts writes.
-- A null `monthly_vcpu_seconds` is counted without a limit.
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

-- What is set aside for a job. The sweep looks for pending ones that are due.
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

-- That an operation was carried out, and what came of it.
CREATE TABLE ledger_receipts (
  key TEXT PRIMARY KEY,
  chosen TEXT NOT NULL,
  vcpu_seconds INTEGER NOT NULL,
  fan_out INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What went from one book to another. All balances follow from these rows; `davylamp doctor` checks.
CREATE TABLE ledger_transfers (
  sequence INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  step INTEGER NOT NULL,
  kind TEXT NOT NULL,
  from_holder TEXT NOT NULL,
  from_book TEXT NOT NULL,
  to_holder TEXT NOT NULL,
  to_book TEXT NOT NULL,
  vcpu_seconds INTEGER NOT NULL CHECK (vcpu_seconds > 0),
  at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER ledger_transfers_refuse_update BEFORE UPDATE ON ledger_transfers BEGIN
  SELECT raise(ABORT, 'transfers are append-only');
END;

CREATE TRIGGER ledger_transfers_refuse_delete BEFORE DELETE ON ledger_transfers BEGIN
  SELECT raise(ABORT, 'transfers are append-only');
END;
