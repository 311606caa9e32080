/**
 * The linker's knowledge in memory, beside a database that has all facts of it. What a batch
 * changes is noted twice: as rows to write with the batch, and as steps to take back when the
 * batch could not be written.
 *
 *   changes ──► written with the batch ──► commit: forget both notes
 *                       │
 *                       └─ failed ──► rollback: steps in reverse, then whoever they touched settles
 *
 * When a value was last shown follows from its showings, so its row is written once, and again only
 * when the last of them goes: a browser's row would be written with every batch otherwise, and each
 * batch wrote 1.7 MB.
 *
 * Only facts are taken back: who was seen when, and who showed what. Bonds and parties follow from
 * facts (`linker.ts`), so settling whoever is touched brings them back as well, and a start reads
 * facts alone.
 *
 * A value that nobody shows any more is kept until its number is needed for another: people come
 * from new addresses all the time, and each address took 320 bytes for good.
 */
import { assert } from '../base/assert.ts';
import type { EpochMs } from '../base/time.ts';
import { type Identifier, type IdentifierKey, SHARED_KINDS } from '../model/identifier.ts';
import {
  LINK_COLUMNS,
  type LinkChanges,
  type LinkTable,
  type LinkValue,
} from '../model/link-rows.ts';
import type { AccountRef } from '../model/party.ts';
import { bitsOf } from './bits.ts';
import type { AccountNumber, IdentifierNumber, Showing } from './link-state.ts';
import { MemoryLinkState } from './memory-state.ts';
import { settle } from './settle.ts';
import { isStreamKind, signUpDayOf } from './sign-up-streams.ts';
import { WEIGHTS } from './weights.ts';

interface NewIdentifier {
  readonly identifier: IdentifierNumber;
  /** What had its number before. */
  readonly before: (Identifier & { readonly lastShownAt: EpochMs }) | null;
}

export class TrackedLinkState extends MemoryLinkState {
  readonly #accounts = new Set<AccountNumber>();
  readonly #identifiers = new Set<IdentifierNumber>();
  readonly #showings = new Map<AccountNumber, Set<IdentifierNumber>>();
  #steps: (() => void)[] = [];
  readonly #newAccounts: AccountNumber[] = [];
  readonly #newIdentifiers: NewIdentifier[] = [];
  /** Values that the batch took from the last who showed them. */
  readonly #emptied = new Set<IdentifierNumber>();

  override addAccount(ref: AccountRef, at: EpochMs): AccountNumber {
    const account = super.addAccount(ref, at);
    this.#accounts.add(account);
    this.#newAccounts.push(account);
    return account;
  }

  override setFirstSeenAt(account: AccountNumber, at: EpochMs): void {
    const before = this.firstSeenAt(account);
    this.#changed(account, () => super.setFirstSeenAt(account, before));
    super.setFirstSeenAt(account, at);
  }

  override setSignedUpAt(account: AccountNumber, at: EpochMs): void {
    const before = this.signedUpAt(account) ?? 0;
    this.#changed(account, () => super.setSignedUpAt(account, before));
    super.setSignedUpAt(account, at);
  }

  override setVouched(account: AccountNumber, vouched: boolean): void {
    const before = this.isVouched(account);
    this.#changed(account, () => super.setVouched(account, before));
    super.setVouched(account, vouched);
  }

  override setStarts(account: AccountNumber, starts: readonly EpochMs[]): void {
    const before = this.starts(account);
    this.#changed(account, () => super.setStarts(account, before));
    super.setStarts(account, starts);
  }

  override addIdentifier(added: Identifier): IdentifierNumber {
    const vacant = this.takeVacant();
    const before = vacant === null ? null : this.#whole(vacant);
    if (vacant !== null) this.replaceIdentifier(vacant, added);
    const identifier = vacant ?? super.addIdentifier(added);
    this.#identifiers.add(identifier);
    this.#newIdentifiers.push({ identifier, before });
    return identifier;
  }

