import type { AccountNumber, BondKey } from './link-state.ts';

const NONE: readonly BondKey[] = [];
const NOBODY: ReadonlySet<AccountNumber> = new Set();

/** Which account has which bond, both ways. */
export class MemoryBonds {
  readonly #ofAccount = new Map<AccountNumber, BondKey[]>();
  readonly #accounts = new Map<BondKey, Set<AccountNumber>>();

  of(account: AccountNumber): readonly BondKey[] {
    return this.#ofAccount.get(account) ?? NONE;
  }

  size(bond: BondKey): number {
    return this.#accounts.get(bond)?.size ?? 0;
  }

  accounts(bond: BondKey): Iterable<AccountNumber> {
    return this.#accounts.get(bond) ?? NOBODY;
  }

  bind(account: AccountNumber, bond: BondKey): void {
    const own = this.#ofAccount.get(account) ?? [];
    this.#ofAccount.set(account, own);
    own.push(bond);
    const accounts = this.#accounts.get(bond) ?? new Set();
    this.#accounts.set(bond, accounts);
    accounts.add(account);
  }

  unbind(account: AccountNumber, bond: BondKey): void {
    const left = this.of(account).filter((other) => other !== bond);
    if (left.length === 0) this.#ofAccount.delete(account);
    else this.#ofAccount.set(account, left);
    const accounts = this.#accounts.get(bond);
    accounts?.delete(account);
    if (accounts?.size === 0) this.#accounts.delete(bond);
  }
}
