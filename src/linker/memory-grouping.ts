import { assert } from '../base/assert.ts';
import { int32Column } from './column.ts';
import type { AccountNumber, Grouping, GroupNumber } from './link-state.ts';

interface Group {
  readonly accounts: Set<AccountNumber>;
  oldest: AccountNumber | null;
}

/** Groups in memory. Group 0 is none. */
export class MemoryGrouping implements Grouping {
  readonly #groupOf = int32Column();
  readonly #groups = new Map<GroupNumber, Group>();
  readonly #isOlder: (a: AccountNumber, b: AccountNumber) => boolean;
  #last = 0;

  constructor(isOlder: (a: AccountNumber, b: AccountNumber) => boolean) {
    this.#isOlder = isOlder;
  }

  of(account: AccountNumber): GroupNumber | null {
    const group = this.#groupOf.get(account);
    return group === 0 ? null : (group as GroupNumber);
  }

  size(group: GroupNumber): number {
    return this.#groups.get(group)?.accounts.size ?? 0;
  }

  accounts(group: GroupNumber): Iterable<AccountNumber> {
    return this.#groups.get(group)?.accounts ?? [];
  }

  oldest(group: GroupNumber): AccountNumber {
    const found = this.#groups.get(group);
    assert(found !== undefined, 'the group has accounts');
    found.oldest ??= this.#oldestOf(found.accounts);
    return found.oldest;
  }

  create(): GroupNumber {
    return ++this.#last as GroupNumber;
  }

  move(account: AccountNumber, group: GroupNumber | null): void {
    const from = this.of(account);
    if (from === group) return;
    if (from !== null) this.#leave(account, from);
    this.#groupOf.set(account, group ?? 0);
    if (group === null) return;
    const into = this.#groups.get(group) ?? { accounts: new Set(), oldest: account };
    this.#groups.set(group, into);
    into.accounts.add(account);
    if (into.oldest !== null && this.#isOlder(account, into.oldest)) into.oldest = account;
  }

  aged(account: AccountNumber): void {
    const group = this.of(account);
    const found = group === null ? undefined : this.#groups.get(group);
    if (found !== undefined) found.oldest = null;
  }

  #leave(account: AccountNumber, group: GroupNumber): void {
    const from = this.#groups.get(group);
    assert(from?.accounts.delete(account) === true, 'the account is in its group');
    if (from.accounts.size === 0) this.#groups.delete(group);
    if (from.oldest === account) from.oldest = null;
  }

  #oldestOf(accounts: Iterable<AccountNumber>): AccountNumber {
    let oldest: AccountNumber | null = null;
    for (const account of accounts) {
      if (oldest === null || this.#isOlder(account, oldest)) oldest = account;
    }
    assert(oldest !== null, 'a group has accounts');
    return oldest;
  }
}
