import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseMaps, residentBytesMin, viewMemory } from './memory-map.ts';

const MIB = 2 ** 20;
const DATASET = 2_147_483_648 + 33_554_368;

function line(start: number, bytes: number, permissions = 'rw-p', name = ''): string {
  const range = `${start.toString(16)}-${(start + bytes).toString(16)}`;
  const blanks = name === '' ? ' ' : '                   ';
  return `${range} ${permissions} 00000000 00:00 0${blanks}${name}`;
}

function view(sizes: readonly number[], threads: number) {
  const lines = sizes.map((bytes, i) => line(0x7f0000000000 + i * 2 ** 33, bytes));
  return viewMemory(parseMaps(lines.join('\n')), threads).shape;
}

test('the lines of a real map', () => {
  const areas = parseMaps(`55d0c8a00000-55d0c8a02000 r--p 00000000 fe:00 1315  /usr/bin/cat
55d0c8a02000-55d0c8a06000 r-xp 00002000 fe:00 1315                       /usr/bin/cat
55d0d1b3e000-55d0d1b5f000 rw-p 00000000 00:00 0                          [heap]
7f3c5c000000-7f3c5c021000 rwxp 00000000 00:00 0${' '}
7f3c6d200000-7f3ced200000 rw-p 00000000 00:0e 2065                       /anon_hugepage (deleted)
7f3cee000000-7f3cee001000 rwxs 00000000 00:01 1029                       /memfd:x y (deleted)
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
broken`);
  assert.deepEqual(
    areas.map(({ name }) => name),
    [
      '/usr/bin/cat',
      '/usr/bin/cat',
      '[heap]',
      '',
      '/anon_hugepage (deleted)',
      '/memfd:x y (deleted)',
      '[vsyscall]',
    ],
  );
  const seen = viewMemory(areas, 1);
  assert.equal(seen.executableRegions, 1);
  assert.equal(seen.executableBytes, 0x21000);
});

test('RandomX in its two modes, alone or joined with its scratchpads', () => {
  const pages = (bytes: number): number => Math.ceil(bytes / 4_096) * 4_096;
  assert.equal(view([pages(DATASET), 2 * MIB, 2 * MIB], 2)?.shape, 'randomx-fast');
  assert.equal(view([pages(DATASET) + 4 * MIB + 8_192], 2)?.shape, 'randomx-fast');
  assert.equal(view([256 * MIB + 4_096, 2 * MIB], 1)?.shape, 'randomx-light');
  assert.equal(view([256 * MIB + 8 * MIB], 4)?.shape, 'randomx-light');
});

test('as many scratchpads as busy threads', () => {
  assert.deepEqual(view([2 * MIB + 4_096, 2 * MIB + 4_096], 2), {
    shape: 'scratchpads',
    perThreadBytes: 2 * MIB,
    sharedBytes: 0,
  });
  assert.equal(view([4 * (2 * MIB + 4_096)], 4)?.shape, 'scratchpads');
  assert.equal(view([2 * MIB], 4), null);
  assert.equal(
    view(
      Array.from({ length: 16 }, () => 2 * MIB),
      4,
    ),
    null,
  );
});

test('other programs have other sizes', () => {
  for (const sizes of [[64 * MIB], [132 * 1_024], [300 * MIB], [8 * MIB + 4_096], [3 * 2 ** 30]]) {
    assert.equal(view(sizes, 2), null, `${sizes}`);
  }
  assert.equal(view([256 * MIB], 0), null);
});

test('a shape is real once nine tenths of it are in use', () => {
  const shape = view([256 * MIB], 2);
  assert.ok(shape !== null);
  assert.equal(residentBytesMin(shape, 2), 260 * MIB * 0.9);
});

test('no map makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(8), (text, threads) => {
      viewMemory(parseMaps(text), threads);
    }),
  );
});
