/**
 * Who has which pattern of starts. Nearly all patterns are one account's alone, so one account is
 * kept as a number and only several as a set: 40 bytes a pattern.
 */
import type { StartPattern } from './identifiers/start-pattern.ts';
import type { AccountNumber } from './link-state.ts';

export class StartIndex {
  readonly #accounts = new Map<StartPattern, AccountNumber | Set<AccountNumber>>();

  add(pattern: StartPattern, account: AccountNumber): void {
    const own = this.#accounts.get(pattern);
    if (own === undefined) this.#accounts.set(pattern, account);
    else if (typeof own === 'number') this.#accounts.set(pattern, new Set([own, account]));
    else own.add(account);
  }

  remove(pattern: StartPattern, account: AccountNumber): void {
    const own = this.#accounts.get(pattern);
    if (typeof own === 'object') own.delete(account);
    if (own === account || (typeof own === 'object' && own.size === 0)) {
      this.#accounts.delete(pattern);
    }
  }

  /** At most `limit` of them. */
  sharers(pattern: StartPattern, limit: number): readonly AccountNumber[] {
    const own = this.#accounts.get(pattern);
    if (own === undefined) return [];
    return typeof own === 'number' ? [own] : own.values().take(limit).toArray();
  }
}
