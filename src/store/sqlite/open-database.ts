/**
 * The data directory: `davylamp.db` with its `-wal` and `-shm`, and `davylamp.lock`, an empty
 * SQLite file on which the process that has the store open holds an exclusive lock. The kernel lets
 * go of it when the process dies, however it dies, so a lock is never stale.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storeBusyMsMax, storeIndexLagMax } from '../../base/limits.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { StoreProblem } from '../store-problem.ts';
import { EventLog } from './event-log.ts';
import { createLedgerTables, type LedgerTables } from './ledger-tables.ts';
import { createLinkTables, type LinkTables } from './link-tables.ts';
import { checkMigrated, isOurs, migrate, readMigrations } from './migrate.ts';
import { codeOf, isSqliteError } from './sqlite-error.ts';

/**
 * Rows of 1.2 and 1.7 KB are added at the end and indexes written in order, so that larger pages
 * cost fewer calls, and each commit writes a page that is not full again. In batches of 16, as
 * under load, a decision with links and ledger takes 92, 84 and 86 microseconds of processor time
 * with pages of 4, 8 and 16 KiB, and writes 12.5, 13.3 and 16.8 KB; in batches of one, without
 * either, 22, 30 and 46 KB.
 */
const PAGE_SIZE = 'PRAGMA page_size = 8192';

/**
 * Full fsync: a commit returns when the write-ahead log is on stable storage, also on macOS, where
 * only `fullfsync` empties the drive's own cache. (Batches of decisions are synced apart, see
 * `sync-cells.ts`.) A checkpoint runs inside some commit, so it is a short one, every 8 MiB (1,000
 * pages): 22,700 decisions a second, and 21,950 with one every 4 MiB (means of eight runs in
 * turns). With one every 16 or 32 MiB they are no more, and the 99th percentile doubles.
 */
const SETTINGS = `
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA wal_autocheckpoint = 1000;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -65536;
  PRAGMA temp_store = MEMORY;
  PRAGMA trusted_schema = OFF;
`;

const DATABASE_FILE = 'davylamp.db';

/** The write-ahead log, which is there while the database is open. */
export function walPath(directory: string): string {
  return join(directory, `${DATABASE_FILE}-wal`);
}

export interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly log: EventLog;
  readonly ledger: LedgerTables;
  readonly links: LinkTables;
  /** False when the file has been moved, removed or replaced: what is written to it is lost. */
  isInPlace(): boolean;
  close(): void;
}

export interface OpenOptions {
  readonly busyMsMax?: number;
  /** Whether a database of an older version is brought up to date, or refused. */
  readonly mayMigrate?: boolean;
}

export function openDatabase(
  directory: string,
  { busyMsMax = storeBusyMsMax, mayMigrate = true }: OpenOptions = {},
): Result<OpenDatabase, StoreProblem> {
  const opened: { close(): void }[] = [];
  const close = (): void => {
    for (const database of opened.splice(0).reverse()) database.close();
  };
  try {
    makeDirectory(directory);
    opened.push(takeLock(directory));
    const database = openFile(directory, busyMsMax);
    opened.push(database);
    const bringUp = mayMigrate ? migrate : checkMigrated;
    const migrated = bringUp(database, readMigrations());
    if (!migrated.ok) {
      close();
      return migrated;
    }
    const ledger = createLedgerTables(database);
    const log = new EventLog(database, storeIndexLagMax, ledger.behind);
    const links = createLinkTables(database);
    const file = join(directory, DATABASE_FILE);
    const inode = inodeOf(file);
    const isInPlace = (): boolean => inodeOf(file) === inode;
    return ok({ database, log, ledger, links, isInPlace, close });
  } catch (error) {
    close();
    return fail(problemOf(directory, error));
  }
}

/** Null when it cannot be told. */
function inodeOf(file: string): bigint | null {
  try {
    return statSync(file, { bigint: true }).ino;
  } catch {
    return null;
  }
}

/** Makes the directory for this user alone, and makes sure that it survives a loss of power. */
function makeDirectory(directory: string): void {
  const first = mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const above = dirname(resolve(first));
  for (let made = resolve(directory); made !== above; made = dirname(made)) syncDirectory(made);
  syncDirectory(above);
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function takeLock(directory: string): DatabaseSync {
  const lock = new DatabaseSync(join(directory, 'davylamp.lock'), { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

function openFile(directory: string, busyMsMax: number): DatabaseSync {
  const file = join(directory, DATABASE_FILE);
  const database = new DatabaseSync(file, {
    timeout: busyMsMax,
    defensive: true,
    // A decision's event comes out of the index; checking it again costs a look into the table.
    enableForeignKeyConstraints: false,
  });
  try {
    // Before anything is written: the mode of the journal stays in the file.
    if (!isOurs(database)) throw new Error('davylamp.db is a database of another program');
    database.exec(PAGE_SIZE);
    const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
    if (mode !== 'wal') throw new Error('the file system does not allow a write-ahead log');
    database.exec(SETTINGS);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Everything that can go wrong here comes from the directory, so every error is expected. */
function problemOf(directory: string, error: unknown): StoreProblem {
  if (isSqliteError(error) && codeOf(error) === 'busy') {
    return { code: 'locked', message: `another process has ${directory} open` };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'unusable', message: `${directory}: ${reason}` };
}
