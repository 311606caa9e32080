/**
 * Looks again at the accounts that are due, and brings components and parties to what the evidence
 * says now. See `linker.ts` for what that is.
 *
 * An account that gains a bond joins the component of the bond's accounts; of two components the
 * smaller moves, so that an account moves log2(n) times at most while its party grows to n. A bond
 * that is lost may have held the component together, so the component is walked once, when all due
 * accounts are done. Whether a component is one party is asked only when it is large and not known
 * to be solid: one that no account holds together alone stays so while accounts join it that share
 * a bond with two who were there before.
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
    // One more tie may be the one that holds together what was cut.
    else if (own !== null && this.#state.partyOfComponent(own) === null) this.#changed.add(own);
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
    this.#state.setSolid(into, false);
  }

  #forget(component: GroupNumber): void {
    this.#state.setSolid(component, true);
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
    state.setSolid(component, false);
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
        state.setSolid(created, false);
        this.#changed.add(created);
      }
    }
    if (state.components.size(component) === 0) this.#forget(component);
  }

  /** A newcomer that shares a bond with two who were there cannot make a component less solid. */
  #seat(account: AccountNumber): void {
    const state = this.#state;
    const component = state.components.of(account);
    if (component === null || this.#changed.has(component)) return;
    if (!this.#isFirm(account)) state.setSolid(component, false);
    const party = state.partyOfComponent(component);
    const isAsked = isExamined(state.components.size(component)) && !state.isSolid(component);
    if (party === null || isAsked) this.#changed.add(component);
    else this.#moves.move(account, party);
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
    const { solid, parties } = cohesionOf(accounts.map((a) => state.bonds(a, 'joining')));
    state.setSolid(component, solid);
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
