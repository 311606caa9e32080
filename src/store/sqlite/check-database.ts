/** Is the database whole? Reads all of it, so it is for `davylamp doctor`, not for a server. */
import type { DatabaseSync } from 'node:sqlite';
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

/** Sentences on what is broken, at most `doctorFindingsMax` of a kind; none when all is well. */
export function checkDatabase({ database, log, ledger }: OpenDatabase): readonly string[] {
  const integrity = prepareWalk(database, `PRAGMA integrity_check(${doctorFindingsMax})`);
  const told = [...integrity()].map(([line]) => String(line));
  const damage = told.filter((line) => line !== 'ok').map((line) => `SQLite: ${line}`);
  const broken = Object.entries(BROKEN).flatMap(([what, sql]) => {
    const rows = prepareWalk(database, `${sql} LIMIT ${doctorFindingsMax}`);
    return [...rows()].map(([name]) => `${what}: ${name}`);
  });
  const unknown = [
    ...lost(
      database,
      'event',
      'SELECT sequence, lower(hex(key)) FROM events',
      (key) => log.event(key)?.event,
    ),
    ...lost(
      database,
      'decision',
      `SELECT decisions.sequence, lower(hex(key)) FROM decisions
       JOIN events ON events.sequence = event`,
      (key) => log.event(key)?.decision,
    ),
    ...lost(database, 'operation', 'SELECT sequence, key FROM ledger_operations', (key) =>
      ledger.operation(key),
    ),
  ];
  return [...damage, ...dangling(database), ...broken, ...unknown];
}

/** Rows that name a row of another table which is not there. The server does not check it again. */
function dangling(database: DatabaseSync): readonly string[] {
  const rows = prepareWalk(
    database,
    `SELECT "table", parent, rowid FROM (
       SELECT *, row_number() OVER (PARTITION BY "table", parent) AS n FROM pragma_foreign_key_check
     ) WHERE n <= ${doctorFindingsMax}`,
  );
  return [...rows()].map(
    ([table, parent, row]) => `${one(table)} without its ${one(parent)}: ${row}`,
  );
}

/** One row of a table: `decision` of `decisions`. */
function one(table: Value | undefined): string {
  return String(table).replace(/s$/, '').replace('_', ' ');
}

/** Rows that the index over keys does not lead to: SQLite knows nothing of what its pages say. */
function lost(
  database: DatabaseSync,
  what: string,
  rows: string,
  find: (key: string) => number | null | undefined,
): readonly string[] {
  const problems: string[] = [];
  for (const [sequence, key] of prepareWalk(database, rows)()) {
    if (find(String(key)) === sequence) continue;
    problems.push(`${what} that its key does not lead to: ${sequence}`);
    if (problems.length === doctorFindingsMax) break;
  }
  return problems;
}
