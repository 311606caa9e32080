/** The queues as they stand in the database. */
import type { DatabaseSync } from 'node:sqlite';
import type { JobRow, PartyRow, PoolChanges, PoolRow, PoolRows } from '../../model/queue-rows.ts';
import { toStoredText } from '../stored-text.ts';
import { prepareWalk } from './prepare-rows.ts';

export interface QueueTables {
  read(): readonly PoolRows[];
  /** Inside a transaction. */
  write(changes: readonly PoolChanges[]): void;
}

export function createQueueTables(database: DatabaseSync): QueueTables {
  const pools = prepareWalk(database, 'SELECT row FROM queue_pools');
  const parties = prepareWalk(database, 'SELECT row FROM queue_parties WHERE pool = ?');
  const jobs = prepareWalk(database, 'SELECT row FROM queue_jobs WHERE pool = ?');
  const writePool = database.prepare(
    'INSERT OR REPLACE INTO queue_pools (pool, row) VALUES (?, ?)',
  );
  const writeParty = createPut(database, 'queue_parties', 'party');
  const writeJob = createPut(database, 'queue_jobs', 'key');
  return {
    read: () =>
      rowsOf<PoolRow>(pools()).map((pool) => ({
        pool,
        parties: rowsOf<PartyRow>(parties(toStoredText(pool.pool))),
        jobs: rowsOf<JobRow>(jobs(toStoredText(pool.pool))),
      })),
    write: (changes) => {
      for (const { pool, parties, jobs } of changes) {
        const name = toStoredText(pool.pool);
        writePool.run(name, JSON.stringify(pool));
        for (const [party, row] of parties) writeParty(name, party, row);
        for (const [key, row] of jobs) writeJob(name, key, row);
      }
    },
  };
}

/** What was written by `write` alone. */
function rowsOf<T>(rows: Iterable<readonly unknown[]>): readonly T[] {
  return [...rows].map(([row]) => JSON.parse(String(row)) as T);
}

function createPut(
  database: DatabaseSync,
  table: string,
  key: string,
): (pool: string, name: string, row: unknown) => void {
  const write = database.prepare(
    `INSERT OR REPLACE INTO ${table} (pool, ${key}, row) VALUES (?, ?, ?)`,
  );
  const remove = database.prepare(`DELETE FROM ${table} WHERE pool = ? AND ${key} = ?`);
  return (pool, name, row) => {
    const stored = toStoredText(name);
    if (row === null) remove.run(pool, stored);
    else write.run(pool, stored, JSON.stringify(row));
  };
}
