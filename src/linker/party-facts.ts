/** What may be asked of an account's party. Each takes the account's own number, or null. */
import type { EpochMs } from '../base/time.ts';
import { type AccountRef, type PartyId, partyIdOf } from '../model/party.ts';
import { weightOf } from './bonds.ts';
import type { AccountNumber, IdentifierNumber, LinkState } from './link-state.ts';
import { weigh } from './settle.ts';

/** Accounts of the party first seen since then; of a party beyond `limit`, among the first. */
export function accountsSince(
  state: LinkState,
  account: AccountNumber | null,
  since: EpochMs,
  limit: number,
): number {
  const party = account === null ? null : state.parties.of(account);
  if (account === null) return 1;
  if (party === null) return state.firstSeenAt(account) >= since ? 1 : 0;
  let count = 0;
  let looked = 0;
  for (const one of state.parties.accounts(party)) {
    if (++looked > limit) break;
    if (state.firstSeenAt(one) >= since) count++;
  }
  return count;
}

/** The heaviest bond that ties the account to others. */
export function linkBits(state: LinkState, account: AccountNumber | null): number {
  if (account === null) return 0;
  const values = new Map(state.showings(account).map((one) => [one.identifier, one]));
  const bits = state.bonds(account, 'joining').map((bond) => {
    const own = bond.split('+').flatMap((text) => {
      const showing = values.get(Number(text) as IdentifierNumber);
      return showing === undefined ? [] : [weigh(state, showing)];
    });
    return weightOf(own).bits;
  });
  return Math.max(0, ...bits);
}

/** Accounts of the party, the oldest first, at most so many. */
export function accountsOf(
  state: LinkState,
  account: AccountNumber,
  limit: number,
): readonly AccountRef[] {
  const party = state.parties.of(account);
  if (party === null) return [state.ref(account)];
  return [...state.parties.accounts(party)]
    .sort((a, b) => state.firstSeenAt(a) - state.firstSeenAt(b))
    .slice(0, limit)
    .map((one) => state.ref(one));
}

/** The oldest account of a party of two and more. What was remembered may be out of date. */
export function findParty(state: LinkState, id: PartyId): AccountRef | null {
  const oldest = state.partyNamed(id);
  const party = oldest === null ? null : state.parties.of(oldest);
  if (oldest === null || party === null || state.parties.oldest(party) !== oldest) return null;
  const ref = state.ref(oldest);
  return partyIdOf(ref) === id ? ref : null;
}
