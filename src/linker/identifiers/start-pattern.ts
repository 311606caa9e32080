/**
 * Jobs that start together, again and again: in three hours of one week, each time within the same
 * minute. An account's pattern of a week follows from the set of its starts, whatever their order,
 * and little of that set is kept: of all hours with a start the three that come first in an order
 * that is as good as drawn by lot but the same for everybody, and of each its first start. So
 * accounts whose jobs start together keep the same three hours, and one start more or less changes
 * them seldom. Kept are the last two weeks with starts: six times an account.
 *
 * Minutes are cut at two places, so that starts a few seconds apart agree in one of two cuts.
 */
import { DAY_MS, type EpochMs, formatTime, HOUR_MS, SECOND_MS } from '../../base/time.ts';

const MINUTE_MS = 60 * SECOND_MS;
const WEEK_MS = 7 * DAY_MS;
const STARTS_PER_WEEK = 3;
const WEEKS = 2;
const CUTS = 2;

/** What is kept when a start comes to those kept before, ascending; the same list if nothing. */
export function withStart(kept: readonly EpochMs[], at: EpochMs): readonly EpochMs[] {
  const twin = kept.find((one) => hourOf(one) === hourOf(at));
  if (twin !== undefined) return at < twin ? replaced(kept, twin, at) : kept;
  const ofWeek = kept.filter((one) => weekOf(one) === weekOf(at));
  if (ofWeek.length === STARTS_PER_WEEK) {
    const last = ofWeek.reduce((a, b) => (rankOf(a) > rankOf(b) ? a : b));
    return rankOf(at) < rankOf(last) ? replaced(kept, last, at) : kept;
  }
  const weeks = new Set([...kept, at].map(weekOf));
  const oldest = weekOf(Math.min(...kept, at));
  const isFull = weeks.size > WEEKS;
  if (isFull && oldest === weekOf(at)) return kept;
  return [...kept.filter((one) => !isFull || weekOf(one) !== oldest), at].sort((a, b) => a - b);
}

function replaced(kept: readonly EpochMs[], old: EpochMs, at: EpochMs): readonly EpochMs[] {
  return [...kept.filter((one) => one !== old), at].sort((a, b) => a - b);
}

/** Who has the same number started together. Weeks fit into it until the year 2054. */
export type StartPattern = number;

/** A week's minutes, and the half that the second cut begins with. */
const SLOTS = WEEK_MS / MINUTE_MS + 1;

/** Two for each week in which all that is kept of one has come. */
export function startPatterns(kept: readonly EpochMs[]): readonly StartPattern[] {
  const patterns: StartPattern[] = [];
  for (let i = 0; i + STARTS_PER_WEEK <= kept.length; i++) {
    const starts = kept.slice(i, i + STARTS_PER_WEEK);
    const week = weekOf(starts[0] ?? 0);
    if (weekOf(starts.at(-1) ?? 0) !== week) continue;
    for (let cut = 0; cut < CUTS; cut++) patterns.push(patternOf(starts, week, cut));
  }
  return patterns;
}

function patternOf(starts: readonly EpochMs[], week: number, cut: number): StartPattern {
  let pattern = week * CUTS + cut;
  for (const at of starts) {
    const shifted = at - week * WEEK_MS + (cut * MINUTE_MS) / CUTS;
    pattern = pattern * SLOTS + Math.floor(shifted / MINUTE_MS);
  }
  return pattern;
}

/** As a value that accounts show, with the time of its last start, which is the same for all. */
export function patternValue(pattern: StartPattern): {
  readonly key: string;
  readonly display: string;
  readonly at: EpochMs;
} {
  const from = Math.floor(pattern / (CUTS * SLOTS ** STARTS_PER_WEEK)) * WEEK_MS;
  const day = formatTime(from).slice(0, 10);
  return {
    key: `starts ${pattern}`,
    display: `${STARTS_PER_WEEK} times in the week from ${day}`,
    at: from + (pattern % SLOTS) * MINUTE_MS,
  };
}

/** A lot for each hour: the finalizer of MurmurHash3, which no two hours share. */
function rankOf(at: EpochMs): number {
  let mixed = hourOf(at);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hourOf(at: EpochMs): number {
  return Math.floor(at / HOUR_MS);
}

function weekOf(at: EpochMs): number {
  return Math.floor(at / WEEK_MS);
}
