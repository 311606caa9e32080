/** All reading, for the whole batch at once. Each request loads counts, never lists. */
import { assert } from '../base/assert.ts';
import type { Gathered, GatherKey } from '../ports/store.ts';
import type { Candidate } from './candidate.ts';
import type { CorePorts } from './ports.ts';

export async function gather(
  batch: readonly Candidate[],
  { store }: Pick<CorePorts, 'store'>,
): Promise<readonly Gathered[]> {
  const gathered = await store.gather(batch.map(keyOf));
  assert(gathered.length === batch.length, 'the store answered for another batch');
  return gathered;
}

function keyOf({ id, event, receivedAt }: Candidate): GatherKey {
  const { provider, account } = event.subject;
  return { id, account: { provider, account }, at: receivedAt };
}
