import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { problemOfFolder } from './own-folder.ts';

test('a folder is made for its user alone, and one that others may write in is refused', (t) => {
  const above = mkdtempSync(join(tmpdir(), 'davylamp-own-'));
  t.after(() => rmSync(above, { recursive: true }));
  const folder = join(above, 'state');
  assert.equal(problemOfFolder(folder), null);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  chmodSync(folder, 0o755);
  assert.equal(problemOfFolder(folder), null);
  for (const mode of [0o775, 0o757]) {
    chmodSync(folder, mode);
    assert.match(problemOfFolder(folder) ?? '', /others may write/);
  }
});

const cannotGiveAway = process.getuid?.() === 0 ? false : 'only root can give a folder away';

test("another user's folder is refused, and another user's link", { skip: cannotGiveAway }, (t) => {
  const above = mkdtempSync(join(tmpdir(), 'davylamp-own-'));
  t.after(() => rmSync(above, { recursive: true }));
  const folder = join(above, 'state');
  const link = join(above, 'link');
  assert.equal(problemOfFolder(folder), null);
  symlinkSync(folder, link);
  assert.equal(problemOfFolder(link), null);
  lchownSync(link, 4_711, 4_711);
  assert.match(problemOfFolder(link) ?? '', /another user, 4711/);
  chownSync(folder, 4_711, 4_711);
  assert.match(problemOfFolder(folder) ?? '', /another user, 4711/);
});
