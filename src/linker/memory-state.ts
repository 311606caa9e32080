/**
 * The linker's knowledge in memory. What every account has stands in columns; what only linked
 * accounts have stands in maps. `TrackedLinkState` keeps it beside a database.
 */
import { assert } from '../base/assert.ts';
import type { EpochMs } from '../base/time.ts';
import {
  type Identifier,
  type IdentifierKey,
  SHARED_KINDS,
  type SharedKind,
} from '../model/identifier.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import { float64Column, uint8Column } from './column.ts';
import { type StartPattern, startPatterns } from './identifiers/start-pattern.ts';
import type {
  AccountNumber,
  BondKey,
  BondStrength,
  GroupNumber,
  IdentifierNumber,
  LinkState,
  Showing,
} from './link-state.ts';
import { MemoryBonds } from './memory-bonds.ts';
import { MemoryGrouping } from './memory-grouping.ts';
import { ShowingTable } from './showing-table.ts';
import { StartIndex } from './start-index.ts';

const NO_STARTS: readonly EpochMs[] = [];

export class MemoryLinkState implements LinkState {
  readonly components = new MemoryGrouping((a, b) => this.#isOlder(a, b));
  readonly parties = new MemoryGrouping((a, b) => this.#isOlder(a, b));

  readonly #accounts = new Map<AccountRef, AccountNumber>();
  readonly #refs: AccountRef[] = ['' as AccountRef];
  readonly #firstSeenAt = float64Column();
  /** 0 for none. */
  readonly #signedUpAt = float64Column();
  readonly #vouched = new Set<AccountNumber>();
  readonly #starts = new Map<AccountNumber, readonly EpochMs[]>();
  readonly #startIndex = new StartIndex();

  readonly #identifiers = new Map<IdentifierKey, IdentifierNumber>();
  readonly #keys: IdentifierKey[] = ['' as IdentifierKey];
  readonly #displays: string[] = [''];
  readonly #kinds = uint8Column();
  readonly #lastShownAt = float64Column();
  readonly #vacant = new Set<IdentifierNumber>();

  readonly #showings = new ShowingTable();
  /** Nearly all networks and mail domains have one sign-up a day: a number, not a list. */
  readonly #signUps = new Map<number, AccountNumber | AccountNumber[]>();
  readonly #bonds: Readonly<Record<BondStrength, MemoryBonds>> = {
    joining: new MemoryBonds(),
    suspect: new MemoryBonds(),
  };
  readonly #dangling = new Map<GroupNumber, number>();
  readonly #partyOfComponent = new Map<GroupNumber, GroupNumber>();
  readonly #partyNames = new Map<PartyId, AccountNumber>();
  readonly #due = new Set<AccountNumber>();
  /**
   * Where the next one due stands. To begin at the front each time passes over all that were taken
   * before: of 500,000 accounts that took 18 s of a start's 27.
   */
  #nextDue = this.#due.values();

  findAccount(ref: AccountRef): AccountNumber | null {
    return this.#accounts.get(ref) ?? null;
  }

  addAccount(ref: AccountRef, at: EpochMs): AccountNumber {
    assert(!this.#accounts.has(ref), 'an account is added once');
    const account = this.#refs.length as AccountNumber;
    this.#accounts.set(ref, account);
    this.#refs.push(ref);
    this.#firstSeenAt.set(account, at);
    return account;
  }

  /** Accounts are numbered from 1 to this. */
  get accounts(): number {
    return this.#refs.length - 1;
  }

  /** Of an account that shows nothing and is in no group. */
  forgetNewestAccount(account: AccountNumber): void {
    assert(account === this.accounts, 'accounts are forgotten in the order they came, reversed');
    this.#accounts.delete(this.ref(account));
    this.#refs.pop();
    this.#firstSeenAt.set(account, 0);
    this.#signedUpAt.set(account, 0);
    this.#vouched.delete(account);
  }

  ref(account: AccountNumber): AccountRef {
    const ref = this.#refs[account];
    assert(ref !== undefined, 'the account is known');
    return ref;
  }

  firstSeenAt(account: AccountNumber): EpochMs {
    return this.#firstSeenAt.get(account);
  }

  setFirstSeenAt(account: AccountNumber, at: EpochMs): void {
    this.#firstSeenAt.set(account, at);
    const component = this.components.of(account);
    if (component !== null && this.partyOfComponent(component) === null) {
      this.setDangling(component, Number.POSITIVE_INFINITY);
    }
  }

  signedUpAt(account: AccountNumber): EpochMs | null {
    const at = this.#signedUpAt.get(account);
    return at === 0 ? null : at;
  }

  setSignedUpAt(account: AccountNumber, at: EpochMs): void {
    this.#signedUpAt.set(account, at);
  }

  isVouched(account: AccountNumber): boolean {
    return this.#vouched.has(account);
  }

  setVouched(account: AccountNumber, vouched: boolean): void {
    if (vouched) this.#vouched.add(account);
    else this.#vouched.delete(account);
  }

  starts(account: AccountNumber): readonly EpochMs[] {
    return this.#starts.get(account) ?? NO_STARTS;
  }

  setStarts(account: AccountNumber, starts: readonly EpochMs[]): void {
    for (const pattern of startPatterns(this.starts(account))) {
      this.#startIndex.remove(pattern, account);
    }
    for (const pattern of startPatterns(starts)) this.#startIndex.add(pattern, account);
    if (starts.length === 0) this.#starts.delete(account);
    else this.#starts.set(account, starts);
  }

  startSharers(pattern: StartPattern, limit: number): readonly AccountNumber[] {
    return this.#startIndex.sharers(pattern, limit);
  }

  findIdentifier(key: IdentifierKey): IdentifierNumber | null {
    return this.#identifiers.get(key) ?? null;
  }

  addIdentifier(added: Identifier): IdentifierNumber {
    const identifier = this.#keys.length as IdentifierNumber;
    this.#name(identifier, added);
    return identifier;
  }

  /** Identifiers are numbered from 1 to this. */
  get identifiers(): number {
    return this.#keys.length - 1;
  }

  /** Of one that nobody shows. */
  forgetNewestIdentifier(identifier: IdentifierNumber): void {
    assert(identifier === this.identifiers, 'identifiers are forgotten like accounts');
    this.#identifiers.delete(this.key(identifier));
    this.#keys.pop();
    this.#displays.pop();
    this.#lastShownAt.set(identifier, 0);
  }

  /** Nobody shows it, and no bond is of it: its number may become another one's. */
  vacate(identifier: IdentifierNumber): void {
    assert(this.accountsShowing(identifier) === 0, 'what somebody shows keeps its number');
    this.#vacant.add(identifier);
  }

  /** A number whose identifier nobody has shown since it was vacated, or null. */
  takeVacant(): IdentifierNumber | null {
    const [vacant] = this.#vacant;
    if (vacant === undefined) return null;
    this.#vacant.delete(vacant);
    return vacant;
  }

  /** Gives the number of one that nobody shows to another. */
  replaceIdentifier(identifier: IdentifierNumber, added: Identifier): void {
    this.#identifiers.delete(this.key(identifier));
    this.#lastShownAt.set(identifier, 0);
    this.#name(identifier, added);
  }

  #name(identifier: IdentifierNumber, { kind, key, display }: Identifier): void {
    assert(!this.#identifiers.has(key), 'an identifier is added once');
    this.#identifiers.set(key, identifier);
    this.#keys[identifier] = key;
    this.#displays[identifier] = display;
    this.#kinds.set(identifier, SHARED_KINDS.indexOf(kind));
  }

  kind(identifier: IdentifierNumber): SharedKind {
    return SHARED_KINDS[this.#kinds.get(identifier)] as SharedKind;
  }

  key(identifier: IdentifierNumber): IdentifierKey {
    return this.#keys[identifier] as IdentifierKey;
  }

  display(identifier: IdentifierNumber): string {
    return this.#displays[identifier] as string;
  }

  accountsShowing(identifier: IdentifierNumber): number {
    return this.#showings.count(identifier);
  }

  lastShownAt(identifier: IdentifierNumber): EpochMs {
    return this.#lastShownAt.get(identifier);
  }

  setLastShownAt(identifier: IdentifierNumber, at: EpochMs): void {
    this.#lastShownAt.set(identifier, at);
  }

  showers(identifier: IdentifierNumber, limit: number): readonly AccountNumber[] {
    return this.#showings.accountsOf(identifier, limit);
  }

  showings(account: AccountNumber): readonly Showing[] {
    return this.#showings.ofAccount(account);
  }

  sharedShowings(account: AccountNumber): readonly Showing[] {
    return this.#showings.ofAccount(account, 2);
  }

  valuesShown(account: AccountNumber): number {
    return this.#showings.countOfAccount(account);
  }

  showing(account: AccountNumber, identifier: IdentifierNumber): Showing | null {
    return this.#showings.find(account, identifier);
  }

  show(account: AccountNumber, showing: Showing): void {
    if (this.#vacant.size > 0) this.#vacant.delete(showing.identifier);
    this.#showings.write(account, showing);
  }

  unshow(account: AccountNumber, identifier: IdentifierNumber): void {
    this.#showings.remove(account, identifier);
  }

  signUps(stream: IdentifierNumber, day: number): readonly AccountNumber[] {
    const own = this.#signUps.get(streamDay(stream, day)) ?? [];
    return typeof own === 'number' ? [own] : own;
  }

  addSignUp(stream: IdentifierNumber, day: number, account: AccountNumber): void {
    const own = this.#signUps.get(streamDay(stream, day));
    if (own === undefined) {
      this.#signUps.set(streamDay(stream, day), account);
      return;
    }
    const list = typeof own === 'number' ? [own] : own;
    list.splice(this.#placeOf(account, list), 0, account);
    this.#signUps.set(streamDay(stream, day), list);
  }

  removeSignUp(stream: IdentifierNumber, day: number, account: AccountNumber): void {
    const own = this.#signUps.get(streamDay(stream, day));
    if (own === account) this.#signUps.delete(streamDay(stream, day));
    if (own === undefined || typeof own === 'number') return;
    const at = own.indexOf(account);
    if (at >= 0) own.splice(at, 1);
  }

  bonds(account: AccountNumber, strength: BondStrength): readonly BondKey[] {
    return this.#bonds[strength].of(account);
  }

  bondSize(bond: BondKey, strength: BondStrength): number {
    return this.#bonds[strength].size(bond);
  }

  bondAccounts(bond: BondKey, strength: BondStrength): Iterable<AccountNumber> {
    return this.#bonds[strength].accounts(bond);
  }

  bind(account: AccountNumber, bond: BondKey, strength: BondStrength): void {
    this.#bonds[strength].bind(account, bond);
  }

  unbind(account: AccountNumber, bond: BondKey, strength: BondStrength): void {
    this.#bonds[strength].unbind(account, bond);
  }

  nameParty(id: PartyId, oldest: AccountNumber): void {
    this.#partyNames.set(id, oldest);
  }

  partyNamed(id: PartyId): AccountNumber | null {
    return this.#partyNames.get(id) ?? null;
  }

  dangling(component: GroupNumber): number {
    return this.#dangling.get(component) ?? Number.POSITIVE_INFINITY;
  }

  setDangling(component: GroupNumber, accounts: number): void {
    if (Number.isFinite(accounts)) this.#dangling.set(component, accounts);
    else this.#dangling.delete(component);
  }

  partyOfComponent(component: GroupNumber): GroupNumber | null {
    return this.#partyOfComponent.get(component) ?? null;
  }

  setPartyOfComponent(component: GroupNumber, party: GroupNumber | null): void {
    if (party === null) this.#partyOfComponent.delete(component);
    else this.#partyOfComponent.set(component, party);
  }

  markDue(account: AccountNumber): void {
    this.#due.add(account);
  }

  takeDue(): AccountNumber | null {
    if (this.#due.size === 0) return null;
    let next = this.#nextDue.next();
    if (next.done === true) {
      // It had ended before what is due now was added.
      this.#nextDue = this.#due.values();
      next = this.#nextDue.next();
    }
    assert(next.done !== true, 'all before the next one have been taken');
    this.#due.delete(next.value);
    return next.value;
  }

  get due(): number {
    return this.#due.size;
  }

  #isOlder(a: AccountNumber, b: AccountNumber): boolean {
    const difference = this.firstSeenAt(a) - this.firstSeenAt(b);
    return difference < 0 || (difference === 0 && this.ref(a) < this.ref(b));
  }

  /** Where the account stands among sign-ups in order. Sign-ups mostly come in order: the end. */
  #placeOf(account: AccountNumber, list: readonly AccountNumber[]): number {
    let low = 0;
    let high = list.length;
    if (high === 0 || this.#isBefore(list[high - 1] as AccountNumber, account)) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isBefore(list[middle] as AccountNumber, account)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBefore(a: AccountNumber, b: AccountNumber): boolean {
    const difference = this.#signedUpAt.get(a) - this.#signedUpAt.get(b);
    return difference < 0 || (difference === 0 && this.ref(a) < this.ref(b));
  }
}

const DAYS = 2 ** 20;

/** Days since the epoch stay below 2^20 until the year 4840, identifiers below 2^32. */
function streamDay(stream: IdentifierNumber, day: number): number {
  return stream * DAYS + day;
}
