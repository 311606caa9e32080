/**
 * Who shows what, as rows in columns. Each row is in two chains: the account's, short and walked
 * from its head, and the value's, long and linked both ways so that a row leaves it in one step.
 * Row 0 is nobody's and ends every chain. 36 bytes a row; objects took about 150.
 */
import type { EpochMs } from '../base/time.ts';
import { float64Column, int32Column } from './column.ts';
import type { AccountNumber, IdentifierNumber, Showing } from './link-state.ts';

export class ShowingTable {
  readonly #account = int32Column();
  readonly #identifier = int32Column();
  readonly #firstSeenAt = float64Column();
  readonly #lastSeenAt = float64Column();
  readonly #nextOfAccount = int32Column();
  readonly #nextOfIdentifier = int32Column();
  readonly #previousOfIdentifier = int32Column();
  readonly #headOfAccount = int32Column();
  readonly #headOfIdentifier = int32Column();
  readonly #count = int32Column();
  #rows = 0;
  /** Rows given back, chained by `nextOfAccount`. */
  #free = 0;

  count(identifier: IdentifierNumber): number {
    return this.#count.get(identifier);
  }

  countOfAccount(account: AccountNumber): number {
    let count = 0;
    let row = this.#headOfAccount.get(account);
    for (; row !== 0; row = this.#nextOfAccount.get(row)) count++;
    return count;
  }

  find(account: AccountNumber, identifier: IdentifierNumber): Showing | null {
    const row = this.#rowOf(account, identifier);
    return row === 0 ? null : this.#read(row);
  }

  /** Of the values that `accountsMin` accounts show. */
  ofAccount(account: AccountNumber, accountsMin = 1): readonly Showing[] {
    const showings: Showing[] = [];
    let row = this.#headOfAccount.get(account);
    for (; row !== 0; row = this.#nextOfAccount.get(row)) {
      if (this.#count.get(this.#identifier.get(row)) < accountsMin) continue;
      showings.push(this.#read(row));
    }
    return showings;
  }

  accountsOf(identifier: IdentifierNumber, limit: number): readonly AccountNumber[] {
    const accounts: AccountNumber[] = [];
    let row = this.#headOfIdentifier.get(identifier);
    for (; row !== 0 && accounts.length < limit; row = this.#nextOfIdentifier.get(row)) {
      accounts.push(this.#account.get(row) as AccountNumber);
    }
    return accounts;
  }

  write(account: AccountNumber, { identifier, firstSeenAt, lastSeenAt }: Showing): void {
    const row = this.#rowOf(account, identifier) || this.#add(account, identifier);
    this.#firstSeenAt.set(row, firstSeenAt);
    this.#lastSeenAt.set(row, lastSeenAt);
  }

  remove(account: AccountNumber, identifier: IdentifierNumber): void {
    let before = 0;
    let row = this.#headOfAccount.get(account);
    while (row !== 0 && this.#identifier.get(row) !== identifier) {
      before = row;
      row = this.#nextOfAccount.get(row);
    }
    if (row === 0) return;
    const next = this.#nextOfAccount.get(row);
    if (before === 0) this.#headOfAccount.set(account, next);
    else this.#nextOfAccount.set(before, next);
    this.#leaveIdentifier(row, identifier);
    this.#nextOfAccount.set(row, this.#free);
    this.#free = row;
  }

  #leaveIdentifier(row: number, identifier: IdentifierNumber): void {
    const next = this.#nextOfIdentifier.get(row);
    const previous = this.#previousOfIdentifier.get(row);
    if (previous === 0) this.#headOfIdentifier.set(identifier, next);
    else this.#nextOfIdentifier.set(previous, next);
    if (next !== 0) this.#previousOfIdentifier.set(next, previous);
    this.#count.set(identifier, this.#count.get(identifier) - 1);
  }

  #add(account: AccountNumber, identifier: IdentifierNumber): number {
    const row = this.#free === 0 ? ++this.#rows : this.#free;
    if (row === this.#free) this.#free = this.#nextOfAccount.get(row);
    this.#account.set(row, account);
    this.#identifier.set(row, identifier);
    this.#nextOfAccount.set(row, this.#headOfAccount.get(account));
    this.#headOfAccount.set(account, row);
    const head = this.#headOfIdentifier.get(identifier);
    this.#nextOfIdentifier.set(row, head);
    this.#previousOfIdentifier.set(row, 0);
    if (head !== 0) this.#previousOfIdentifier.set(head, row);
    this.#headOfIdentifier.set(identifier, row);
    this.#count.set(identifier, this.#count.get(identifier) + 1);
    return row;
  }

  #rowOf(account: AccountNumber, identifier: IdentifierNumber): number {
    let row = this.#headOfAccount.get(account);
    while (row !== 0 && this.#identifier.get(row) !== identifier) {
      row = this.#nextOfAccount.get(row);
    }
    return row;
  }

  #read(row: number): Showing {
    return {
      identifier: this.#identifier.get(row) as IdentifierNumber,
      firstSeenAt: this.#firstSeenAt.get(row) as EpochMs,
      lastSeenAt: this.#lastSeenAt.get(row) as EpochMs,
    };
  }
}
