/** All reading, for the whole batch at once. Each request loads counts, never lists. */
import { assert } from '../base/assert.ts';
import type { Gathered, GatherKey } from '../ports/store.ts';
import type { PipelinePorts } from './ports.ts';
import type { Candidate } from './request.ts';

export async function gather(
  batch: readonly Candidate[],
  { store }: Pick<PipelinePorts, 'store'>,
): Promise<readonly Gathered[]> {
  const gathered = await store.gather(batch.map(keyOf));
  assert(gathered.length === batch.length, 'the store answered for another batch');
  return gathered;
}

function keyOf({ id, request }: Candidate): GatherKey {
  const { provider, account } = request.event.subject;
  return { id, account: { provider, account }, at: request.receivedAt };
}
