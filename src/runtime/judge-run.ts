/**
 * The judgement on a running job: pure, synchronous, the same in the agent and in the server.
 *
 * Of each group the strongest signal counts, and groups add, for they are independent: what a
 * process says on the wire does not depend on how its memory looks. Order does not count, and a
 * signal told twice counts once.
 *
 * Two guards. CPU and the other circumstantial signals, however many, make a suspect and no more.
 * And what lasts must have lasted: `bits-of-signal.ts` gives a pattern its bits only then.
 */
import type { EpochMs } from '../base/time.ts';
import type { RunLevel, RunReason, RunVerdict } from '../model/run-verdict.ts';
import { EVIDENCE_GROUPS, type EvidenceGroup, groupOf, type Signal } from '../model/signal.ts';
import { bitsLeft } from './bits-of-signal.ts';
import { sentenceOf } from './sentence-of.ts';
import { CIRCUMSTANTIAL, MINING_BITS_MIN, SUSPECTED_BITS_MIN } from './weights.ts';

/** Less is noise: half a bit is odds of 1.4 to 1. */
const REASON_BITS_MIN = 0.5;
/** What a signal that is not circumstantial must weigh for the job to be stopped. */
const SPECIFIC_BITS_MIN = 5;

export function judgeRun(signals: readonly Signal[], at: EpochMs): RunVerdict {
  const reasons = EVIDENCE_GROUPS.flatMap((group) => strongest(signals, group, at) ?? []);
  // Sorting is stable: reasons of one weight keep the order of the groups.
  reasons.sort((a, b) => b.bits - a.bits);
  const bits = tenths(reasons.reduce((sum, reason) => sum + reason.bits, 0));
  const hasSpecific = signals.some((signal) => {
    return !CIRCUMSTANTIAL[signal.kind] && bitsLeft(signal, at) >= SPECIFIC_BITS_MIN;
  });
  return { level: levelOf(bits, hasSpecific), bits, reasons };
}

function strongest(
  signals: readonly Signal[],
  group: EvidenceGroup,
  at: EpochMs,
): RunReason | null {
  let best: RunReason | null = null;
  for (const signal of signals) {
    if (groupOf(signal) !== group) continue;
    const bits = tenths(bitsLeft(signal, at));
    if (bits < REASON_BITS_MIN || (best !== null && bits < best.bits)) continue;
    const reason = { group, kind: signal.kind, bits, sentence: sentenceOf(signal) };
    if (best === null || isBefore(reason, best)) best = reason;
  }
  return best;
}

/** Of two signals of one weight always the same one, in whatever order they came. */
function isBefore(a: RunReason, b: RunReason): boolean {
  return a.bits === b.bits ? a.sentence < b.sentence : a.bits > b.bits;
}

function levelOf(bits: number, hasSpecific: boolean): RunLevel {
  if (bits < SUSPECTED_BITS_MIN) return 'none';
  return bits >= MINING_BITS_MIN && hasSpecific ? 'mining' : 'suspected';
}

/** Bits are printed and compared: 17.999999 must not be less than 18 on another machine. */
function tenths(bits: number): number {
  return Math.round(bits * 10) / 10;
}
