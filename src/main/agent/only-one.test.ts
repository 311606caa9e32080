import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { isTheOnlyOne } from './only-one.ts';

test('one at a time, of all processes, and as soon as it ends the next one', async () => {
  const name = `\\0davylamp-test-${process.pid}`;
  const file = join(import.meta.dirname, 'only-one.ts');
  const use = `import { isTheOnlyOne } from '${file}'`;
  const script = `${use}; console.log(await isTheOnlyOne('${name}'))`;
  const ask = (): string => {
    const words = ['--input-type=module', '-e', script];
    return spawnSync(process.execPath, words, { encoding: 'utf8' }).stdout.trim();
  };
  assert.equal(ask(), 'true');
  assert.equal(ask(), 'true', 'the one before has ended');
  assert.ok(await isTheOnlyOne(name.replace('\\0', '\0')));
  assert.equal(ask(), 'false');
});
