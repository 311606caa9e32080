import assert from 'node:assert/strict';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { EXIT } from '../cli/command.ts';
import { testTerminal } from '../cli/test-terminal.ts';
import { jobRequest, openWorld, startPipeline } from '../pipeline/test-world.ts';
import { migrate, readMigrations } from '../store/sqlite/migrate.ts';
import { openDatabase } from '../store/sqlite/open-database.ts';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import { doctor } from './doctor.ts';

async function examine(data: string) {
  const terminal = testTerminal(tmpdir());
  const code = await doctor.run(['--data', data], terminal);
  return { code, out: terminal.outText, error: terminal.errorText };
}

/** A store with some jobs, damaged by `sql` behind the server's back. */
async function withStore(sql: string, work: (data: string) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'davylamp-doctor-'));
  try {
    const opened = await openSqliteStore({ directory: data });
    assert.ok(opened.ok);
    const world = await openWorld();
    const ports = { ...world.ports, store: opened.value };
    const pipeline = startPipeline(ports);
    for (const account of ['1', '2', '3']) {
      const definition = { dialect: 'shell', files: [{ path: 'job.sh', text: 'make' }] };
      const timed = { data: { vcpu: 1, timeoutSeconds: 600, definition }, account };
      await pipeline.decide(jobRequest(`job-${account}`, 'make', timed));
    }
    await pipeline.decide(jobRequest('untold', 'make', { data: { fanOut: 4 }, account: '4' }));
    await opened.value.close();
    await world.close();
    foldLedger(data);
    const database = new DatabaseSync(join(data, 'davylamp.db'));
    database.exec(sql);
    database.close();
    await work(data);
  } finally {
    rmSync(data, { recursive: true });
  }
}

/** A start writes what the last run left in the ledger's journal. */
function foldLedger(data: string): void {
  const opened = openDatabase(data);
  assert.ok(opened.ok);
  opened.value.close();
}

test('a store that nobody touched is well', () =>
  withStore('', async (data) => {
    const { code, out } = await examine(data);
    assert.equal(out, 'store: all is well\nledger: all is well\n');
    assert.equal(code, EXIT.ok);
  }));

const TWICE = `
  INSERT INTO ledger_operations (key, chosen, vcpu_seconds, fan_out, at, transfers)
  SELECT key, chosen, vcpu_seconds, fan_out, at, '[]' FROM ledger_operations LIMIT 1`;

/** A table of several pages. */
const POLICIES = `
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
  INSERT INTO policies SELECT i, hex(zeroblob(1500)), i FROM n`;

const DAMAGES: Readonly<Record<string, readonly [sql: string, says: RegExp]>> = {
  'a balance that was changed': [
    "UPDATE ledger_books SET free = free + 7 WHERE holder = 'account:gitlab/2'",
    /ledger: free of account:gitlab\/2 is \d+, its transfers come to \d+/,
  ],
  'a reservation that was taken away': [
    `DELETE FROM ledger_reservations
      WHERE key = (SELECT min(key) FROM ledger_reservations WHERE timeout_seconds > 0)`,
    /ledger: account:gitlab\/\d reserves 600, its jobs 0/,
  ],
  'a transfer that nobody made': [
    `INSERT INTO ledger_operations (key, chosen, vcpu_seconds, fan_out, at, transfers)
      VALUES ('x', x'00', 0, 0, 0,
        '[["adjust", "outside:account", "free", "account:gitlab/2", "free", 9]]')`,
    /ledger: free of account:gitlab\/2 is \d+, its transfers come to \d+/,
  ],
  'an operation that was carried out twice': [
    TWICE,
    /store: operation that was carried out twice: \d+/,
  ],
  'an index that has lost its keys': [
    'UPDATE event_key_pages SET bytes = zeroblob(8064)',
    /store: event that its key does not lead to: 1[\s\S]*decision that its key does not lead to: 1/,
  ],
  'an index of operations that has lost its keys': [
    'UPDATE operation_key_pages SET bytes = zeroblob(8064)',
    /store: operation that its key does not lead to: 1/,
  ],
  'an index of operations that has lost a page': [
    'DELETE FROM operation_key_pages WHERE page = 1',
    /store: operation that its key does not lead to: 1[\s\S]*ledger: all is well/,
  ],
  'a decision that hangs in the air': [
    'PRAGMA foreign_keys = OFF; DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE sequence = 1',
    /store: decision without its event: 1/,
  ],
  'an event whose definition is gone': [
    'PRAGMA foreign_keys = OFF; DROP TRIGGER definitions_refuse_delete; DELETE FROM definitions',
    /store: event without its definition: 1/,
  ],
  'a decision whose scan is gone': [
    'PRAGMA foreign_keys = OFF; DROP TRIGGER scans_refuse_delete; DELETE FROM scans',
    /store: decision without its scan: 1/,
  ],
  'a decision whose names of facts are gone': [
    'PRAGMA foreign_keys = OFF; DROP TRIGGER fact_names_refuse_delete; DELETE FROM fact_names',
    /store: decision without its fact name: 1/,
  ],
};

