/**
 * Streams of sign-ups that are alike in one value, a UTC day at a time, and who is in which steady
 * run of them. Runs follow from the times alone, so a late sign-up in the middle may break, join or
 * move runs; those before and after it are compared. Sign-ups mostly come in order, though, and one
 * at the end either goes on with the run of the one before it, or changes nothing, or starts a run.
 */
import { cadenceSignUpsPerDayMax } from '../base/limits.ts';
import { DAY_MS, type EpochMs, formatTime } from '../base/time.ts';
import type { Identifier, IdentifierKey, SharedKind } from '../model/identifier.ts';
import type { AccountRef } from '../model/party.ts';
import { CADENCE_GAPS_MIN, isSteady, steadyRuns } from './cadence.ts';
import type { AccountNumber, IdentifierNumber, LinkState } from './link-state.ts';
import type { ValueChange } from './value-change.ts';

/** Sign-ups that are alike in one of these are looked at for a rhythm. */
const STREAM_KINDS: ReadonlySet<SharedKind> = new Set([
  'name-grammar',
  'email-shape',
  'email-domain',
  'disposable-domain',
  'ip-prefix',
]);

export function isStreamKind(kind: SharedKind): boolean {
  return STREAM_KINDS.has(kind);
}

/** The UTC day of a sign-up. */
export function signUpDayOf(at: EpochMs): number {
  return Math.floor(at / DAY_MS);
}

interface Stream {
  readonly state: LinkState;
  readonly value: IdentifierNumber;
  readonly day: number;
}

export function enterStream(
  state: LinkState,
  account: AccountNumber,
  value: IdentifierNumber,
): readonly ValueChange[] {
  const stream = streamOf(state, account, value);
  if (stream === null) return [];
  const enter = () => state.addSignUp(value, stream.day, account);
  return append(stream, account, enter) ?? compare(stream, enter);
}

export function leaveStream(
  state: LinkState,
  account: AccountNumber,
  value: IdentifierNumber,
): readonly ValueChange[] {
  const stream = streamOf(state, account, value);
  if (stream === null) return [];
  return compare(stream, () => state.removeSignUp(value, stream.day, account));
}

function streamOf(
  state: LinkState,
  account: AccountNumber,
  value: IdentifierNumber,
): Stream | null {
  const at = state.signedUpAt(account);
  if (at === null || !isStreamKind(state.kind(value))) return null;
  return { state, value, day: signUpDayOf(at) };
}

/** The changes when the account comes last; null, and nothing done, where that is not enough. */
function append(
  { state, value, day }: Stream,
  account: AccountNumber,
  enter: () => void,
): readonly ValueChange[] | null {
  const accounts = state.signUps(value, day);
  if (accounts.length >= cadenceSignUpsPerDayMax) {
    // One more makes the day too busy for any run; beyond that nothing changes any more.
    if (accounts.length === cadenceSignUpsPerDayMax) return null;
    enter();
    return [];
  }
  const timeOf = (one: AccountNumber) => state.signedUpAt(one) ?? 0;
  const last = accounts.at(-1);
  if (last !== undefined && timeOf(last) >= timeOf(account)) return null;
  const window = [...accounts.slice(-CADENCE_GAPS_MIN), account].map(timeOf);
  if (!isSteady(window, 0)) {
    enter();
    return [];
  }
  const run = last === undefined ? null : runShownBy({ state, value, day }, last);
  if (run === null) return null;
  enter();
  return [{ account, value: run, at: timeOf(account), isIn: true }];
}

function runShownBy(stream: Stream, account: AccountNumber): Identifier | null {
  const { state } = stream;
  const prefix = runPrefix(stream);
  for (const { identifier } of state.showings(account)) {
    const key = state.key(identifier);
    if (state.kind(identifier) !== 'cadence' || !key.startsWith(prefix)) continue;
    return { kind: 'cadence', key, display: state.display(identifier) };
  }
  return null;
}

function compare(stream: Stream, change: () => void): readonly ValueChange[] {
  const before = runsOf(stream);
  change();
  const after = runsOf(stream);
  const changes: ValueChange[] = [];
  for (const [account, first] of before) {
    if (after.get(account) === first) continue;
    changes.push(changeOf(stream, account, { first, isIn: false }));
  }
  for (const [account, first] of after) {
    if (before.get(account) === first) continue;
    changes.push(changeOf(stream, account, { first, isIn: true }));
  }
  return changes;
}

const NO_RUNS: ReadonlyMap<AccountNumber, AccountRef> = new Map();

/** For each account that is in a run, the first of that run. */
function runsOf({ state, value, day }: Stream): ReadonlyMap<AccountNumber, AccountRef> {
  const accounts = state.signUps(value, day);
  if (accounts.length > cadenceSignUpsPerDayMax) return NO_RUNS;
  const runs = steadyRuns(accounts.map((account) => state.signedUpAt(account) ?? 0));
  if (runs.length === 0) return NO_RUNS;
  const firstOf = new Map<AccountNumber, AccountRef>();
  for (const { first, last } of runs) {
    const name = state.ref(accounts[first] as AccountNumber);
    for (const account of accounts.slice(first, last + 1)) firstOf.set(account, name);
  }
  return firstOf;
}

/** A run is a value like others, which its accounts show at the time of their sign-up. */
function changeOf(
  stream: Stream,
  account: AccountNumber,
  { first, isIn }: { readonly first: AccountRef; readonly isIn: boolean },
): ValueChange {
  const at = stream.state.signedUpAt(account) ?? 0;
  return { account, value: runFrom(stream, first), at, isIn };
}

function runFrom(stream: Stream, first: AccountRef): Identifier {
  const display = `sign-ups of ${formatTime(stream.day * DAY_MS).slice(0, 10)}`;
  return { kind: 'cadence', key: `${runPrefix(stream)}${first}` as IdentifierKey, display };
}

/** Of keyed hashes and names that are known, so it needs no hashing itself. */
function runPrefix({ state, value, day }: Stream): string {
  return `cadence ${state.key(value)} ${day} `;
}
