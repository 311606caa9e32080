/** What a person is shown of a party's allowance. */
import { ledgerPartyHopsMax } from '../base/limits.ts';
import type { EpochMs } from '../base/time.ts';
import { allowanceOf, partyHolder } from '../ledger/books.ts';
import type { Allowance } from '../model/allowance.ts';
import type { PartyId } from '../model/party.ts';
import type { Store } from '../ports/store.ts';

export interface PartyAllowance extends Allowance {
  /** The one that was asked for, or the one that it is part of now. */
  readonly party: PartyId;
  /** The highest share that was told of this month, in percent. */
  readonly noticedPercent: number;
}

/** Null when the ledger has never heard of the party. */
export async function readAllowance(
  store: Pick<Store, 'ledger'>,
  party: PartyId,
  at: EpochMs,
  hops: number = ledgerPartyHopsMax,
): Promise<PartyAllowance | null> {
  const holders = [partyHolder(party)];
  const { books: rows } = await store.ledger({ holders, reservations: [], receipts: [] });
  const books = rows[0]?.books;
  if (books === undefined) return null;
  if (books.mergedInto !== null && hops > 0) {
    return readAllowance(store, books.mergedInto, at, hops - 1);
  }
  return { party, ...allowanceOf(books, at), noticedPercent: books.noticedPercent };
}
