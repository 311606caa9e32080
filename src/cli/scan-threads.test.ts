import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { scanThreadsMax } from '../base/limits.ts';
import { READERS } from '../providers/registry.ts';
import { createScanner } from '../scanner/scanner.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import { UsageError } from './command.ts';
import { readScanOptions } from './scan-options.ts';
import { ScanThreads } from './scan-threads.ts';
import { scanPaths } from './scan-tree.ts';

const MINE = `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 3)} -p x`;

function treeWith(
  t: { after(task: () => void): void },
  files: readonly [string, string][],
): string {
  const root = mkdtempSync(join(tmpdir(), 'davylamp-threads-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test('several threads find what one finds, in the same order', async (t) => {
  const files = Array.from({ length: 4_600 }, (_, i): [string, string] => {
    const text = i % 1_111 === 7 ? MINE : i % 9 === 0 ? './absent.sh' : 'make test';
    return [`r${i % 40}/s${i}.sh`, `${text}\n`];
  });
  const directory = treeWith(t, files);
  const scanner = createScanner({ readers: READERS });
  const trees = { paths: ['.'], scanner, directory };
  const alone = await scanPaths(trees);
  let started = 0;
  const startThreads = (): ScanThreads => {
    started++;
    return new ScanThreads(2, { directory, lists: undefined });
  };
  const together = await scanPaths({ ...trees, startThreads });
  assert.equal(started, 1);
  assert.deepEqual(together, alone);
  assert.equal(alone.reports.filter(({ verdict }) => verdict === 'confirmed').length, 5);
});

test('a file that ends its thread is unread, and the others are judged', async () => {
  const directory = tmpdir();
  const threads = new ScanThreads(1, { directory, lists: undefined });
  try {
    // Something that is no path: the thread throws.
    const broken = { root: directory, paths: [7 as unknown as string] };
    const [lost, next] = await Promise.all([
      threads.judge(broken),
      threads.judge({ root: directory, paths: [join(directory, 'absent.sh')] }),
    ]);
    const reasons = lost.unread.map(({ why }) => why);
    assert.deepEqual(reasons, ['the thread that was to judge it ended']);
    assert.equal(next.unread.length, 1);
    assert.match(next.unread[0]?.why ?? '', /no such file/);
  } finally {
    await threads.close();
  }
});

test('the number of threads is bounded', () => {
  assert.equal(readScanOptions(['--jobs', String(scanThreadsMax)]).jobs, scanThreadsMax);
  for (const value of ['0', '1.5', 'x', String(scanThreadsMax + 1)]) {
    assert.throws(() => readScanOptions(['--jobs', value]), UsageError);
  }
});
