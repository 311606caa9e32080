/**
 * Looks again at the accounts that are due, and brings components and parties to what the evidence
 * says now. See `linker.ts` for what that is.
 *
 * An account that gains a bond joins the component of the bond's accounts; of two components the
 * smaller moves, so that an account moves log2(n) times at most while its party grows to n. A bond
 * that is lost may have held the component together, so the component is walked once, when all due
 * accounts are done.
 *
 * Whether a component is one party is asked only when it is large and may be two. Say that at most
 * d of its accounts are *dangling*: so many lose touch with most of the rest when the one account
 * goes that matters most. A newcomer, whatever it shares with whom, makes d greater by one at most,
 * and by none where d is 0 and it shares a bond with two who were there before; more bonds between
 * those who are there make d no greater. With d below `LARGE_PARTY_ACCOUNTS` there are no two large
 * groups. So of accounts that join one by one, one in twenty-four has the component looked at, and
 * not each: a thousand that joined eight thousand took 0.17 s instead of 2.3.
 */
import { linkCohesionAccountsMax } from '../base/limits.ts';
import type { PartyChange, PartyMove } from '../model/party.ts';
import { ageMarkOf, bitsOf, halfLivesOf } from './bits.ts';
import { bondSetsOf, type ValueSet, type WeighedValue } from './bonds.ts';
import { cohesionOf } from './cohesion.ts';
import type {
  AccountNumber,
  BondKey,
  BondStrength,
  GroupNumber,
  LinkState,
  Showing,
} from './link-state.ts';
import { PartyMoves } from './party-moves.ts';
import { LARGE_PARTY_ACCOUNTS } from './weights.ts';

/** The same told twice: what became of parties, and where each account went. */
export interface Settled {
  readonly changes: readonly PartyChange[];
  readonly moved: readonly PartyMove[];
}

const FIRM_LOOKS_MAX = 8;

/** Of a component in which nobody has counted who is dangling. */
const UNKNOWN = Number.POSITIVE_INFINITY;

/**
 * Looks at `accountsMax` accounts at most; the rest stays due. The changes are in a fixed order.
 */
export function settle(state: LinkState, accountsMax: number): Settled {
  const settlement = new Settlement(state);
  for (let i = 0; i < accountsMax; i++) {
    const account = state.takeDue();
    if (account === null) break;
    settlement.look(account);
  }
  return settlement.finish();
}

/** What the account's showing weighs for it now. */
export function weigh(state: LinkState, showing: Showing): WeighedValue {
  const { identifier } = showing;
  const bits = bitsFor(state, showing);
  return { identifier, kind: state.kind(identifier), key: state.key(identifier), bits };
}

function bitsFor(state: LinkState, { identifier, lastSeenAt }: Showing): number {
  const accounts = state.accountsShowing(identifier);
  if (accounts < 2) return 0;
  const kind = state.kind(identifier);
  if (bitsOf(kind, accounts, 0) === 0) return 0;
  const mark = ageMarkOf(kind, state.lastShownAt(identifier));
  return bitsOf(kind, accounts, halfLivesOf(kind, lastSeenAt, mark));
}

class Settlement {
  readonly #state: LinkState;
  readonly #moves: PartyMoves;
  /** Components that may have fallen apart. */
  readonly #loosened = new Set<GroupNumber>();
  /** Accounts that are new in their component, which may not be in its party yet. */
  readonly #newcomers = new Set<AccountNumber>();
  /** Components whose parties must be found from scratch. */
  readonly #changed = new Set<GroupNumber>();

  constructor(state: LinkState) {
    this.#state = state;
    this.#moves = new PartyMoves(state);
  }

