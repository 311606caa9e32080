import type { EpochMs } from '../base/time.ts';
import type { Identifier, SharedKind } from './identifier.ts';
import type { AccountRef, PartyId } from './party.ts';

/** What the linker is told. Order does not count, and saying a thing twice changes nothing. */
export type Observation =
  /** The account showed a value that others may show too. */
  | {
      readonly kind: 'shown';
      readonly account: AccountRef;
      readonly identifier: Identifier;
      readonly at: EpochMs;
    }
  | { readonly kind: 'signed-up'; readonly account: AccountRef; readonly at: EpochMs }
  /** A job of the account began to run. */
  | { readonly kind: 'started'; readonly account: AccountRef; readonly at: EpochMs }
  /** It was a mistake, or its retention is over: the account never showed it. */
  | { readonly kind: 'withdrawn'; readonly account: AccountRef; readonly identifier: Identifier }
  /** A person said that the account is its own party, whatever it shares; or took that back. */
  | { readonly kind: 'vouched'; readonly account: AccountRef; readonly vouched: boolean };

/** One value that two accounts share, and what it weighs between them. */
export interface Link {
  readonly kind: SharedKind;
  readonly display: string;
  /** Evidence in bits for one operator; 0 for a value that many have. */
  readonly bits: number;
  /** Accounts that show the value. */
  readonly accounts: number;
  /** Whoever wants to be taken for the other side could have shown it. */
  readonly plantable: boolean;
  /** The span in which the two accounts showed it. */
  readonly firstSeenAt: EpochMs;
  readonly lastSeenAt: EpochMs;
}

/** Two accounts, and what ties them directly. Of dependent links only the strongest is here. */
export interface LinkStep {
  readonly from: AccountRef;
  readonly to: AccountRef;
  readonly bits: number;
  readonly links: readonly Link[];
  /** The step for a person. */
  readonly sentences: readonly string[];
}

/**
 * Why two accounts are of one party, or why not.
 *
 * linked      a path of steps, each strong enough to join
 * suspected   something ties them, not enough to join
 * unlinked    nothing that counts
 */
export interface Explanation {
  readonly verdict: 'linked' | 'suspected' | 'unlinked';
  readonly steps: readonly LinkStep[];
  /** Plain sentences for a person, the first one the answer. */
  readonly sentences: readonly string[];
}

/** What is known of one account, for a person. */
export interface Portrait {
  readonly sentences: readonly string[];
  /** What it shows, what ties it most first, at most `accountValuesToldMax`. */
  readonly values: readonly ShownValue[];
}

export interface ShownValue extends Link {
  readonly sentence: string;
}

/** A tie to another party that is too weak to join: a case for a person. */
export interface Suspicion {
  readonly party: PartyId;
  /** One of the other accounts that share it. */
  readonly account: AccountRef;
  readonly bits: number;
  readonly kinds: readonly SharedKind[];
}
