import type { EpochMs } from '../base/time.ts';
import type { Identifier } from '../model/identifier.ts';
import type { AccountNumber } from './link-state.ts';

/** A value that follows from what several accounts did, and an account that has come to show it. */
export interface ValueChange {
  readonly account: AccountNumber;
  readonly value: Identifier;
  readonly at: EpochMs;
  /** False for one that no longer shows it. */
  readonly isIn: boolean;
}
