import type { Suspicion } from '../model/link.ts';
import { type AccountRef, type PartyId, partyIdOf } from '../model/party.ts';
import { weightOf } from './bonds.ts';
import type { AccountNumber, BondKey, IdentifierNumber, LinkState } from './link-state.ts';
import { weigh } from './settle.ts';

/**
 * Other parties that share with the account what is not enough to join, the strongest tie first.
 */
export function suspicionsOf(
  state: LinkState,
  ref: AccountRef,
  accountsMax: number,
): readonly Suspicion[] {
  const account = state.findAccount(ref);
  if (account === null) return [];
  const strongest = new Map<PartyId, Suspicion>();
  for (const bond of state.bonds(account, 'suspect')) {
    for (const other of others(state, account, bond, accountsMax)) {
      const suspicion = suspicionOf(state, account, other, bond);
      const known = strongest.get(suspicion.party);
      if (known === undefined || isBefore(suspicion, known)) {
        strongest.set(suspicion.party, suspicion);
      }
    }
  }
  return [...strongest.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1));
}

function isBefore(a: Suspicion, b: Suspicion): boolean {
  return a.bits !== b.bits ? a.bits > b.bits : a.account < b.account;
}

/** For another account the same values may be enough to join, so both strengths are looked at. */
function others(
  state: LinkState,
  account: AccountNumber,
  bond: BondKey,
  accountsMax: number,
): readonly AccountNumber[] {
  const party = state.parties.of(account);
  const found = new Set<AccountNumber>();
  for (const strength of ['suspect', 'joining'] as const) {
    let looked = 0;
    for (const other of state.bondAccounts(bond, strength)) {
      if (++looked > accountsMax) break;
      const isOther = other !== account && (party === null || state.parties.of(other) !== party);
      if (isOther) found.add(other);
    }
  }
  return [...found];
}

function suspicionOf(
  state: LinkState,
  account: AccountNumber,
  other: AccountNumber,
  bond: BondKey,
): Suspicion {
  const values = bond.split('+').flatMap((text) => {
    const identifier = Number(text) as IdentifierNumber;
    const [own, theirs] = [account, other].map((who) => state.showing(who, identifier));
    if (!own || !theirs) return [];
    const [a, b] = [weigh(state, own), weigh(state, theirs)];
    return [a.bits < b.bits ? a : b];
  });
  const party = state.parties.of(other);
  return {
    party: partyIdOf(state.ref(party === null ? other : state.parties.oldest(party))),
    account: state.ref(other),
    bits: weightOf(values).bits,
    kinds: values.map(({ kind }) => kind).sort(),
  };
}