  #whole(identifier: IdentifierNumber): NonNullable<NewIdentifier['before']> {
    return {
      kind: this.kind(identifier),
      key: this.key(identifier),
      display: this.display(identifier),
      lastShownAt: this.lastShownAt(identifier),
    };
  }

  override setLastShownAt(identifier: IdentifierNumber, at: EpochMs): void {
    const before = this.lastShownAt(identifier);
    this.#steps.push(() => super.setLastShownAt(identifier, before));
    super.setLastShownAt(identifier, at);
  }

  override show(account: AccountNumber, showing: Showing): void {
    const { identifier } = showing;
    const before = this.showing(account, identifier);
    this.#shown(account, identifier, before);
    super.show(account, showing);
  }

  override unshow(account: AccountNumber, identifier: IdentifierNumber): void {
    const before = this.showing(account, identifier);
    if (before?.lastSeenAt === this.lastShownAt(identifier)) this.#identifiers.add(identifier);
    this.#shown(account, identifier, before);
    super.unshow(account, identifier);
    if (this.accountsShowing(identifier) === 0) this.#emptied.add(identifier);
  }

  override addSignUp(stream: IdentifierNumber, day: number, account: AccountNumber): void {
    this.#steps.push(() => super.removeSignUp(stream, day, account));
    super.addSignUp(stream, day, account);
  }

  override removeSignUp(stream: IdentifierNumber, day: number, account: AccountNumber): void {
    this.#steps.push(() => super.addSignUp(stream, day, account));
    super.removeSignUp(stream, day, account);
  }

  #changed(account: AccountNumber, back: () => void): void {
    this.#accounts.add(account);
    this.#steps.push(back);
  }

  #shown(account: AccountNumber, identifier: IdentifierNumber, before: Showing | null): void {
    const own = this.#showings.get(account);
    if (own === undefined) this.#showings.set(account, new Set([identifier]));
    else own.add(identifier);
    this.#steps.push(() => {
      if (before === null) super.unshow(account, identifier);
      else super.show(account, before);
    });
  }

  /** What has changed since the last commit. */
  changes(): LinkChanges {
    const accounts = [...this.#accounts].flatMap((account) => this.#accountRow(account));
    const identifiers = [...this.#identifiers].flatMap((one) => this.#identifierRow(one));
    const showings: number[] = [];
    const unshown: number[] = [];
    for (const [account, own] of this.#showings) {
      for (const identifier of own) {
        const showing = this.showing(account, identifier);
        if (showing === null) unshown.push(account, identifier);
        else showings.push(account, identifier, showing.firstSeenAt, showing.lastSeenAt);
      }
    }
    return { accounts, identifiers, showings, unshown };
  }

  #accountRow(account: AccountNumber): LinkValue[] {
    const vouched = this.isVouched(account) ? 1 : 0;
    const times = [this.firstSeenAt(account), this.signedUpAt(account)];
    const starts = this.starts(account).join(' ');
    return [account, this.ref(account), ...times, vouched, starts === '' ? null : starts];
  }

  #identifierRow(identifier: IdentifierNumber): LinkValue[] {
    const names = [this.kind(identifier), this.key(identifier), this.display(identifier)];
    return [identifier, ...names, this.lastShownAt(identifier)];
  }

  /** The database has everything. */
  commit(): void {
    for (const identifier of this.#emptied) {
      if (this.accountsShowing(identifier) === 0) this.vacate(identifier);
    }
    this.#forgetBatch();
  }

  #forgetBatch(): void {
    this.#emptied.clear();
    this.#accounts.clear();
    this.#identifiers.clear();
    this.#showings.clear();
    this.#steps = [];
    this.#newAccounts.length = 0;
    this.#newIdentifiers.length = 0;
  }

  /** The database has nothing of what came after the last commit. */
  rollback(): void {
    const touched = new Set([...this.#accounts, ...this.#showings.keys()]);
    for (const step of this.#steps.reverse()) step();
    for (const account of touched) this.markDue(account);
    const values = new Set([...this.#showings.values()].flatMap((own) => [...own]));
    for (const identifier of [...this.#identifiers, ...values]) this.#markShowersDue(identifier);
    settle(this, Number.POSITIVE_INFINITY);
    for (const account of this.#newAccounts.toReversed()) this.forgetNewestAccount(account);
    for (const one of this.#newIdentifiers.toReversed()) this.#takeBack(one);
    for (const identifier of values) {
      const isThere = identifier <= this.identifiers;
      if (isThere && this.accountsShowing(identifier) === 0) this.vacate(identifier);
    }
    this.#forgetBatch();
  }

  #takeBack({ identifier, before }: NewIdentifier): void {
    if (before === null) {
      this.forgetNewestIdentifier(identifier);
      return;
    }
    this.replaceIdentifier(identifier, before);
    super.setLastShownAt(identifier, before.lastShownAt);
  }

  #markShowersDue(identifier: IdentifierNumber): void {
    const { accountsMax } = WEIGHTS[this.kind(identifier)];
    for (const account of this.showers(identifier, accountsMax)) this.markDue(account);
  }

  /** Takes over rows of a store. First accounts, then identifiers, then showings. */
  load(table: LinkTable, values: readonly LinkValue[]): void {
    const width = LINK_COLUMNS[table].length;
    for (let at = 0; at < values.length; at += width) {
      this.#loadRow[table](values.slice(at, at + width));
    }
  }

  readonly #loadRow: Readonly<Record<LinkTable, (row: readonly LinkValue[]) => void>> = {
    accounts: ([number, ref, firstSeenAt, signedUpAt = null, vouched, starts = null]) => {
      const account = super.addAccount(ref as AccountRef, Number(firstSeenAt));
      assert(account === number, 'accounts are numbered without gaps');
      if (signedUpAt !== null) super.setSignedUpAt(account, Number(signedUpAt));
      if (vouched === 1) super.setVouched(account, true);
      if (starts !== null) super.setStarts(account, String(starts).split(' ').map(Number));
    },
    identifiers: ([number, name, key, display, lastShownAt]) => {
      const kind = SHARED_KINDS.find((one) => one === name);
      assert(kind !== undefined, 'the kind is known');
      const added = { kind, key: key as IdentifierKey, display: String(display) };
      const identifier = super.addIdentifier(added);
      assert(identifier === number, 'identifiers are numbered without gaps');
      super.setLastShownAt(identifier, Number(lastShownAt));
    },
    showings: ([account, number, firstSeenAt, last]) => {
      const identifier = number as IdentifierNumber;
      const lastSeenAt = Number(last);
      super.show(account as AccountNumber, {
        identifier,
        firstSeenAt: Number(firstSeenAt),
        lastSeenAt,
      });
      if (lastSeenAt > this.lastShownAt(identifier)) super.setLastShownAt(identifier, lastSeenAt);
    },
  };

  /** When all is loaded: sign-up streams, and bonds of whoever shares something that counts. */
  derive(): void {
    for (let number = 1; number <= this.accounts; number++) {
      const account = number as AccountNumber;
      const signedUpAt = this.signedUpAt(account);
      let counts = false;
      for (const { identifier } of this.showings(account)) {
        const kind = this.kind(identifier);
        if (signedUpAt !== null && isStreamKind(kind)) {
          super.addSignUp(identifier, signUpDayOf(signedUpAt), account);
        }
        counts ||= bitsOf(kind, this.accountsShowing(identifier), 0) > 0;
      }
      if (counts) this.markDue(account);
    }
    settle(this, Number.POSITIVE_INFINITY);
    for (let number = 1; number <= this.identifiers; number++) {
      const identifier = number as IdentifierNumber;
      if (this.accountsShowing(identifier) === 0) this.vacate(identifier);
    }
  }
}
