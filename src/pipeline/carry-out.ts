/** Acting: the callers get their answers, and nobody before the batch is on stable storage. */
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
  const late: DecisionId[] = [];
  for (const settled of batch) {
    const pending = admission.pending(settled.number);
    if (settled.kind === 'failed') admission.giveDefault(pending, 'failure');
    else if (!answer(pending, settled, ports)) {
      // The deadline passed while the batch was being written: the record must say so too.
      const claims = settled.kind === 'decided' && settled.answered === 'decision';
      if (claims) late.push(settled.id);
    }
  }
  if (late.length > 0) await markLate(late, ports);
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
  late: readonly DecisionId[],
  { store, log }: Pick<PipelinePorts, 'store' | 'log'>,
): Promise<void> {
  try {
    await store.markDefaulted(late);
  } catch (error) {
    const first = late[0];
    log.error('late decisions could not be marked', {
      count: late.length,
      first,
      error: `${error}`,
    });
  }
}
