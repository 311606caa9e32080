/**
 * The linker: identifiers and behaviour → links → parties. This page says what a party is; the
 * files beside it say how it is found.
 *
 * ## What a party is
 *
 * It follows from the *set* of observations alone, in whatever order they came and however often:
 *
 * 1. An account *shows* values (`SHARED_KINDS`), each from a first to a last time.
 * 2. A value weighs `bitsOf(kind, n, h)` for an account: the kind's bits, less what it loses by
 *    being common (n accounts show it) and by the h half-lives since the account showed it, as
 *    others did later. A value that one account or very many show weighs nothing.
 * 3. A *bond* is a set of values of different evidence groups. An account has the bond when they
 *    weigh at least 20 bits for it, 8 of them of kinds that nobody else can plant, and no value
 *    can be left out (`bonds.ts`). Accounts with the same bond are tied.
 * 4. Accounts tied to one another, through any number of others, are a *component*. It is one
 *    party, unless a single account holds two large groups together (`cohesion.ts`).
 * 5. An account for which a person vouched has no bonds. One without bonds is a party of one.
 * 6. A party is named after its oldest account, so its name stays while accounts come and go.
 *
 * Bonds instead of pairs: n accounts that share a payout address are n entries of one bond, not n²
 * links, and to link an account is to look up its bonds, whatever number of accounts there are.
 *
 * ## How it is kept
 *
 *     observe ──► take in (evidence.ts) ──► due accounts ──► settle (settle.ts) ──► party changes
 *
 * An observation changes what its account shows, the value's count and the time of its last
 * showing. A value's weight changes only where the count doubles, or where its last showing enters
 * another quarter of a half-life; then all who show it are *due*. No more than `accountsMax`
 * accounts are, since a more common value weighs nothing before and after, so each new account
 * pays for O(1) of them on average. To settle is to work off what is due. It compares the bonds
 * that an account has with those it should have, and nothing else makes an account's bonds: with
 * nothing left due, every account has the bonds of step 3, and the parties are those of step 4.
 * That is why one event at a time and all at once, in any order, end alike; `linker.test.ts`
 * checks it on permutations and against a plain definition that compares all pairs.
 *
 * While something is due, parties are those of a little earlier, never of something else.
 *
 * ## What an attacker can do
 *
 * He can show whatever he likes, at times that he likes, but not make somebody else show it. So
 * kinds that he can copy from an honest account are marked as plantable and never join alone; kinds
 * that only the operator of the other side could have shown (a payout in a job that mines, a
 * verified mailbox, a card) carry a join. Two are in between, and join together only. To make a
 * value common costs accounts and only takes links away. A false link costs its account little: it
 * shares one allowance until a person vouches.
 */
import { linkSeenKnownMax, linkSuspectsMax } from '../base/limits.ts';
import { RecentMap } from '../base/recent-map.ts';
import type { EpochMs } from '../base/time.ts';
import type { Explanation, Observation, Portrait, Suspicion } from '../model/link.ts';
import {
  type AccountRef,
  type PartyChange,
  type PartyId,
  type PartyMove,
  partyIdOf,
} from '../model/party.ts';
import { takeIn } from './evidence.ts';
import { explain } from './explain.ts';
import type { LinkState } from './link-state.ts';
import { accountsOf, accountsSince, findParty, linkBits } from './party-facts.ts';
import { portraitOf } from './portrait.ts';
import { settle } from './settle.ts';
import { suspicionsOf } from './suspicions.ts';

export interface Linker {
  /** Takes the observations in; who is due because of them waits for `settle`. */
  observe(observations: readonly Observation[]): void;
  /** Looks at so many due accounts, all by default, and tells what became of parties. */
  settle(accountsMax?: number): readonly PartyChange[];
  /** The same, of all due accounts; tells where accounts went, for whoever keeps books of them. */
  settleAll(): readonly PartyMove[];
  /** The account's party; of an account that nothing is known of, its own. */
  partyOf(account: AccountRef): PartyId;
  /** Accounts in the account's party, itself included. */
  accountsWith(account: AccountRef): number;
  /** Of these, how many were first seen since then, among the first `limit`. */
  accountsSince(account: AccountRef, since: EpochMs, limit: number): number;
  /** Bits of the strongest tie that holds it in its party; 0 when it is alone. */
  linkBits(account: AccountRef): number;
  /** Accounts in the account's party, the oldest first, at most `limit`. */
  accountsOf(account: AccountRef, limit: number): readonly AccountRef[];
  /** The oldest account of a party of two and more. */
  find(party: PartyId): AccountRef | null;
  /** Whether anything was seen of the account. */
  knows(account: AccountRef): boolean;
  /** Parties that something ties it to, not enough to join: the strongest tie to each. */
  suspicions(account: AccountRef): readonly Suspicion[];
  explain(from: AccountRef, to: AccountRef): Explanation;
  portrait(account: AccountRef): Portrait;
}

export function createLinker(state: LinkState): Linker {
  const partyNumberOf = (ref: AccountRef) => {
    const account = state.findAccount(ref);
    return account === null ? null : state.parties.of(account);
  };
  // A hash of an account's name took 0.4 µs of each decision.
  const ids = new RecentMap<AccountRef, PartyId>(linkSeenKnownMax);
  const partyId = (oldest: AccountRef): PartyId => {
    const known = ids.get(oldest);
    if (known !== undefined) return known;
    const id = partyIdOf(oldest);
    ids.put(oldest, id);
    return id;
  };
  return {
    observe: (observations) => {
      for (const observation of observations) takeIn(state, observation);
    },
    settle: (accountsMax = Number.POSITIVE_INFINITY) => settle(state, accountsMax).changes,
    settleAll: () => settle(state, Number.POSITIVE_INFINITY).moved,
    partyOf: (ref) => {
      const party = partyNumberOf(ref);
      return partyId(party === null ? ref : state.ref(state.parties.oldest(party)));
    },
    accountsWith: (ref) => {
      const party = partyNumberOf(ref);
      return party === null ? 1 : state.parties.size(party);
    },
    accountsSince: (ref, since, limit) =>
      accountsSince(state, state.findAccount(ref), since, limit),
    linkBits: (ref) => linkBits(state, state.findAccount(ref)),
    accountsOf: (ref, limit) => {
      const account = state.findAccount(ref);
      return account === null ? [ref] : accountsOf(state, account, limit);
    },
    find: (party) => findParty(state, party),
    knows: (ref) => state.findAccount(ref) !== null,
    suspicions: (ref) => suspicionsOf(state, ref, linkSuspectsMax),
    explain: (from, to) => explain(state, from, to),
    portrait: (ref) => portraitOf(state, ref),
  };
}
