import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { binaryTraits, fileName, isPacked } from './binary-traits.ts';

const PROGRAMS: readonly (readonly [name: string, called: string, file: string, traits: string])[] =
  [
    ['node', 'node', '/usr/bin/node', ''],
    ['npm run build', 'npm run build', '/usr/local/bin/node', ''],
    ['python', 'python', '/usr/bin/python3.11', ''],
    ['build.sh', '/bin/sh', '/usr/bin/dash', ''],
    ['sshd', 'sshd: ada [priv]', '/usr/sbin/sshd', ''],
    ['a.out', './a.out', '/builds/acme/a.out', ''],
    ['a.out', './a.out', '/tmp/x/a.out', 'temporary'],
    ['a.out', './a.out', '/builds/acme/a.out (deleted)', 'deleted'],
    ['3', '3', '/memfd:x (deleted)', 'memfd'],
    ['Runner.Worker', './Runner.Worker', '/home/runner/work/a/a/Runner.Worker', 'renamed'],
    ['Runner.Worker', 'Runner.Worker', '/home/runner/actions-runner/bin/Runner.Worker', ''],
    ['kworker/0:1', '[kworker/0:1]', '/builds/x', 'renamed'],
    ['x', '[kthreadd]', '/usr/bin/x', 'renamed'],
    ['systemd-helper', 'systemd-helper', '/tmp/systemd-helper', 'temporary,renamed'],
    ['systemd-journal', '/lib/systemd/systemd-journald', '/lib/systemd/systemd-journald', ''],
  ];

for (const [name, called, file, traits] of PROGRAMS) {
  test(`${called} from ${file}`, () => {
    assert.equal(binaryTraits({ name, called, file }).join(','), traits);
  });
}

test('the name of a deleted file', () => {
  assert.equal(fileName('/a/b (deleted)'), 'b');
});

test('a packed program and this one', () => {
  const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
  assert.ok(isPacked(Buffer.concat([elf, randomBytes(65_532)])));
  const upx = Buffer.alloc(8_192, 'abc');
  elf.copy(upx);
  upx.write('UPX!', 200);
  assert.ok(isPacked(upx));
  assert.ok(!isPacked(readFileSync(process.execPath).subarray(0, 65_536)));
  assert.ok(!isPacked(randomBytes(65_536).fill(0, 0, 1)));
});
