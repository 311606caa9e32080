import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { IDENTIFIER_KEY_FILE, identifierKey } from './identifier-key.ts';
import { realRandom } from './real-random.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'davylamp-key-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

test('the key is made once, in folders that only their owner enters', (t) => {
  const root = folder(t);
  const directory = join(root, 'a', 'b');
  const made = identifierKey(directory, null, realRandom);
  assert.ok(made.ok);
  assert.equal(made.value.length, 32);
  assert.deepEqual([modeOf(join(root, 'a')), modeOf(directory)], [0o700, 0o700]);
  assert.equal(modeOf(join(directory, IDENTIFIER_KEY_FILE)), 0o600);
  assert.deepEqual(identifierKey(directory, null, realRandom), made);
});

test('a key that is given makes the folder and no file', (t) => {
  const directory = join(folder(t), 'a');
  const given = identifierKey(directory, 'ab'.repeat(32), realRandom);
  assert.deepEqual(given, { ok: true, value: Buffer.alloc(32, 0xab) });
  assert.ok(statSync(directory).isDirectory());
  assert.throws(() => statSync(join(directory, IDENTIFIER_KEY_FILE)), /ENOENT/);
});

test('what is no key and what is no folder is told', (t) => {
  const root = folder(t);
  const wrong = identifierKey(root, 'ab', realRandom);
  assert.ok(!wrong.ok);
  assert.match(wrong.error, /64 hexadecimal digits/);
  writeFileSync(join(root, 'file'), '');
  for (const path of [join(root, 'file'), join(root, 'file', 'below')]) {
    const made = identifierKey(path, null, realRandom);
    assert.ok(!made.ok);
    assert.match(made.error, /EEXIST|ENOTDIR/);
  }
});
