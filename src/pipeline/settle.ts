import { assert } from '../base/assert.ts';
import type { DecisionRecord } from '../model/decision.ts';
import type { Candidate } from './candidate.ts';
import type { DecidedCandidate, Settled } from './core.ts';
import type { Outcome } from './decide.ts';

/** What the callers of a recorded batch are told. */
export function settle(
  batch: readonly Candidate[],
  outcomes: readonly Outcome[],
): readonly Settled[] {
  return batch.map(({ number, wantsRecord }, i) => {
    const outcome = outcomes[i];
    assert(outcome !== undefined, 'every request has an outcome');
    if (outcome.kind === 'conflict') return { kind: 'conflict', number };
    return { number, ...decided(outcome.kind, outcome.record, wantsRecord) };
  });
}

function decided(
  kind: DecidedCandidate['kind'],
  record: DecisionRecord,
  wantsRecord: boolean,
): Omit<DecidedCandidate, 'number'> {
  const { decision, mode, liveAction, answered } = record;
  const { id, action, rules } = decision;
  const rule = rules[0]?.id ?? null;
  return {
    kind,
    id,
    action,
    liveAction,
    mode,
    rule,
    answered,
    record: wantsRecord ? record : null,
  };
}
