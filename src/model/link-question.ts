/** What a person may ask of parties, and what they are told. */
import type { Explanation, Portrait, Suspicion } from './link.ts';
import type { AccountRef, PartyId } from './party.ts';

export type LinkQuestion =
  | { readonly kind: 'account'; readonly account: AccountRef }
  | { readonly kind: 'party'; readonly party: PartyId }
  | { readonly kind: 'explain'; readonly from: AccountRef; readonly to: AccountRef };

export type LinkAnswer =
  /** The account has shown nothing that others may share, or no party of two has the id. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'account';
      readonly party: PartyId;
      readonly accountsInParty: number;
      readonly linkBits: number;
      readonly suspicions: readonly Suspicion[];
      readonly portrait: Portrait;
    }
  | {
      readonly kind: 'party';
      readonly size: number;
      /** The oldest first, at most `partyAccountsShownMax`. */
      readonly accounts: readonly AccountRef[];
    }
  | { readonly kind: 'explained'; readonly explanation: Explanation };
