/**
 * Jobs on the ledger: a reservation and what was used, in batches of 256 as the pipeline makes them,
 * each batch kept in memory. Beside it, as a floor, the two hashes that every job costs.
 */

import { assert } from '../src/base/assert.ts';
import { sha256Hex } from '../src/base/hash.ts';
import { batchRequestsMax } from '../src/base/limits.ts';
import { Prng } from '../src/base/prng.ts';
import { LedgerBatch } from '../src/ledger/ledger.ts';
import type { LedgerState } from '../src/ledger/ledger-state.ts';
import type { OperationKey } from '../src/model/allowance.ts';
import type { LedgerChanges } from '../src/model/ledger-rows.ts';
import type { AccountRef, PartyId } from '../src/model/party.ts';
import { DEFAULT_TIERS } from '../src/model/tier.ts';
import { type Measurement, median } from './measure.ts';

const PARTIES = [10_000, 1_000_000];
const ROUNDS = 5;
const JOBS = 50_000;
const START = Date.UTC(2026, 0, 10);

/** Balances and what is under way; a store keeps the rest on disk. */
class Balances implements LedgerState {
  readonly #books: Map<string, ReturnType<LedgerState['books']>> = new Map();
  readonly #reservations: Map<string, ReturnType<LedgerState['reservation']>> = new Map();

  books(holder: string): ReturnType<LedgerState['books']> {
    return this.#books.get(holder) ?? null;
  }

  reservation(key: string): ReturnType<LedgerState['reservation']> {
    return this.#reservations.get(key) ?? null;
  }

  receipt(): null {
    return null;
  }

  record({ books, reservations }: LedgerChanges): void {
    for (const { holder, books: written } of books) this.#books.set(holder, written);
    for (const reservation of reservations) {
      if (reservation.state === 'pending') this.#reservations.set(reservation.key, reservation);
      else this.#reservations.delete(reservation.key);
    }
  }
}

export async function ledger(): Promise<Measurement> {
  const rows: (string | number)[][] = [];
  for (const parties of PARTIES) {
    const balances = new Balances();
    const prng = new Prng(1);
    let jobs = 0;
    const run = (count: number, pick: () => number): number => {
      const startedMs = performance.now();
      for (let done = 0; done < count; done += batchRequestsMax / 2) {
        const batch = new LedgerBatch(balances);
        for (let i = 0; i < batchRequestsMax / 2; i++) job(batch, pick(), jobs++);
        balances.record(batch.changes());
      }
      return count / ((performance.now() - startedMs) / 1_000);
    };
    let next = 0;
    run(parties, () => next++ % parties);
    const perSecond = Array.from({ length: ROUNDS }, () => run(JOBS, () => prng.below(parties)));
    const memory = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
    rows.push([`${parties.toLocaleString('en')} parties`, median(perSecond), memory]);
  }
  rows.push(['two SHA-256 of 100 bytes (floor)', floor(), '']);
  return {
    name: 'ledger',
    settings: { rounds: ROUNDS, jobsARound: JOBS, operationsAJob: 2, batch: batchRequestsMax },
    columns: ['', 'jobs a second', 'heap MiB'],
    rows,
    notes: [
      'One thread. A job moves amounts in the books of an account, a party and a pool, twice.',
    ],
  };
}

function job(batch: LedgerBatch, n: number, i: number): void {
  const account = `generic/${n}` as AccountRef;
  const party = `pty_${n}` as PartyId;
  const reservation = `job ${i}` as OperationKey;
  const reserved = batch.apply(
    {
      kind: 'reserve',
      key: reservation,
      account,
      party,
      tier: DEFAULT_TIERS.paying,
      poolMonthlyVcpuSeconds: null,
      since: null,
      vcpu: 1,
      timeoutSeconds: 60,
      fanOut: 1,
      untold: null,
    },
    START,
  );
  assert(reserved.ok, 'there is plenty');
  const key = `end ${i}` as OperationKey;
  const posted = batch.apply(
    { kind: 'post', key, account, party, reservation, vcpuSeconds: 20 },
    START,
  );
  assert(posted.ok, 'the job was admitted');
}

function floor(): number {
  const text = 'x'.repeat(100);
  const startedMs = performance.now();
  let length = 0;
  for (let i = 0; i < 2 * JOBS; i++) length += sha256Hex(text).length;
  assert(length > 0, 'the results count');
  return JOBS / ((performance.now() - startedMs) / 1_000);
}
