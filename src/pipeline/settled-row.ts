/** What became of candidates, on its way back, one behind the other in one flat array. */
import { assert } from '../base/assert.ts';
import type { Action } from '../model/action.ts';
import type { Answered, DecisionRecord } from '../model/decision.ts';
import type { DecisionId } from '../model/ids.ts';
import type { DecidedCandidate, Settled } from './core.ts';
import type { Mode } from './ports.ts';

export type SettledValue = number | string | DecisionRecord | null;

const WIDTH = 9;

export function writeSettled(batch: readonly Settled[]): readonly SettledValue[] {
  const values: SettledValue[] = [];
  for (const settled of batch) {
    values.push(settled.number, settled.kind);
    if (settled.kind === 'conflict' || settled.kind === 'failed') {
      values.push(null, null, null, null, null, null, null);
      continue;
    }
    const { id, action, liveAction, mode, rule, answered, record } = settled;
    values.push(id, action, liveAction, mode, rule, answered, record);
  }
  return values;
}

export function readSettled(values: readonly SettledValue[]): readonly Settled[] {
  assert(values.length % WIDTH === 0, 'rows have one width');
  const batch: Settled[] = [];
  for (let start = 0; start < values.length; start += WIDTH) batch.push(readOne(values, start));
  return batch;
}

/** A row is written above alone, so that each place holds what was put there. */
function readOne(values: readonly SettledValue[], start: number): Settled {
  const number = values[start] as number;
  const kind = values[start + 1] as Settled['kind'];
  if (kind === 'conflict' || kind === 'failed') return { kind, number };
  return {
    kind: kind satisfies DecidedCandidate['kind'],
    number,
    id: values[start + 2] as DecisionId,
    action: values[start + 3] as Action,
    liveAction: values[start + 4] as Action,
    mode: values[start + 5] as Mode,
    rule: values[start + 6] as string | null,
    answered: values[start + 7] as Answered,
    record: values[start + 8] as DecisionRecord | null,
  };
}
