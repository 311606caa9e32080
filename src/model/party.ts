import type { Brand } from '../base/brand.ts';
import { shortSha256Hex } from '../base/hash.ts';
import type { AccountId, ProviderName } from './ids.ts';

/** `provider/account`: an account among those of all providers. */
export type AccountRef = Brand<string, 'AccountRef'>;

export function accountRef(provider: ProviderName, account: AccountId): AccountRef {
  return `${provider}/${account}` as AccountRef;
}

/** `pty_` and 32 hex digits. */
export type PartyId = Brand<string, 'PartyId'>;

/**
 * The id of the party whose oldest account this is. A party keeps its id while accounts join and
 * leave, and two servers that know the same accounts name it alike.
 */
export function partyIdOf(oldest: AccountRef): PartyId {
  return `pty_${shortSha256Hex(oldest)}` as PartyId;
}

/** Accounts whose party has another id than before, each told once, whatever became of parties. */
export interface PartyMove {
  readonly from: PartyId;
  readonly into: PartyId;
  readonly accounts: readonly AccountRef[];
}

/**
 * What became of parties, for whoever keeps something by party.
 *
 * joined   an account that was alone is in the party
 * left     an account is alone again, under the id `party`
 * merged   all accounts of `from` are in `into`, and `from` is no more
 * moved    some accounts of `from` are in `into`, which was there before, and `from` goes on
 * split    some accounts of `from` are a party of their own, `into`, and `from` goes on
 * renamed  accounts that stay together, under another id: an older one is known now, or the oldest
 *          has gone
 */
export type PartyChange =
  | { readonly kind: 'joined'; readonly party: PartyId; readonly account: AccountRef }
  | {
      readonly kind: 'left';
      readonly party: PartyId;
      readonly account: AccountRef;
      readonly from: PartyId;
    }
  | {
      readonly kind: 'merged' | 'moved' | 'split' | 'renamed';
      readonly from: PartyId;
      readonly into: PartyId;
      readonly accounts: number;
    };
