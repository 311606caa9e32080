/**
 * What happens when a batch cannot be decided or recorded. A store that fails is tried again, a few
 * times, while the callers' deadlines run; a bug is not: the callers get the default at once and
 * the error goes on, so that the process ends and its supervisor starts it anew.
 */
import { AssertionError } from '../base/assert.ts';
import { storeRetryMs } from '../base/limits.ts';
import type { Admission, Pending } from './admit.ts';
import type { PipelinePorts } from './ports.ts';

export async function failBatch(
  batch: readonly Pending[],
  error: unknown,
  admission: Admission,
  ports: Pick<PipelinePorts, 'clock' | 'log'>,
): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const isBug = error instanceof AssertionError || error instanceof TypeError;
  const retries = Math.max(...batch.map((pending) => pending.retries));
  const waitMs = isBug ? undefined : storeRetryMs[retries];
  if (waitMs !== undefined) {
    ports.log.error('a batch failed and is tried again', { message, waitMs, size: batch.length });
    for (const pending of batch) pending.retries++;
    await new Promise<void>((resolve) => ports.clock.after(waitMs, resolve));
    admission.putBack(batch);
    return;
  }
  ports.log.error('a batch failed and is given up', { message, size: batch.length });
  for (const pending of batch) admission.giveDefault(pending, 'failure');
  admission.release(batch, false);
  if (isBug) throw error;
}
