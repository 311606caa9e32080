import { DAY_MS, type EpochMs } from '../base/time.ts';
import type { SharedKind } from '../model/identifier.ts';
import { WEIGHTS } from './weights.ts';

/**
 * What a value weighs for an account that last showed it `halfLives` before anybody did.
 * In whole quarters of a bit, so that sums are exact and do not depend on their order.
 */
export function bitsOf(kind: SharedKind, accounts: number, halfLives: number): number {
  const { bits, free, fade, accountsMax } = WEIGHTS[kind];
  if (accounts < 2 || accounts >= accountsMax) return 0;
  // A rhythm is the surer the longer it lasts; what others share is the less sure.
  const whole = kind === 'cadence' ? Math.min(bits, accounts) : bits;
  const doublings = accounts <= free ? 0 : Math.floor(Math.log2(accounts / free));
  const left = whole * 2 ** -halfLives - fade * doublings;
  return left <= 0 ? 0 : Math.floor(left * 4) / 4;
}

/** An age is told from a mark, so that a value's ties change now and then only. */
const MARKS_PER_HALF_LIFE = 4;

/** The last quarter of a half-life before the value was last shown by anybody. */
export function ageMarkOf(kind: SharedKind, lastShownAt: EpochMs): EpochMs {
  const span = (WEIGHTS[kind].halfLifeDays * DAY_MS) / MARKS_PER_HALF_LIFE;
  return Math.floor(lastShownAt / span) * span;
}

/** Whole half-lives from an account's last showing to the mark. */
export function halfLivesOf(kind: SharedKind, lastSeenAt: EpochMs, mark: EpochMs): number {
  return Math.max(0, Math.floor((mark - lastSeenAt) / (WEIGHTS[kind].halfLifeDays * DAY_MS)));
}
