import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openDatabase } from './open-database.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { codeOf, isSqliteError } from './sqlite-error.ts';
import { transaction } from './transaction.ts';

async function inDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-open-'));
  try {
    await body(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The code of the problem that opening meets, or null; closes what it opened. */
function problemOf(directory: string): string | null {
  const opened = openDatabase(directory);
  if (!opened.ok) return opened.error.code;
  opened.value.close();
  return null;
}

test('the data directory is made, with those above it, for this user alone', async () => {
  await inDirectory(async (directory) => {
    const data = join(directory, 'var', 'data');
    assert.equal(problemOf(data), null);
    assert.equal(statSync(data).mode & 0o777, 0o700);
    assert.equal(statSync(join(directory, 'var')).mode & 0o777, 0o700);
  });
});

test('a directory that is there keeps its mode', async () => {
  await inDirectory(async (directory) => {
    chmodSync(directory, 0o750);
    assert.equal(problemOf(directory), null);
    assert.equal(statSync(directory).mode & 0o777, 0o750);
  });
});

test('commits wait for a full fsync', async () => {
  await inDirectory(async (directory) => {
    const opened = openDatabase(directory);
    assert(opened.ok);
    const { database } = opened.value;
    const pragma = (name: string) =>
      Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    assert.equal(pragma('journal_mode'), 'wal');
    assert.equal(pragma('synchronous'), 2);
    assert.equal(pragma('fullfsync'), 1);
    assert.equal(pragma('checkpoint_fullfsync'), 1);
    assert.equal(pragma('page_size'), 8192);
    opened.value.close();
  });
});

test('a directory is open once, in this process too', async () => {
  await inDirectory(async (directory) => {
    const first = await openSqliteStore({ directory });
    assert(first.ok);
    const second = await openSqliteStore({ directory });
    assert(!second.ok);
    assert.equal(second.error.code, 'locked');
    await first.value.check();
    await first.value.close();
    assert.equal(problemOf(directory), null);
  });
});

test('another process finds it locked, until the first is killed', async () => {
  await inDirectory(async (directory) => {
    const code = `
      import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, 'open-database.ts'))};
      const opened = openDatabase(${JSON.stringify(directory)});
      process.stdout.write(String(opened.ok));
      // A database that nobody can use any more is closed, and its lock with it.
      setInterval(() => opened.value.database.isOpen, 1_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
    const exited = once(child, 'exit');
    try {
      assert.equal(`${await once(child.stdout, 'data')}`, 'true');
      assert.equal(problemOf(directory), 'locked');
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
    assert.equal(problemOf(directory), null);
  });
});

test('a write waits for another connection as long as it may, and is then refused', async () => {
  await inDirectory(async (directory) => {
    const opened = openDatabase(directory, { busyMsMax: 50 });
    assert(opened.ok);
    const other = new DatabaseSync(join(directory, 'davylamp.db'));
    other.exec('BEGIN IMMEDIATE');
    const started = performance.now();
    const write = () => transaction(opened.value.database, () => null);
    assert.throws(write, (error) => isSqliteError(error) && codeOf(error) === 'busy');
    assert(performance.now() - started >= 45);
    other.exec('ROLLBACK');
    write();
    other.close();
    opened.value.close();
  });
});

test('a database of a newer Davylamp is refused and left as it is', async () => {
  await inDirectory(async (directory) => {
    assert.equal(problemOf(directory), null);
    const database = new DatabaseSync(join(directory, 'davylamp.db'));
    database.exec("INSERT INTO migrations (number, name) VALUES (9999, 'from-the-future')");
    database.close();
    const before = readFileSync(join(directory, 'davylamp.db'));
    assert.equal(problemOf(directory), 'newer');
    assert.deepEqual(readFileSync(join(directory, 'davylamp.db')), before);
  });
});

test('a database of another program is refused and left as it is', async () => {
  await inDirectory(async (directory) => {
    const database = new DatabaseSync(join(directory, 'davylamp.db'));
    database.exec('CREATE TABLE recipes (name TEXT)');
    database.close();
    const before = readFileSync(join(directory, 'davylamp.db'));
    assert.equal(problemOf(directory), 'unusable');
    assert.deepEqual(readFileSync(join(directory, 'davylamp.db')), before);
  });
});

test('what is not a directory or not a database is unusable', async () => {
  await inDirectory(async (directory) => {
    const file = join(directory, 'file');
    writeFileSync(file, 'text');
    assert.equal(problemOf(file), 'unusable');
    assert.equal(problemOf(join(file, 'below')), 'unusable');
    writeFileSync(join(directory, 'davylamp.db'), 'not a database, but long enough'.repeat(400));
    const opened = await openSqliteStore({ directory });
    assert(!opened.ok);
    assert.equal(opened.error.code, 'unusable');
    assert(opened.error.message.includes(directory));
  });
});
