/**
 * Everything the store does, as plain synchronous functions over one connection, with their
 * statements prepared once. What they take and give is rows (`rows.ts`), ready to travel between
 * threads.
 */
import type { EpochMs } from '../../base/time.ts';
import type { LedgerKeys } from '../../model/ledger-rows.ts';
import type { LinkPage } from '../../model/link-rows.ts';
import type { PoolChanges } from '../../model/queue-rows.ts';
import { createAddApiKey, createApiKeys, createRemoveApiKey } from './api-keys.ts';
import { createDecision, createDecisions, createMarkDefaulted } from './decisions.ts';
import { createGather } from './gather.ts';
import { createIngest } from './ingest.ts';
import type { OpenDatabase } from './open-database.ts';
import { createKeepPolicy, createPolicy } from './policies.ts';
import { createQueueTables } from './queue-tables.ts';
import { createRecord } from './record.ts';
import { transaction } from './transaction.ts';
import { type OnCommit, writeUnsynced } from './write-unsynced.ts';

export type Operations = ReturnType<typeof createOperations>;

export function createOperations(open: OpenDatabase, onCommit: OnCommit) {
  const { database, log, ledger, links } = open;
  const queue = createQueueTables(database);
  return {
    gather: createGather(database, log),
    record: createRecord(open, onCommit),
    markDefaulted: createMarkDefaulted(database, log),
    ingest: createIngest(open, onCommit),
    links: (page: LinkPage) => links.read(page),
    ledger: (keys: LedgerKeys) => ledger.read(keys),
    expired: ({ at, limit }: { readonly at: EpochMs; readonly limit: number }) =>
      ledger.expired(at, limit),
    queue: () => queue.read(),
    keepQueue: (changes: readonly PoolChanges[]) => {
      const write = () => transaction(database, () => queue.write(changes));
      writeUnsynced(database, write, onCommit);
    },
    decision: createDecision(database, log),
    decisions: createDecisions(database, log),
    keepPolicy: createKeepPolicy(database),
    policy: createPolicy(database),
    apiKeys: createApiKeys(database),
    addApiKey: createAddApiKey(database),
    removeApiKey: createRemoveApiKey(database),
    check: createCheck(open),
  };
}

/**
 * Writes one row, so that a full or read-only disk shows here and not at the next decision. False
 * when it went into a file that nobody will find.
 */
function createCheck({ database, isInPlace }: OpenDatabase): () => boolean {
  const write = database.prepare(`
    INSERT INTO checks (id, count) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET count = count + 1`);
  return () => {
    write.run();
    return isInPlace();
  };
}
