/** Is the database whole? Reads all of it, so it is for `davylamp doctor`, not for a server. */
import type { DatabaseSync } from 'node:sqlite';
import { AssertionError } from '../../base/assert.ts';
import { doctorFindingsMax } from '../../base/limits.ts';
import type { Value } from '../rows.ts';
import type { OpenDatabase } from './open-database.ts';
import { prepareWalk } from './prepare-rows.ts';

/** What must hold beside references, each as a query for the rows that break it. */
const BROKEN: Readonly<Record<string, string>> = {
  'event with two decisions': `
    SELECT event FROM decisions GROUP BY event HAVING count(*) > 1`,
  'two events of one key': `
    SELECT min(sequence) FROM events GROUP BY key HAVING count(*) > 1`,
  'reservation that no operation or end made': `
    SELECT key FROM ledger_reservations WHERE state IN ('pending', 'expired', 'voided')
      AND key NOT IN (SELECT key FROM ledger_operations)
      -- A job that does not say how long it may run holds for all its runs, each an operation.
      AND timeout_seconds > 0`,
  'operation that was carried out twice': `
    SELECT max(sequence) FROM ledger_operations GROUP BY key HAVING count(*) > 1`,
};

/**
 * Sentences on what is broken, at most `doctorFindingsMax` of a kind; none when all is well. One
 * check that meets what it cannot read past says so, behind what it has found until then.
 */
export function checkDatabase({ database, log, ledger }: OpenDatabase): readonly string[] {
  return [
    ...found('SQLite', () => damaged(database)),
    ...found('references', () => dangling(database)),
    ...Object.entries(BROKEN).flatMap(([what, sql]) =>
      found(what, () => broken(database, what, sql)),
    ),
    ...found('keys of events', () =>
      lost(
        database,
        'event',
        'SELECT sequence, lower(hex(key)) FROM events',
        (key) => log.event(key)?.event,
      ),
    ),
    ...found('keys of decisions', () =>
      lost(
        database,
        'decision',
        `SELECT decisions.sequence, lower(hex(key)) FROM decisions
         JOIN events ON events.sequence = event`,
        (key) => log.event(key)?.decision,
      ),
    ),
    ...found('keys of operations', () =>
      lost(database, 'operation', 'SELECT sequence, key FROM ledger_operations', (key) =>
        ledger.operation(key),
      ),
    ),
  ];
}

/** Damage may end any check in the middle, SQLite's own too. */
function found(what: string, check: () => Iterable<string>): readonly string[] {
  const problems: string[] = [];
  try {
    for (const problem of check()) problems.push(problem);
  } catch (error) {
    problems.push(`${what}: not checked to the end: ${(error as Error).message}`);
  }
  return problems;
}

function* damaged(database: DatabaseSync): Iterable<string> {
  const integrity = prepareWalk(database, `PRAGMA integrity_check(${doctorFindingsMax})`);
  for (const [told] of integrity()) {
    if (told === 'ok') continue;
    for (const line of String(told).split('\n')) yield `SQLite: ${line}`;
  }
}

function* broken(database: DatabaseSync, what: string, sql: string): Iterable<string> {
  const rows = prepareWalk(database, `${sql} LIMIT ${doctorFindingsMax}`);
  for (const [name] of rows()) yield `${what}: ${name}`;
}

/** Rows that name a row of another table which is not there. The server does not check it again. */
function* dangling(database: DatabaseSync): Iterable<string> {
  const rows = prepareWalk(
    database,
    `SELECT "table", parent, rowid FROM (
       SELECT *, row_number() OVER (PARTITION BY "table", parent) AS n FROM pragma_foreign_key_check
     ) WHERE n <= ${doctorFindingsMax}`,
  );
  for (const [table, parent, row] of rows()) {
    yield `${one(table)} without its ${one(parent)}: ${row}`;
  }
}

/** One row of a table: `decision` of `decisions`. */
function one(table: Value | undefined): string {
  return String(table).replace(/s$/, '').replace('_', ' ');
}

/** Rows that the index over keys does not lead to: SQLite knows nothing of what its pages say. */
function* lost(
  database: DatabaseSync,
  what: string,
  rows: string,
  find: (key: string) => number | null | undefined,
): Iterable<string> {
  let count = 0;
  for (const [sequence, key] of prepareWalk(database, rows)()) {
    if (leadsTo(find, String(key)) === sequence) continue;
    yield `${what} that its key does not lead to: ${sequence}`;
    if (++count === doctorFindingsMax) break;
  }
}

/** An index that contradicts itself leads nowhere: a page that it names is gone, or has no end. */
function leadsTo(
  find: (key: string) => number | null | undefined,
  key: string,
): number | null | undefined {
  try {
    return find(key);
  } catch (error) {
    if (error instanceof AssertionError || error instanceof RangeError) return null;
    throw error;
  }
}
