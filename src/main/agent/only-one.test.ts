import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isTheOnlyOne } from './only-one.ts';

test('one at a time, and the next one as soon as it was killed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'only-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(import.meta.dirname, 'only-one.ts');
  const use = `import { isTheOnlyOne } from '${file}'; setInterval(() => {}, 1e6)`;
  const script = `${use}; console.log(await isTheOnlyOne('${folder}'))`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(other.stdout, 'data');
  assert.equal(`${said}`, 'true\n');
  assert.equal(await isTheOnlyOne(folder), false);
  other.kill('SIGKILL');
  await once(other, 'exit');
  assert.ok(await isTheOnlyOne(folder), 'its socket is left, and nobody answers');
  assert.equal(await isTheOnlyOne(folder), false);
});
