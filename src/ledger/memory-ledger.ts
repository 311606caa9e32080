import { assert } from '../base/assert.ts';
import type { OperationKey } from '../model/allowance.ts';
import type {
  Books,
  HolderKey,
  LedgerChanges,
  Receipt,
  Reservation,
  Transfer,
} from '../model/ledger-rows.ts';
import type { LedgerState } from './ledger-state.ts';

/**
 * A ledger in memory, for tests, measurements and the arena. It keeps every receipt and transfer,
 * and states by example what a store must do with the changes of a batch.
 */
export class MemoryLedger implements LedgerState {
  readonly #books = new Map<HolderKey, Books>();
  readonly #reservations = new Map<OperationKey, Reservation>();
  readonly #receipts = new Map<OperationKey, Receipt>();
  readonly #transfers: Transfer[] = [];

  books(holder: HolderKey): Books | null {
    return this.#books.get(holder) ?? null;
  }

  reservation(key: OperationKey): Reservation | null {
    return this.#reservations.get(key) ?? null;
  }

  receipt(key: OperationKey): Receipt | null {
    return this.#receipts.get(key) ?? null;
  }

  /** All or nothing: false when another batch wrote one of the holders since this one read it. */
  record({ books, reservations, receipts, transfers }: LedgerChanges): boolean {
    const isStale = books.some(
      ({ holder, books: { version } }) => version !== (this.#books.get(holder)?.version ?? 0) + 1,
    );
    if (isStale) return false;
    for (const { holder, books: written } of books) this.#books.set(holder, written);
    for (const reservation of reservations) this.#reservations.set(reservation.key, reservation);
    for (const receipt of receipts) {
      assert(!this.#receipts.has(receipt.key), 'a key is carried out once');
      this.#receipts.set(receipt.key, receipt);
    }
    for (const transfer of transfers) this.#transfers.push(transfer);
    return true;
  }

  holders(): Iterable<readonly [HolderKey, Books]> {
    return this.#books;
  }

  reservations(): Iterable<Reservation> {
    return this.#reservations.values();
  }

  transfers(): readonly Transfer[] {
    return this.#transfers;
  }
}
