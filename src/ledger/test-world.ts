/** A ledger in memory with a clock that stands still until it is moved, for tests. */

import { assert } from '../base/assert.ts';
import type { EpochMs } from '../base/time.ts';
import type { Allowance, AllowanceNotice, OperationKey } from '../model/allowance.ts';
import type { Books, HolderKey, Receipt, Reservation } from '../model/ledger-rows.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import { DEFAULT_TIERS, type Tier } from '../model/tier.ts';
import { audit } from './audit.ts';
import { allowanceOf, partyHolder } from './books.ts';
import { LedgerBatch, type LedgerOutcome } from './ledger.ts';
import { keysOf, type LedgerState } from './ledger-state.ts';
import { MemoryLedger } from './memory-ledger.ts';
import type { LedgerErrorCode, Operation, Reserve } from './operation.ts';

export const START = Date.UTC(2026, 0, 10, 12);

export function account(name: string): AccountRef {
  return `generic/${name}` as AccountRef;
}

export function party(name: string): PartyId {
  return `pty_${name.slice(name.indexOf('/') + 1)}` as PartyId;
}

export function operationKey(name: string): OperationKey {
  return name as OperationKey;
}

/** What was answered, with a refusal as its code. */
export type Answer = LedgerOutcome | LedgerErrorCode;

/**
 * crash before the record: the batch is lost. After it: the answer is lost. Either way the caller
 * does not know and says the same again.
 */
export type Crash = 'none' | 'before-record' | 'after-record';

export class LedgerWorld {
  readonly ledger = new MemoryLedger();
  readonly parties = new Map<AccountRef, PartyId>();
  readonly notices: AllowanceNotice[] = [];
  now: EpochMs = START;
  #keys = 0;

  newKey(): OperationKey {
    return operationKey(`k${this.#keys++}`);
  }

  partyOf(name: AccountRef): PartyId {
    return this.parties.get(name) ?? party(name);
  }

  apply(operation: Operation, crash: Crash = 'none'): Answer {
    if (crash !== 'none') this.#once(operation, crash === 'after-record');
    return this.#once(operation, true);
  }

  /** A job of one copy on one vCPU, unless told otherwise. */
  reserve(
    name: AccountRef,
    timeoutSeconds: number,
    changes: Partial<Reserve> & { readonly tier?: Tier } = {},
  ): { readonly key: OperationKey; readonly answer: Answer } {
    const operation: Reserve = {
      kind: 'reserve',
      key: this.newKey(),
      account: name,
      party: this.partyOf(name),
      tier: DEFAULT_TIERS.new,
      poolMonthlyVcpuSeconds: null,
      since: null,
      vcpu: 1,
      timeoutSeconds,
      fanOut: 1,
      untold: null,
      ...changes,
    };
    return { key: operation.key, answer: this.apply(operation) };
  }

  post(name: AccountRef, reservation: OperationKey, vcpuSeconds: number): Answer {
    return this.apply({
      kind: 'post',
      key: this.newKey(),
      account: name,
      party: this.partyOf(name),
      reservation,
      vcpuSeconds,
    });
  }

  settle(kind: 'start' | 'void' | 'expire', name: AccountRef, reservation: OperationKey): Answer {
    const key = this.newKey();
    return this.apply({ kind, key, account: name, party: this.partyOf(name), reservation });
  }

  allowance(id: PartyId): Allowance {
    const books = this.ledger.books(partyHolder(id));
    assert(books !== null, 'the party is known');
    return allowanceOf(books, this.now);
  }

  problems(): readonly string[] {
    return audit({
      holders: this.ledger.holders(),
      reservations: this.ledger.reservations(),
      transfers: this.ledger.transfers(),
      partyOf: (name) => this.partyOf(name),
    });
  }

  #once(operation: Operation, isRecorded: boolean): Answer {
    const batch = new LedgerBatch(gatheredOnly(this.ledger, operation));
    const result = batch.apply(operation, this.now);
    if (isRecorded) assert(this.ledger.record(batch.changes()), 'nobody else writes');
    if (!result.ok) return result.error.code;
    if (isRecorded) this.notices.push(...result.value.notices);
    return result.value;
  }
}

/** The state as `gather` would have loaded it: whoever reads more than `keysOf` names has a bug. */
function gatheredOnly(state: LedgerState, operation: Operation): LedgerState {
  const keys = keysOf(operation);
  const allow = <K, V>(known: readonly K[], read: (key: K) => V): ((key: K) => V) => {
    const names = new Set(known);
    return (key) => {
      assert(names.has(key), `${key} was not gathered`);
      return read(key);
    };
  };
  return {
    books: allow<HolderKey, Books | null>(keys.holders, (key) => state.books(key)),
    reservation: allow<OperationKey, Reservation | null>(keys.reservations, (key) =>
      state.reservation(key),
    ),
    receipt: allow<OperationKey, Receipt | null>(keys.receipts, (key) => state.receipt(key)),
  };
}
