/**
 * What happens when a batch cannot be decided or recorded. A store that fails is tried again, a few
 * times, while the callers' deadlines run; a bug is not: the callers get the default at once and
 * the error goes on, so that the process ends and its supervisor starts it anew.
 */
import { AssertionError } from '../base/assert.ts';
import { storeRetryMs } from '../base/limits.ts';
import type { BatchQueue } from './batch-queue.ts';
import type { Candidate } from './candidate.ts';
import type { Callers } from './core.ts';
import type { CorePorts } from './ports.ts';

export async function failBatch(
  batch: readonly Candidate[],
  error: unknown,
  { queue, callers }: { readonly queue: BatchQueue; readonly callers: Callers },
  ports: Pick<CorePorts, 'clock' | 'log'>,
): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const isBug = error instanceof AssertionError || error instanceof TypeError;
  const retries = Math.max(...batch.map((candidate) => candidate.retries));
  const waitMs = isBug ? undefined : storeRetryMs[retries];
  if (waitMs !== undefined) {
    callers.failing();
    ports.log.error('a batch failed and is tried again', { message, waitMs, size: batch.length });
    for (const candidate of batch) candidate.retries++;
    queue.hold(batch);
    await new Promise<void>((resolve) => ports.clock.after(waitMs, resolve));
    queue.putBack(batch);
    return;
  }
  ports.log.error('a batch failed and is given up', { message, size: batch.length });
  callers.carryOut(batch.map(({ number }) => ({ kind: 'failed', number })));
  if (isBug) throw error;
}
