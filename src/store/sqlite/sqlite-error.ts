import type { StoreError } from '../store-error.ts';

/** What `node:sqlite` throws when SQLite refuses. Anything else that is thrown is a bug of ours. */
export interface SqliteError extends Error {
  /** SQLite's extended result code; the lowest byte is the primary one. */
  readonly errcode: number;
}

const SQLITE_BUSY = 5;

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}

/** Busy: another connection held the database for longer than we wait. */
export function codeOf(error: SqliteError): Exclude<StoreError['code'], 'closed'> {
  return (error.errcode & 0xff) === SQLITE_BUSY ? 'busy' : 'failed';
}
