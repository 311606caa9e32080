/** All reading, for the whole batch at once. Each request loads counts, never lists. */
import { assert } from '../base/assert.ts';
import type { LedgerBatch } from '../ledger/ledger.ts';
import type { Gathered, GatherKey } from '../ports/store.ts';
import { expectedOperations } from './allowance.ts';
import type { Candidate } from './candidate.ts';
import type { CorePorts } from './ports.ts';
import { readLedger } from './settle-ledger.ts';

export interface Known {
  /** In the order of the batch. */
  readonly requests: readonly Gathered[];
  readonly ledger: LedgerBatch;
}

export async function gather(
  batch: readonly Candidate[],
  ports: Pick<CorePorts, 'store' | 'policy'>,
): Promise<Known> {
  const requests = await ports.store.gather(batch.map(keyOf));
  assert(requests.length === batch.length, 'the store answered for another batch');
  const policy = ports.policy();
  const operations = batch.flatMap((candidate) => expectedOperations(candidate, policy));
  return { requests, ledger: await readLedger(operations, ports) };
}

function keyOf({ id, event, receivedAt }: Candidate): GatherKey {
  const { provider, account } = event.subject;
  return { id, account: { provider, account }, at: receivedAt };
}