for (const [what, [sql, says]] of Object.entries(DAMAGES)) {
  test(`${what} is found`, () =>
    withStore(sql, async (data) => {
      const { code, out } = await examine(data);
      assert.match(out, says);
      assert.equal(code, EXIT.found);
    }));
}

test('a page that was overwritten is found, and what lies beyond it is checked', () =>
  withStore(`${POLICIES}; ${TWICE}`, async (data) => {
    overwrite(data, 'policies');
    overwrite(data, 'scans');
    const { code, out } = await examine(data);
    assert.match(out, /^store: SQLite: Tree \d+ page \d+: /m, 'what it says before it gives up');
    assert.match(out, /^store: SQLite: not checked to the end: .*malformed$/m);
    assert.match(out, /^store: references: not checked to the end: .*malformed$/m);
    assert.match(out, /^store: operation that was carried out twice: \d+$/m);
    assert.match(out, /^ledger: all is well$/m);
    assert.equal(code, EXIT.found);
  }));

test('a ledger that cannot be read is found', () =>
  withStore('', async (data) => {
    overwrite(data, 'ledger_books');
    const { code, out } = await examine(data);
    assert.match(out, /^ledger: not checked to the end: .*malformed$/m);
    assert.equal(code, EXIT.found);
  }));

/** Overwrites the last page of a table, as a disk does that writes what it should not. */
function overwrite(data: string, table: string): void {
  const file = join(data, 'davylamp.db');
  const database = new DatabaseSync(file);
  const last = database.prepare('SELECT max(pageno) AS page FROM dbstat WHERE name = ?').get(table);
  const size = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
  database.close();
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(size, 0xa5), 0, size, (Number(last?.['page']) - 1) * size);
  closeSync(descriptor);
}

test('what cannot be opened is said, and nothing is made', async () => {
  const data = mkdtempSync(join(tmpdir(), 'davylamp-doctor-'));
  try {
    const none = await examine(join(data, 'none'));
    assert.equal(none.code, EXIT.unread);
    assert.match(none.error, /there is no store in/);
    writeFileSync(join(data, 'davylamp.db'), 'this is no database, '.repeat(100));
    assert.equal((await examine(data)).code, EXIT.unread);
  } finally {
    rmSync(data, { recursive: true });
  }
});

test('a database of an older version is refused and left as it is', async () => {
  const data = mkdtempSync(join(tmpdir(), 'davylamp-doctor-'));
  try {
    const file = join(data, 'davylamp.db');
    const database = new DatabaseSync(file);
    database.exec('PRAGMA journal_mode = WAL');
    assert.ok(migrate(database, readMigrations().slice(0, -1)).ok);
    database.close();
    const before = readFileSync(file);
    const { code, error } = await examine(data);
    assert.equal(code, EXIT.unread);
    assert.match(error, /at migration \d+, this Davylamp at \d+: start the server on it/);
    assert.deepEqual(readFileSync(file), before);
    foldLedger(data);
    assert.equal((await examine(data)).code, EXIT.ok, 'a server has brought it up to date');
  } finally {
    rmSync(data, { recursive: true });
  }
});

test('a store in use is left alone', () =>
  withStore('', async (data) => {
    const opened = await openSqliteStore({ directory: data });
    assert.ok(opened.ok);
    const { code, error } = await examine(data);
    await opened.value.close();
    assert.equal(code, EXIT.unread);
    assert.match(error, /another process has .* open/);
  }));
