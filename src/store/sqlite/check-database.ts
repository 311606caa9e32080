/** Is the database whole? Reads all of it, so it is for `davylamp doctor`, not for a server. */
import type { DatabaseSync } from 'node:sqlite';
import { doctorFindingsMax } from '../../base/limits.ts';
import type { OpenDatabase } from './open-database.ts';
import { prepareWalk } from './prepare-rows.ts';

/** What must hold between the tables, each as a query for the rows that break it. */
const BROKEN: Readonly<Record<string, string>> = {
  'decision without its event': `
    SELECT sequence FROM decisions WHERE event NOT IN (SELECT sequence FROM events)`,
  'decision without its scan': `
    SELECT sequence FROM decisions
    WHERE scan IS NOT NULL AND scan NOT IN (SELECT sequence FROM scans)`,
  'decision without the names of its facts': `
    SELECT sequence FROM decisions
    WHERE fact_names IS NOT NULL AND fact_names NOT IN (SELECT sequence FROM fact_names)`,
  'event without its definition': `
    SELECT sequence FROM events
    WHERE definition IS NOT NULL AND definition NOT IN (SELECT sequence FROM definitions)`,
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
  return [...damage, ...broken, ...unknown];
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