  look(account: AccountNumber): void {
    const state = this.#state;
    // Its age may have changed, and with it the party's name.
    this.#moves.watch(state.parties.of(account));
    state.parties.aged(account);
    const component = state.components.of(account);
    if (component !== null && !this.#isCounted(component)) this.#changed.add(component);
    const values: WeighedValue[] = [];
    if (!state.isVouched(account)) {
      for (const showing of state.sharedShowings(account)) {
        if (bitsFor(state, showing) > 0) values.push(weigh(state, showing));
      }
    }
    const { joining, suspect } = bondSetsOf(values);
    this.#rebind(account, joining, 'joining');
    this.#rebind(account, suspect, 'suspect');
  }

  /** Of a component that was cut, whose accounts may have got other ages since. */
  #isCounted(component: GroupNumber): boolean {
    const state = this.#state;
    return state.partyOfComponent(component) !== null || state.dangling(component) !== UNKNOWN;
  }

  #rebind(account: AccountNumber, sets: readonly ValueSet[], strength: BondStrength): void {
    const state = this.#state;
    const before = state.bonds(account, strength);
    if (sets.length === 0 && before.length === 0) return;
    const after = new Set(sets.map((set) => set.join('+') as BondKey));
    const gained = [...after].filter((bond) => !before.includes(bond));
    for (const bond of before.filter((bond) => !after.has(bond))) {
      state.unbind(account, bond, strength);
      if (strength === 'joining') this.#loosen(account);
    }
    for (const bond of gained) {
      state.bind(account, bond, strength);
      if (strength === 'joining') this.#tie(account, bond);
    }
  }

  #loosen(account: AccountNumber): void {
    const component = this.#state.components.of(account);
    if (component !== null) this.#loosened.add(component);
  }

  /** All accounts of a bond are in one component already, so any other one will do. */
  #tie(account: AccountNumber, bond: BondKey): void {
    const { components } = this.#state;
    const other = otherThan(account, this.#state.bondAccounts(bond, 'joining'));
    if (other === null) return;
    const [own, others] = [components.of(account), components.of(other)];
    if (own === null && others === null) {
      const created = components.create();
      this.#enter(account, created);
      this.#enter(other, created);
    } else if (own === null && others !== null) this.#enter(account, others);
    else if (others === null && own !== null) this.#enter(other, own);
    else if (own !== null && others !== null && own !== others) this.#merge(own, others);
    else if (own !== null && this.#mayBeCut(own)) this.#changed.add(own);
  }

  #enter(account: AccountNumber, component: GroupNumber): void {
    this.#state.components.move(account, component);
    this.#newcomers.add(account);
  }

  #merge(a: GroupNumber, b: GroupNumber): void {
    const { components } = this.#state;
    const isLarger = components.size(a) >= components.size(b);
    const [from, into] = isLarger ? [b, a] : [a, b];
    for (const account of [...components.accounts(from)]) this.#enter(account, into);
    if (this.#loosened.has(from)) this.#loosened.add(into);
    this.#forget(from);
    this.#state.setDangling(into, UNKNOWN);
  }

  #forget(component: GroupNumber): void {
    this.#state.setDangling(component, UNKNOWN);
    this.#state.setPartyOfComponent(component, null);
    this.#loosened.delete(component);
    this.#changed.delete(component);
  }

  finish(): Settled {
    for (const component of [...this.#loosened]) this.#comeApart(component);
    for (const account of this.#newcomers) this.#seat(account);
    for (const component of this.#changed) this.#divide(component);
    return { changes: this.#moves.changes(), moved: this.#moves.moved() };
  }

  /** Finds what still hangs together. The largest piece keeps the component. */
  #comeApart(component: GroupNumber): void {
    const state = this.#state;
    const accounts = [...state.components.accounts(component)];
    const pieces = piecesOf(state, accounts).toSorted((a, b) => b.length - a.length);
    state.setDangling(component, UNKNOWN);
    this.#changed.add(component);
    for (const [i, piece] of pieces.entries()) {
      const [alone] = piece;
      if (piece.length === 1 && alone !== undefined) {
        state.components.move(alone, null);
        this.#moves.move(alone, null);
        this.#newcomers.delete(alone);
      } else if (i > 0) {
        const created = state.components.create();
        for (const account of piece) state.components.move(account, created);
        this.#changed.add(created);
      }
    }
    if (state.components.size(component) === 0) this.#forget(component);
  }

  #seat(account: AccountNumber): void {
    const state = this.#state;
    const component = state.components.of(account);
    if (component === null || this.#changed.has(component)) return;
    const dangling = state.dangling(component);
    if (dangling > 0 || !this.#isFirm(account)) state.setDangling(component, dangling + 1);
    const party = state.partyOfComponent(component);
    if (party === null || this.#mayBeCut(component)) this.#changed.add(component);
    else this.#moves.move(account, party);
  }

  /**
   * Whether it was cut, so that one more tie may hold it together, or may have to be: that tie may
   * make one large group of several small ones.
   */
  #mayBeCut(component: GroupNumber): boolean {
    const state = this.#state;
    if (state.partyOfComponent(component) === null) return true;
    if (!isExamined(state.components.size(component))) return false;
    return state.dangling(component) >= LARGE_PARTY_ACCOUNTS;
  }

  /** Looks at few of each bond: where most are new, the component is looked at anyway. */
  #isFirm(account: AccountNumber): boolean {
    return this.#state.bonds(account, 'joining').some((bond) => {
      let looked = 0;
      let settled = 0;
      for (const other of this.#state.bondAccounts(bond, 'joining')) {
        if (!this.#newcomers.has(other)) settled++;
        if (settled === 2) return true;
        if (++looked === FIRM_LOOKS_MAX) return false;
      }
      return false;
    });
  }

  #divide(component: GroupNumber): void {
    const state = this.#state;
    const accounts = [...state.components.accounts(component)];
    if (!isExamined(accounts.length)) {
      state.setPartyOfComponent(component, this.#moves.unite(accounts));
      return;
    }
    accounts.sort((a, b) => byAge(state, a, b));
    const { dangling, parties } = cohesionOf(accounts.map((a) => state.bonds(a, 'joining')));
    state.setDangling(component, dangling);
    const members = new Map<number, AccountNumber[]>();
    for (const [i, account] of accounts.entries()) {
      const party = members.get(parties[i] ?? 0) ?? [];
      members.set(parties[i] ?? 0, party);
      party.push(account);
    }
    // A party that is in several pieces stays with the first, the oldest.
    const united = [...members.values()].map((party) => this.#moves.unite(party));
    state.setPartyOfComponent(component, united.length === 1 ? (united[0] ?? null) : null);
  }
}

/** Smaller ones have no two large groups; in larger ones one account more or less is no matter. */
function isExamined(accounts: number): boolean {
  return accounts >= 2 * LARGE_PARTY_ACCOUNTS && accounts <= linkCohesionAccountsMax;
}

function otherThan(account: AccountNumber, all: Iterable<AccountNumber>): AccountNumber | null {
  for (const other of all) if (other !== account) return other;
  return null;
}

function byAge(state: LinkState, a: AccountNumber, b: AccountNumber): number {
  return state.firstSeenAt(a) - state.firstSeenAt(b) || (state.ref(a) < state.ref(b) ? -1 : 1);
}

/** What hangs together by joining bonds. */
function piecesOf(
  state: LinkState,
  accounts: readonly AccountNumber[],
): readonly (readonly AccountNumber[])[] {
  const seen = new Set<AccountNumber>();
  const walked = new Set<BondKey>();
  const pieces: AccountNumber[][] = [];
  for (const start of accounts) {
    if (seen.has(start)) continue;
    seen.add(start);
    const piece = [start];
    for (let i = 0; i < piece.length; i++) {
      for (const bond of state.bonds(piece[i] as AccountNumber, 'joining')) {
        if (walked.has(bond)) continue;
        walked.add(bond);
        for (const other of state.bondAccounts(bond, 'joining')) {
          if (seen.has(other)) continue;
          seen.add(other);
          piece.push(other);
        }
      }
    }
    pieces.push(piece);
  }
  return pieces;
}
