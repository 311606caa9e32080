/**
 * Acting: the callers get their answers, and nobody before the batch is on stable storage. A caller
 * whose deadline passed while the batch was being written has the default; the record must say so
 * too, and is marked. Marks that the store refuses, as on a full disk, are kept in memory and tried
 * again with each batch that it has recorded.
 */
import { batchRequestsMax, lateMarksMax } from '../base/limits.ts';
import type { DecisionId } from '../model/ids.ts';
import type { Admission, Pending } from './admit.ts';
import type { Settled } from './core.ts';
import type { PipelinePorts } from './ports.ts';
import type { Answer } from './request.ts';

export async function carryOut(
  batch: readonly Settled[],
  admission: Admission,
  ports: Pick<PipelinePorts, 'store' | 'clock' | 'metrics' | 'log'>,
): Promise<void> {
  const { late } = admission;
  for (const settled of batch) {
    const pending = admission.pending(settled.number);
    if (settled.kind === 'failed') admission.giveDefault(pending, 'failure');
    else if (!answer(pending, settled, ports)) {
      const claims = settled.kind === 'decided' && settled.answered === 'decision';
      if (claims) late.push(settled.id);
    }
  }
  const isRecorded = batch.some(({ kind }) => kind !== 'failed');
  if (isRecorded && late.length > 0) await markLate(late, ports);
  admission.release(batch);
}

/** False when the caller has been answered before. */
function answer(
  pending: Pending,
  settled: Exclude<Settled, { kind: 'failed' }>,
  { metrics, clock }: Pick<PipelinePorts, 'clock' | 'metrics'>,
): boolean {
  if (settled.kind === 'decided') {
    metrics.decided(pending.checkpoint, settled.action, settled.mode);
    metrics.answered(pending.checkpoint, clock.elapsedMs() - pending.startedMs);
  }
  return pending.settle(answerOf(settled));
}

function answerOf(settled: Exclude<Settled, { kind: 'failed' }>): Answer {
  if (settled.kind === 'conflict') return { kind: 'conflict' };
  const { kind, id, action, liveAction, mode, rule, record } = settled;
  const replayed = kind === 'replayed';
  return { kind: 'decided', replayed, id, action, liveAction, mode, rule, record };
}

/** The callers have their answers by now, so a store that fails here fails nobody's request. */
async function markLate(
  late: DecisionId[],
  { store, log }: Pick<PipelinePorts, 'store' | 'log'>,
): Promise<void> {
  while (late.length > 0) {
    // Taken out meanwhile: the next batch may be carried out before the store has answered.
    const marked = late.splice(0, batchRequestsMax);
    try {
      await store.markDefaulted(marked);
    } catch (error) {
      late.unshift(...marked);
      const givenUp = late.splice(lateMarksMax).length;
      const [first] = marked;
      const kept = late.length;
      log.error('late decisions could not be marked', { kept, givenUp, first, error: `${error}` });
      return;
    }
  }
}
