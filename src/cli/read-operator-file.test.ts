import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readOperatorFile, readOperatorText } from './read-operator-file.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'davylamp-operator-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('a file is read whole, also through a link', (t) => {
  const root = folder(t);
  writeFileSync(join(root, 'a'), '\ufeffgrün\n');
  symlinkSync('a', join(root, 'b'));
  assert.equal(readOperatorText(join(root, 'b'), 9), '\ufeffgrün\n');
  writeFileSync(join(root, 'none'), '');
  assert.equal(readOperatorFile(join(root, 'none'), 0).length, 0);
  // The kernel says that these have no bytes at all.
  assert.ok(readOperatorFile('/proc/self/status', 100_000).length > 100);
});

test('one byte more than there may be is refused', (t) => {
  const path = join(folder(t), 'a');
  writeFileSync(path, 'x'.repeat(1000));
  assert.equal(readOperatorFile(path, 1000).length, 1000);
  assert.throws(() => readOperatorFile(path, 999), /it has more than 999 bytes/);
  assert.throws(() => readOperatorFile('/proc/self/status', 100), /it has more than 100 bytes/);
});

test('a pipe, a device and a folder hold nobody up', (t) => {
  const root = folder(t);
  execFileSync('mkfifo', [join(root, 'pipe')]);
  for (const path of [join(root, 'pipe'), '/dev/zero', root]) {
    assert.throws(() => readOperatorFile(path, 100), /it is no regular file/, path);
  }
  assert.throws(() => readOperatorFile(join(root, 'absent'), 100), /ENOENT/);
});

test('a text that is not UTF-8 is refused', (t) => {
  const path = join(folder(t), 'a');
  writeFileSync(path, Buffer.from([0x61, 0xff]));
  assert.throws(() => readOperatorText(path, 100), /it is not UTF-8/);
  assert.equal(readOperatorFile(path, 100).length, 2);
});
