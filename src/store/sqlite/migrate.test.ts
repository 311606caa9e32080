import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { dumpSchema } from './dump-schema.ts';
import { isOurs, migrate, readMigrations } from './migrate.ts';

function migrated(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  assert(migrate(database, readMigrations()).ok);
  return database;
}

function applied(database: DatabaseSync): unknown[] {
  const rows = database.prepare('SELECT number, name FROM migrations ORDER BY number').all();
  return rows.map(({ number, name }) => [number, name]);
}

test('schema.sql is what the migrations make of nothing', () => {
  const file = join(import.meta.dirname, 'schema.sql');
  const dumped = dumpSchema(migrated());
  // `UPDATE_SCHEMA=1 node --test` writes it anew after a migration was added.
  if (process.env['UPDATE_SCHEMA'] !== undefined) writeFileSync(file, dumped);
  assert.equal(readFileSync(file, 'utf8'), dumped);
});

test('every migration is applied once and written down', () => {
  const database = migrated();
  const expected = readMigrations().map(({ number, name }) => [number, name]);
  assert.deepEqual(applied(database), expected);
  assert(migrate(database, readMigrations()).ok);
  assert.deepEqual(applied(database), expected);
});

test('only what is missing is applied', () => {
  const database = migrated();
  const next = { number: readMigrations().length + 1, name: 'more', sql: 'CREATE TABLE more (a)' };
  assert(migrate(database, [...readMigrations(), next]).ok);
  assert.deepEqual(applied(database).at(-1), [next.number, 'more']);
});

test('a migration that fails leaves the database at the one before', () => {
  const database = migrated();
  const before = dumpSchema(database);
  const number = readMigrations().length + 1;
  const broken = { number, name: 'broken', sql: 'CREATE TABLE half (a); CREATE TABLE events (a)' };
  assert.throws(() => migrate(database, [...readMigrations(), broken]));
  assert.equal(dumpSchema(database), before);
  assert.equal(applied(database).length, number - 1);
});

test('decisions that were there before are chained by party', () => {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  assert(migrate(database, readMigrations().slice(0, 4)).ok);
  const add = database.prepare(`
    INSERT INTO decisions (event, provider, account, party, action, hour, jobs, refused, answered,
      body) VALUES (1, 'p', 'a', ?, 'allow', 1, 1, 0, 'decision', '{}')`);
  for (const party of ['x', 'y', null, 'x', 'x', null]) add.run(party);
  assert(migrate(database, readMigrations().slice(0, 5)).ok);
  const chain = database.prepare('SELECT previous_of_party AS before FROM decisions').all();
  assert.deepEqual(
    chain.map(({ before }) => before),
    [null, null, null, 1, 4, null],
  );
  const last = database.prepare('SELECT party, last_decision FROM parties ORDER BY party').all();
  assert.deepEqual(
    last.map((row) => Object.values(row)),
    [
      ['x', 5],
      ['y', 2],
    ],
  );
});

test('receipts that were there before are shortened, also those that the journal has', () => {
  const database = new DatabaseSync(':memory:');
  assert(migrate(database, readMigrations().slice(0, 7)).ok);
  const [written, waiting] = ['ab'.repeat(32), 'cd'.repeat(32)];
  database.prepare(`INSERT INTO ledger_receipts VALUES ('k1', ?, 60, 2)`).run(written);
  const books = [['party:p', 2 ** 40, 0.5, null, 'a "b"']];
  const receipts = [
    ['k2', waiting, 120, 1],
    ['k3', waiting, 0, 0],
  ];
  const journal = database.prepare('INSERT INTO ledger_journal (changes) VALUES (?)');
  journal.run(JSON.stringify([books, [], receipts]));
  journal.run(JSON.stringify([books, [], []]));
  assert(migrate(database, readMigrations().slice(0, 8)).ok);
  const kept = database.prepare('SELECT key, hex(chosen) AS chosen, fan_out FROM ledger_receipts');
  const bytes = 'AB'.repeat(16);
  assert.deepEqual(kept.all().map(Object.values), [['k1', bytes, 2]]);
  const changes = database.prepare('SELECT changes FROM ledger_journal').all();
  const short = receipts.map(([key, , ...rest]) => [key, 'cd'.repeat(16), ...rest]);
  assert.deepEqual(
    changes.map((row) => JSON.parse(String(row['changes']))),
    [
      [books, [], short],
      [books, [], []],
    ],
  );
});

test('receipts and what was moved become operations, also of receipts that the journal has', () => {
  const database = new DatabaseSync(':memory:');
  assert(migrate(database, readMigrations().slice(0, 8)).ok);
  const [chosen, waiting] = ['ab'.repeat(16), 'cd'.repeat(16)];
  const receipt = database.prepare('INSERT INTO ledger_receipts VALUES (?, unhex(?), 60, 2)');
  for (const key of ['k1', 'k2', 'k3']) receipt.run(key, chosen);
  const transfer = database.prepare(`
    INSERT INTO ledger_transfers
      (key, step, kind, from_holder, from_book, to_holder, to_book, vcpu_seconds, at)
    VALUES (?, ?, 'reserve', 'party:p', 'free', ?, 'reserved', 60, 1234)`);
  transfer.run('k4', 0, 'pool:x');
  for (const [step, holder] of ['party:p', '"account', 'pool:x'].entries()) {
    transfer.run('k2', step, holder);
  }
  const journal = database.prepare('INSERT INTO ledger_journal (changes) VALUES (?)');
  const receipts = [
    ['k3', chosen, 60, 2],
    ['k4', waiting, 7, 0],
  ];
  journal.run(JSON.stringify([[['party:p', 1]], [['r']], receipts]));
  const before = transfers(database);
  assert(migrate(database, readMigrations()).ok);
  assert.deepEqual(transfers(database), before);
  const operations = database.prepare(`
    SELECT key, lower(hex(chosen)), vcpu_seconds, fan_out, at FROM ledger_operations ORDER BY key`);
  const kept = operations.all().map(Object.values);
  assert.deepEqual(kept, [
    ['k1', chosen, 60, 2, null],
    ['k2', chosen, 60, 2, 1234],
    ['k3', chosen, 60, 2, null],
    ['k4', waiting, 7, 0, 1234],
  ]);
  const changes = database.prepare('SELECT changes FROM ledger_journal').get()?.['changes'];
  assert.equal(changes, JSON.stringify([[['party:p', 1]], [['r']]]));
});

function transfers(database: DatabaseSync): readonly unknown[] {
  const walk = database.prepare(`
    SELECT key, step, kind, from_holder, from_book, to_holder, to_book, vcpu_seconds, at
    FROM ledger_transfers ORDER BY key, step`);
  return walk.all();
}

test('a newer database is refused', () => {
  const result = migrate(migrated(), []);
  assert.equal(result.ok ? null : result.error.code, 'newer');
});

test('an empty database may become ours, one with other tables may not', () => {
  const database = new DatabaseSync(':memory:');
  assert(isOurs(database));
  database.exec('CREATE TABLE other (a)');
  assert(!isOurs(database));
  assert(isOurs(migrated()));
});
