/** Acting: the callers get their answers, and nobody before the batch is on stable storage. */
import { assert } from '../base/assert.ts';
import type { DecisionId } from '../model/ids.ts';
import type { Pending } from './admit.ts';
import type { Outcome } from './decide.ts';
import type { PipelinePorts } from './ports.ts';
import type { Answer } from './request.ts';

export async function carryOut(
  batch: readonly Pending[],
  outcomes: readonly Outcome[],
  ports: Pick<PipelinePorts, 'store' | 'clock' | 'metrics' | 'log'>,
): Promise<void> {
  const late: DecisionId[] = [];
  for (const [i, pending] of batch.entries()) {
    const outcome = outcomes[i];
    assert(outcome !== undefined, 'every request has an outcome');
    count(pending, outcome, ports);
    const answered = pending.settle(answerOf(outcome));
    // The deadline passed while the batch was being written: the record must say so too.
    const claims = outcome.kind === 'decided' && outcome.record.answered === 'decision';
    if (!answered && claims) late.push(outcome.record.decision.id);
  }
  if (late.length > 0) await markLate(late, ports);
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

function answerOf(outcome: Outcome): Answer {
  if (outcome.kind === 'conflict') return { kind: 'conflict' };
  return { kind: 'decided', record: outcome.record, replayed: outcome.kind === 'replayed' };
}

function count(
  { request }: Pending,
  outcome: Outcome,
  { metrics, clock }: Pick<PipelinePorts, 'clock' | 'metrics'>,
): void {
  if (outcome.kind !== 'decided') return;
  const { decision, mode } = outcome.record;
  metrics.decided(request.checkpoint, decision.action, mode);
  metrics.answered(request.checkpoint, clock.elapsedMs() - request.startedMs);
}
