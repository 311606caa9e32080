/**
 * Takes observations in: who shows what, since when and until when, and who is due for another look
 * because of it. Whatever is kept is a minimum, a maximum or a set, so order and repetition change
 * nothing. Of one kind an account keeps the values that it showed first and those that it showed
 * last: new ones cannot push out what gave it away in the beginning, nor old ones what it does now.
 */
import { linkValuesPerKindMax } from '../base/limits.ts';
import type { EpochMs } from '../base/time.ts';
import type { Identifier } from '../model/identifier.ts';
import type { Observation } from '../model/link.ts';
import { ageMarkOf, bitsOf } from './bits.ts';
import type { AccountNumber, IdentifierNumber, LinkState, Showing } from './link-state.ts';
import { enterStream, leaveStream } from './sign-up-streams.ts';
import { enterStart } from './synchronous-starts.ts';
import type { ValueChange } from './value-change.ts';
import { WEIGHTS } from './weights.ts';

/** A provider's clock that runs ahead must not age what others showed: the future is now. */
export function observedAt(time: EpochMs, receivedAt: EpochMs): EpochMs {
  return Math.min(time, receivedAt);
}

export function takeIn(state: LinkState, observation: Observation): void {
  const account = accountOf(state, observation);
  switch (observation.kind) {
    case 'shown':
      show(state, account, observation.identifier, observation.at);
      return;
    case 'signed-up':
      signUp(state, account, observation.at);
      return;
    case 'started':
      apply(state, enterStart(state, account, observation.at));
      return;
    case 'withdrawn': {
      const identifier = state.findIdentifier(observation.identifier.key);
      if (identifier !== null) withdraw(state, account, identifier);
      return;
    }
    case 'vouched':
      if (state.isVouched(account) === observation.vouched) return;
      state.setVouched(account, observation.vouched);
      state.markDue(account);
      return;
  }
}

/** What is withdrawn or vouched for does not say when an account was seen. */
function accountOf(state: LinkState, observation: Observation): AccountNumber {
  const at = 'at' in observation ? observation.at : Number.MAX_SAFE_INTEGER;
  const account = state.findAccount(observation.account);
  if (account === null) return state.addAccount(observation.account, at);
  if (at < state.firstSeenAt(account)) {
    state.setFirstSeenAt(account, at);
    if (state.parties.of(account) !== null) state.markDue(account);
  }
  return account;
}

function show(state: LinkState, account: AccountNumber, identifier: Identifier, at: EpochMs): void {
  const number = state.findIdentifier(identifier.key) ?? state.addIdentifier(identifier);
  const before = state.showing(account, number);
  if (before !== null && before.firstSeenAt <= at && at <= before.lastSeenAt) return;
  const firstSeenAt = Math.min(before?.firstSeenAt ?? at, at);
  const lastSeenAt = Math.max(before?.lastSeenAt ?? at, at);
  const showing = { identifier: number, firstSeenAt, lastSeenAt };
  const surplus = before === null ? surplusWith(state, account, showing) : [];
  if (surplus.includes(showing)) {
    showInPassing(state, account, showing);
    return;
  }
  state.show(account, showing);
  age(state, number, at);
  if (before === null) {
    countChanged(state, number, state.accountsShowing(number) - 1);
    joinStream(state, account, number);
    for (const one of surplus) withdraw(state, account, one.identifier);
  }
  if (weighs(state, number)) state.markDue(account);
}

/**
 * A value that is not kept was shown all the same, and makes older ties to it age. To count it and
 * take it back, with all who are due for that, took 14 ms of an event where it stood in a day of
 * 4,000 sign-ups.
 */
function showInPassing(state: LinkState, account: AccountNumber, showing: Showing): void {
  const { identifier, lastSeenAt } = showing;
  state.show(account, showing);
  age(state, identifier, lastSeenAt);
  state.unshow(account, identifier);
}

/** Shared, and not by so many that it says nothing. */
function weighs(state: LinkState, identifier: IdentifierNumber): boolean {
  return bitsOf(state.kind(identifier), state.accountsShowing(identifier), 0) > 0;
}

function age(state: LinkState, identifier: IdentifierNumber, at: EpochMs): void {
  const before = state.lastShownAt(identifier);
  if (at <= before) return;
  state.setLastShownAt(identifier, at);
  const kind = state.kind(identifier);
  const isLater = before !== 0 && ageMarkOf(kind, at) !== ageMarkOf(kind, before);
  // Of one who is about to leave again, the others count.
  const isCommon = state.accountsShowing(identifier) > WEIGHTS[kind].accountsMax;
  if (isLater && !isCommon) markShowersDue(state, identifier);
}

/** Its weight changes with the doublings of the count, so each doubling pays for one look. */
function countChanged(state: LinkState, identifier: IdentifierNumber, before: number): void {
  const kind = state.kind(identifier);
  const after = state.accountsShowing(identifier);
  if (bitsOf(kind, before, 0) !== bitsOf(kind, after, 0)) markShowersDue(state, identifier);
}

function markShowersDue(state: LinkState, identifier: IdentifierNumber): void {
  const { accountsMax } = WEIGHTS[state.kind(identifier)];
  for (const account of state.showers(identifier, accountsMax)) state.markDue(account);
}

function withdraw(state: LinkState, account: AccountNumber, identifier: IdentifierNumber): void {
  if (state.showing(account, identifier) === null) return;
  quitStream(state, account, identifier);
  const before = state.accountsShowing(identifier);
  state.unshow(account, identifier);
  countChanged(state, identifier, before);
  state.markDue(account);
}

const KEPT_AT_EACH_END = linkValuesPerKindMax / 2;

/** What the account no longer keeps of the kind when it shows this value for the first time. */
function surplusWith(
  state: LinkState,
  account: AccountNumber,
  showing: Showing,
): readonly Showing[] {
  if (state.valuesShown(account) < KEPT_AT_EACH_END) return [];
  const kind = state.kind(showing.identifier);
  const before = state
    .showings(account)
    .filter(({ identifier }) => state.kind(identifier) === kind);
  if (before.length < KEPT_AT_EACH_END) return [];
  const own = [...before, showing];
  const byKey = (a: Showing, b: Showing): number =>
    state.key(a.identifier) < state.key(b.identifier) ? -1 : 1;
  const first = own.toSorted((a, b) => a.firstSeenAt - b.firstSeenAt || byKey(a, b));
  const last = own.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt || byKey(a, b));
  const kept = new Set([...first.slice(0, KEPT_AT_EACH_END), ...last.slice(0, KEPT_AT_EACH_END)]);
  return own.filter((one) => !kept.has(one));
}

function signUp(state: LinkState, account: AccountNumber, at: EpochMs): void {
  const before = state.signedUpAt(account);
  if (before !== null && before <= at) return;
  const streams = state.showings(account).map(({ identifier }) => identifier);
  if (before !== null) for (const stream of streams) quitStream(state, account, stream);
  state.setSignedUpAt(account, at);
  for (const stream of streams) joinStream(state, account, stream);
}

function joinStream(state: LinkState, account: AccountNumber, stream: IdentifierNumber): void {
  apply(state, enterStream(state, account, stream));
}

function quitStream(state: LinkState, account: AccountNumber, stream: IdentifierNumber): void {
  apply(state, leaveStream(state, account, stream));
}

function apply(state: LinkState, changes: readonly ValueChange[]): void {
  for (const { account, value, at, isIn } of changes) {
    const known = state.findIdentifier(value.key);
    if (isIn) show(state, account, value, at);
    else if (known !== null) withdraw(state, account, known);
  }
}
