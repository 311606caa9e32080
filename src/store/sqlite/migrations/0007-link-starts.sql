-- What is kept of when an account's jobs started: up to six times, with spaces between.
ALTER TABLE link_accounts ADD COLUMN starts TEXT;
