/**
 * Migrations are plain SQL files with consecutive numbers. Each is applied in one transaction
 * together with its row in `migrations`, so that a database is always at one whole number. There is
 * no way back: a database that is newer than this program is refused and left as it is.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { assert } from '../../base/assert.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { StoreProblem } from '../store-problem.ts';
import { transaction } from './transaction.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** `lamp` in ASCII: tells our databases from those of other programs. */
const APPLICATION_ID = 0x6c61_6d70;

const MIGRATIONS_TABLE = `CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at INTEGER NOT NULL DEFAULT (unixepoch() * 1000)
) STRICT`;

export function readMigrations(): readonly Migration[] {
  const directory = join(import.meta.dirname, 'migrations');
  return readdirSync(directory)
    .sort()
    .map((file, i) => {
      const match = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file);
      assert(match !== null, `${file} is not the name of a migration`);
      const [, number = '', name = ''] = match;
      assert(Number(number) === i + 1, `${file} does not follow the migration before it`);
      return { number: i + 1, name, sql: readFileSync(join(directory, file), 'utf8') };
    });
}

/** Brings a database that is ours up to the last of `migrations`. */
export function migrate(
  database: DatabaseSync,
  migrations: readonly Migration[],
): Result<void, StoreProblem> {
  const applied = appliedMigrations(database);
  if (applied > migrations.length) return fail(problemOf(applied, migrations));
  for (const { number, name, sql } of migrations.slice(applied)) {
    transaction(database, () => {
      database.exec(sql);
      database.prepare('INSERT INTO migrations (number, name) VALUES (?, ?)').run(number, name);
    });
  }
  return ok(undefined);
}

/** For who must not change a database: refuses one that is not at the last of `migrations`. */
export function checkMigrated(
  database: DatabaseSync,
  migrations: readonly Migration[],
): Result<void, StoreProblem> {
  const applied = isEmpty(database) ? 0 : lastMigration(database);
  if (applied !== migrations.length) return fail(problemOf(applied, migrations));
  return ok(undefined);
}

function problemOf(applied: number, migrations: readonly Migration[]): StoreProblem {
  const known = migrations.length;
  const message = `the database is at migration ${applied}, this Davylamp at ${known}`;
  if (applied > known) {
    return { code: 'newer', message: `${message}: run the one that wrote it, or a newer one` };
  }
  const advice = 'start the server on it, which brings it up to date, or on a copy';
  return { code: 'older', message: `${message}: ${advice}` };
}

/** Whether a database is ours or still empty, so that it may be written to. */
export function isOurs(database: DatabaseSync): boolean {
  return numberOf(database, 'PRAGMA application_id') === APPLICATION_ID || isEmpty(database);
}

function isEmpty(database: DatabaseSync): boolean {
  return numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
}

/** Of a database that is ours. */
function lastMigration(database: DatabaseSync): number {
  return numberOf(database, 'SELECT ifnull(max(number), 0) FROM migrations');
}

/** How many migrations a database has seen. An empty one is made ours first. */
function appliedMigrations(database: DatabaseSync): number {
  if (!isEmpty(database)) return lastMigration(database);
  transaction(database, () => {
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; ${MIGRATIONS_TABLE}`);
  });
  return 0;
}

function numberOf(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
}
