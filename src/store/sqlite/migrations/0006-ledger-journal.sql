-- Books, reservations and receipts have keys in no order: each row that is written at once dirties
-- a page of its own. They are written behind this journal, in which a transaction puts all that it
-- changed in one row: the rows of `ledger_books`, `ledger_reservations` and `ledger_receipts` in
-- their new form, as JSON. What is written there is dropped here.
CREATE TABLE ledger_journal (
  sequence INTEGER PRIMARY KEY,
  changes TEXT NOT NULL
) STRICT;
