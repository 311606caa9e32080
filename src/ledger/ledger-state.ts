import type { OperationKey } from '../model/allowance.ts';
import type { Books, HolderKey, LedgerKeys, Receipt, Reservation } from '../model/ledger-rows.ts';
import { accountHolder, partyHolder, poolHolder } from './books.ts';
import { type Operation, reservationOf } from './operation.ts';

/** What the ledger reads: all of it is gathered before a batch is decided. */
export interface LedgerState {
  books(holder: HolderKey): Books | null;
  reservation(key: OperationKey): Reservation | null;
  receipt(key: OperationKey): Receipt | null;
}

/** All that an operation may read, for `gather`. */
export function keysOf(operation: Operation): LedgerKeys {
  const receipts = [operation.key];
  if (operation.kind === 'merge' || operation.kind === 'move') {
    const parties = [partyHolder(operation.from), partyHolder(operation.into)];
    const accounts = operation.kind === 'move' ? operation.accounts : [];
    return { holders: [...parties, ...accounts.map(accountHolder)], reservations: [], receipts };
  }
  const { party, account } = operation;
  const holders = [partyHolder(party), accountHolder(account), poolHolder(account)];
  if (operation.kind === 'adjust') return { holders, reservations: [], receipts };
  const name = operation.kind === 'reserve' ? reservationOf(operation) : operation.reservation;
  return { holders, reservations: [name], receipts };
}
