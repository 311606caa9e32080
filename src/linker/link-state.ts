/**
 * What the linker knows, as it asks for it. Numbers are the store's row ids; nothing that the
 * linker concludes depends on them. Every question is answered from an index, and none loads more
 * than its limit: of a popular value the linker asks the count, never the members.
 *
 * `MemoryLinkState` answers from memory. A store answers in two steps, like all of the pipeline:
 * `gather` loads for a batch the accounts, the values they show with their counts, the bonds of the
 * accounts that are due and the groups of those; `record` writes what was changed. What is due and
 * was not gathered stays due until the next batch.
 */
import type { Brand } from '../base/brand.ts';
import type { EpochMs } from '../base/time.ts';
import type { Identifier, IdentifierKey, SharedKind } from '../model/identifier.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import type { StartPattern } from './identifiers/start-pattern.ts';

export type AccountNumber = Brand<number, 'AccountNumber'>;
export type IdentifierNumber = Brand<number, 'IdentifierNumber'>;
export type GroupNumber = Brand<number, 'GroupNumber'>;

/** A set of values heavy enough to count: their numbers joined by `+`, in ascending order. */
export type BondKey = Brand<string, 'BondKey'>;
export type BondStrength = 'joining' | 'suspect';

/** That an account shows a value. */
export interface Showing {
  readonly identifier: IdentifierNumber;
  readonly firstSeenAt: EpochMs;
  readonly lastSeenAt: EpochMs;
}

/** Accounts in groups, each in one at most. Groups without accounts are forgotten. */
export interface Grouping {
  of(account: AccountNumber): GroupNumber | null;
  size(group: GroupNumber): number;
  accounts(group: GroupNumber): Iterable<AccountNumber>;
  /** The account that was seen first; of two seen at once, the first by name. */
  oldest(group: GroupNumber): AccountNumber;
  create(): GroupNumber;
  move(account: AccountNumber, group: GroupNumber | null): void;
  /** The account was first seen earlier than was known: its group may have another oldest. */
  aged(account: AccountNumber): void;
}

export interface LinkState {
  findAccount(ref: AccountRef): AccountNumber | null;
  addAccount(ref: AccountRef, at: EpochMs): AccountNumber;
  ref(account: AccountNumber): AccountRef;
  firstSeenAt(account: AccountNumber): EpochMs;
  /** Where its component was cut depends on ages: nobody has counted who is dangling there now. */
  setFirstSeenAt(account: AccountNumber, at: EpochMs): void;
  /** Null when no sign-up was seen. */
  signedUpAt(account: AccountNumber): EpochMs | null;
  setSignedUpAt(account: AccountNumber, at: EpochMs): void;
  isVouched(account: AccountNumber): boolean;
  setVouched(account: AccountNumber, vouched: boolean): void;
  /** What is kept of when its jobs started: `withStart`. */
  starts(account: AccountNumber): readonly EpochMs[];
  setStarts(account: AccountNumber, starts: readonly EpochMs[]): void;
  /** Accounts whose kept starts have the pattern, at most `limit`. */
  startSharers(pattern: StartPattern, limit: number): readonly AccountNumber[];

  findIdentifier(key: IdentifierKey): IdentifierNumber | null;
  /** It may get the number of one that nobody shows any more, which is forgotten then. */
  addIdentifier(identifier: Identifier): IdentifierNumber;
  kind(identifier: IdentifierNumber): SharedKind;
  key(identifier: IdentifierNumber): IdentifierKey;
  display(identifier: IdentifierNumber): string;
  /** How many accounts show it now. */
  accountsShowing(identifier: IdentifierNumber): number;
  /** When anybody showed it last. */
  lastShownAt(identifier: IdentifierNumber): EpochMs;
  setLastShownAt(identifier: IdentifierNumber, at: EpochMs): void;
  /** Some of those who show it, at most `limit`. */
  showers(identifier: IdentifierNumber, limit: number): readonly AccountNumber[];

  showings(account: AccountNumber): readonly Showing[];
  /** Those of values that others show, too. Most values are one account's alone. */
  sharedShowings(account: AccountNumber): readonly Showing[];
  /** How many values it shows. */
  valuesShown(account: AccountNumber): number;
  showing(account: AccountNumber, identifier: IdentifierNumber): Showing | null;
  /** Writes the showing, new or changed. */
  show(account: AccountNumber, showing: Showing): void;
  unshow(account: AccountNumber, identifier: IdentifierNumber): void;

  /** Sign-ups of one day among those who show the value, by time and name. Not to be kept. */
  signUps(stream: IdentifierNumber, day: number): readonly AccountNumber[];
  addSignUp(stream: IdentifierNumber, day: number, account: AccountNumber): void;
  removeSignUp(stream: IdentifierNumber, day: number, account: AccountNumber): void;

  bonds(account: AccountNumber, strength: BondStrength): readonly BondKey[];
  bondSize(bond: BondKey, strength: BondStrength): number;
  bondAccounts(bond: BondKey, strength: BondStrength): Iterable<AccountNumber>;
  bind(account: AccountNumber, bond: BondKey, strength: BondStrength): void;
  unbind(account: AccountNumber, bond: BondKey, strength: BondStrength): void;

  /** Accounts that hang together by joining bonds. An account without any is in no component. */
  readonly components: Grouping;
  /** Parties of two accounts and more. */
  readonly parties: Grouping;
  /**
   * Remembers whose name a party bears. Kept when the party is no more: it is the name of whatever
   * party that account is ever the oldest of.
   */
  nameParty(id: PartyId, oldest: AccountNumber): void;
  partyNamed(id: PartyId): AccountNumber | null;
  /**
   * So many accounts at most lose touch with most of the component when one account goes; infinite
   * when nobody has counted.
   */
  dangling(component: GroupNumber): number;
  setDangling(component: GroupNumber, accounts: number): void;
  /** The component's party when it is one, null when it was cut into several. */
  partyOfComponent(component: GroupNumber): GroupNumber | null;
  setPartyOfComponent(component: GroupNumber, party: GroupNumber | null): void;

  /** Accounts whose bonds must be looked at again. One that is due twice is due once. */
  markDue(account: AccountNumber): void;
  takeDue(): AccountNumber | null;
  readonly due: number;
}
