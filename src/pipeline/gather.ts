/** All reading, for the whole batch at once. Each request loads counts, never lists. */
import { assert } from '../base/assert.ts';
import type { LedgerBatch } from '../ledger/ledger.ts';
import type { Gathered, GatherKey } from '../ports/store.ts';
import { expectedOperations } from './allowance.ts';
import type { Candidate } from './candidate.ts';
import { type Linked, linkBatch } from './link-batch.ts';
import type { CorePorts } from './ports.ts';
import type { QueuesOfBatch } from './queues.ts';
import { readLedger } from './settle-ledger.ts';

export interface Known {
  /** In the order of the batch. */
  readonly requests: readonly Gathered[];
  /** What the linker says of each, once it has seen its event; null: it repeats another. */
  readonly linked: readonly (Linked | null)[];
  readonly ledger: LedgerBatch;
  readonly queues: QueuesOfBatch;
}

export async function gather(
  batch: readonly Candidate[],
  ports: Pick<CorePorts, 'store' | 'links' | 'queues' | 'policy'>,
): Promise<Known> {
  const requests = await ports.store.gather(batch.map(keyOf));
  assert(requests.length === batch.length, 'the store answered for another batch');
  const policy = ports.policy();
  const linked = linkBatch(batch, requests, ports.links);
  const operations = batch.flatMap((candidate, i) => {
    const link = linked[i];
    if (!link) return [];
    return [...link.moves, ...expectedOperations(candidate, policy, link.party)];
  });
  const ledger = await readLedger(operations, ports, newKeys(batch, requests));
  return { requests, linked, ledger, queues: ports.queues };
}

/** Nothing has been done under the key of an event that is new: its receipt would be with it. */
function newKeys(batch: readonly Candidate[], known: readonly Gathered[]): ReadonlySet<string> {
  const fresh = batch.filter((_candidate, i) => known[i]?.event.kind === 'new');
  return new Set(fresh.map(({ id }) => id));
}

function keyOf({ id, event, receivedAt }: Candidate): GatherKey {
  const { provider, account } = event.subject;
  return { id, account: { provider, account }, at: receivedAt };
}
