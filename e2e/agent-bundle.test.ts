/** The agent as one file: small, and running far from any checkout. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/** 251 KiB when it was first measured; what doubles it should be seen. */
const BYTES_MAX = 400 * 1_024;

test('one file that needs nothing beside it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-agent-'));
  const file = join(folder, 'davylamp-agent.mjs');
  const build = join(import.meta.dirname, '../tools/build-agent.ts');
  const built = spawnSync(process.execPath, [build, file], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
  assert.ok(statSync(file).size <= BYTES_MAX, `${statSync(file).size} bytes`);
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [file, ...words], { encoding: 'utf8', cwd: folder });
  assert.match(run('--version').stdout, /^davylamp-agent \d/);
  assert.match(run('--help').stdout, /--server URL/);
  const wrong = run('--servr', 'x');
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /did you mean/i);
});
