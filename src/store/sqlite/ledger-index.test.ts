/** The ledger's rows against a model: batches, failures, deaths at random, small generations. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { storeFoldMin, storeIndexLagMax } from '../../base/limits.ts';
import type { OperationKey } from '../../model/allowance.ts';
import type { HolderKey, LedgerChanges, Reservation } from '../../model/ledger-rows.ts';
import type { AccountRef } from '../../model/party.ts';
import { NO_LEDGER_CHANGES } from '../../ports/store.ts';
import { testBooks } from '../test-batch.ts';
import { EventLog } from './event-log.ts';
import { createLedgerTables } from './ledger-tables.ts';
import { migrate, readMigrations } from './migrate.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);
const KEYS = Array.from({ length: 20 }, (_, n) => (n * 0x9e3779b1) >>> 0).map(String);

function open(database: DatabaseSync, lagMax?: number) {
  const ledger = createLedgerTables(database, lagMax);
  return { ledger, log: new EventLog(database, lagMax, ledger.behind) };
}

function emptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  assert(migrate(database, readMigrations()).ok);
  return database;
}

function reservationOf(n: number, expiresAt: number): Reservation {
  return {
    key: KEYS[n] as OperationKey,
    account: 'gitlab/1' as AccountRef,
    // Each third time it is settled, which takes it from those that are due.
    state: expiresAt % 3 === 0 ? 'posted' : 'pending',
    vcpuSeconds: 1,
    isShort: false,
    usedVcpuSeconds: 0,
    timeoutSeconds: 60,
    expiresAt,
  };
}

/** What the ledger should have, and how often each holder's books were written. */
class Model {
  readonly versions = new Map<number, number>();
  readonly reservations = new Map<number, Reservation>();

  changes(keys: readonly number[], at: number): LedgerChanges {
    return {
      ...NO_LEDGER_CHANGES,
      books: keys.map((n) => ({
        holder: KEYS[n] as HolderKey,
        books: testBooks({ version: (this.versions.get(n) ?? 0) + 1 }),
      })),
      reservations: keys.map((n) => reservationOf(n, at + n)),
      receipts: keys
        .filter((n) => !this.versions.has(n))
        .map((n) => ({ key: KEYS[n] as OperationKey, chosen: '', vcpuSeconds: n, fanOut: 1 })),
    };
  }

  take(keys: readonly number[], at: number): void {
    for (const n of keys) {
      this.versions.set(n, (this.versions.get(n) ?? 0) + 1);
      this.reservations.set(n, reservationOf(n, at + n));
    }
  }

  check({ ledger }: ReturnType<typeof open>): void {
    const keys = KEYS as OperationKey[];
    const holders = KEYS as string[] as HolderKey[];
    const rows = ledger.read({ holders, reservations: keys, receipts: keys });
    const known = [...KEYS.keys()].filter((n) => this.versions.has(n));
    assert.deepEqual(
      rows.books.map(({ books }) => books.version),
      known.map((n) => this.versions.get(n)),
    );
    assert.deepEqual(
      rows.reservations,
      known.map((n) => this.reservations.get(n)),
    );
    assert.equal(rows.receipts.length, known.length);
    for (const at of [0, 30, 60]) this.#checkExpired(ledger.expired(at, 4), at);
  }

  #checkExpired(expired: readonly Reservation[], at: number): void {
    const due = [...this.reservations.values()]
      .filter(({ state, expiresAt }) => state === 'pending' && expiresAt <= at)
      .map(({ expiresAt }) => expiresAt)
      .sort((a, b) => a - b);
    assert.deepEqual(
      expired.map(({ expiresAt }) => expiresAt),
      due.slice(0, 4),
    );
  }
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('write', 'write', 'write', 'fail', 'die'),
    keys: fc.uniqueArray(fc.nat({ max: KEYS.length - 1 }), { maxLength: 6 }),
    at: fc.nat({ max: 60 }),
  }),
  { maxLength: 40 },
);

test('the ledger has what was written last, with failures and deaths at any step', () => {
  const property = fc.property(steps, fc.integer({ min: 1, max: 9 }), (taken, lagMax) => {
    const database = emptyDatabase();
    const model = new Model();
    let opened = open(database, lagMax);
    for (const { kind, keys, at } of taken) {
      if (kind === 'die') opened = open(database, lagMax);
      else {
        const changes = model.changes(keys, at);
        const { ledger, log } = opened;
        log.write(
          () => ledger.write(changes),
          () => kind === 'write',
        );
        if (kind === 'write') model.take(keys, at);
      }
      model.check(opened);
    }
    model.check(open(database));
    checkTables(database, model);
    database.close();
  });
  fc.assert(property, { numRuns: RUNS });
});

/** After a start all stands in the tables, and the journal is empty. */
function checkTables(database: DatabaseSync, { versions }: Model): void {
  const count = (table: string) =>
    Number(Object.values(database.prepare(`SELECT count(*) FROM ${table}`).get() ?? {})[0]);
  assert.equal(count('ledger_books'), versions.size);
  assert.equal(count('ledger_reservations'), versions.size);
  assert.equal(count('ledger_operations'), versions.size);
  assert.equal(count('ledger_journal'), 0);
}

test('the journal never holds more than one and a half generations', () => {
  const database = emptyDatabase();
  const { ledger, log } = open(database);
  const longest = database.prepare(`
    SELECT coalesce(sum(json_array_length(changes, '$[1]')), 0) AS reservations
    FROM ledger_journal`);
  let most = 0;
  for (let first = 0; first < 4 * storeIndexLagMax; first += 256) {
    const reservations = Array.from({ length: 256 }, (_, i) => ({
      ...reservationOf(0, 1),
      key: `${(first + i) * 0x9e3779b1}` as OperationKey,
    }));
    log.write(() => ledger.write({ ...NO_LEDGER_CHANGES, reservations }));
    if (first % 2048 === 0) most = Math.max(most, Number(longest.get()?.['reservations']));
  }
  assert(most > storeIndexLagMax, `${most}`);
  assert(most <= 1.5 * storeIndexLagMax + storeFoldMin + 512, `${most}`);
});

test('books of another version than the one that was read are a bug', () => {
  const { ledger, log } = open(emptyDatabase());
  const books = [{ holder: 'pool:gitlab' as HolderKey, books: testBooks({ version: 2 }) }];
  assert.throws(() => log.write(() => ledger.write({ ...NO_LEDGER_CHANGES, books })));
});
