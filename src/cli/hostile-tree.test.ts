/** Trees that an attacker laid out: a scan ends, reads what it may, and names what it could not. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIB } from '../base/limits.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import { EXIT } from './command.ts';
import { scan } from './scan.ts';
import { testTerminal } from './test-terminal.ts';

const MINE = `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 3)} -p x\n`;

type Context = { after(task: () => void): void };

function folder(t: Context): string {
  const root = mkdtempSync(join(tmpdir(), 'davylamp-hostile-'));
  // Node's own removal takes no path as long as some of these.
  t.after(() => spawnSync('rm', ['-rf', root]));
  return root;
}

async function text(root: string, ...args: readonly string[]) {
  const terminal = testTerminal(root);
  const code = await scan.run(args, terminal);
  return { code, out: terminal.outText };
}

async function json(root: string, ...args: readonly string[]) {
  const { code, out } = await text(root, '--format', 'json', ...args);
  return { code, ...JSON.parse(out) };
}

test('folders nested 10,000 deep: what lies too deep is named', async (t) => {
  const root = folder(t);
  const directory = process.cwd();
  try {
    process.chdir(root);
    for (let depth = 0; depth < 10_000; depth++) {
      mkdirSync('d');
      process.chdir('d');
    }
    writeFileSync('mine.sh', MINE);
  } finally {
    process.chdir(directory);
  }
  writeFileSync(join(root, 'z.sh'), MINE);
  const started = performance.now();
  const { code, unread, definitions } = await json(root);
  assert.ok(performance.now() - started < 5_000);
  assert.equal(code, EXIT.found, 'the rest is judged all the same');
  assert.equal(definitions.length, 1);
  assert.match(unread[0].why, /name is too long/);
});

test('links that go round, up and out', async (t) => {
  const root = folder(t);
  mkdirSync(join(root, 'tree/ci'), { recursive: true });
  writeFileSync(join(root, 'outside.sh'), MINE);
  writeFileSync(join(root, 'tree/ci/good.sh'), './up/../outside.sh\n. ./out/outside.sh\n');
  symlinkSync('..', join(root, 'tree/ci/up'));
  symlinkSync('../..', join(root, 'tree/ci/out'));
  symlinkSync('loop.sh', join(root, 'tree/loop.sh'));
  symlinkSync('../outside.sh', join(root, 'tree/leak.sh'));
  const { code, definitions, unread } = await json(root, 'tree');
  assert.equal(code, EXIT.unread);
  assert.ok(!JSON.stringify(definitions).includes('xmrig'), 'nothing outside was read');
  assert.deepEqual(
    unread.map(({ path }: { path: string }) => path),
    ['tree/loop.sh'],
  );
  const named = await json(root, 'tree/leak.sh');
  assert.equal(named.code, EXIT.unread);
  const why = 'a symbolic link leads out of the tree that it belongs to';
  assert.deepEqual(named.unread, [{ path: 'tree/leak.sh', why }]);
});

test('pipes and devices are never opened', { timeout: 30_000 }, async (t) => {
  const root = folder(t);
  spawnSync('mkfifo', [join(root, 'pipe.sh'), join(root, 'Dockerfile')]);
  symlinkSync('/dev/zero', join(root, 'zero.sh'));
  symlinkSync('pipe.sh', join(root, 'linked.sh'));
  writeFileSync(join(root, 'run.sh'), '. ./pipe.sh\nbash ./zero.sh\n');
  assert.equal((await json(root)).summary.definitions, 1);
  const named = await json(root, 'pipe.sh');
  assert.equal(named.code, EXIT.unread);
  assert.deepEqual(named.unread, [{ path: 'pipe.sh', why: 'it is no regular file' }]);
  assert.equal((await json(root, '/dev/zero')).code, EXIT.unread);
});

test('names that hold line breaks and escape codes stay names', async (t) => {
  const root = folder(t);
  const name = 'a\n::error::x\u001b[2J\u202e.sh';
  writeFileSync(join(root, name), MINE);
  const { out } = await text(root);
  assert.ok(out.startsWith('confirmed a\\n::error::x\\x1b[2J\\u202e.sh (shell'), out.slice(0, 80));
  assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  const { out: annotations } = await text(root, '--format', 'github');
  for (const line of annotations.trimEnd().split('\n')) {
    assert.match(line, /^::error file=a%0A%3A%3Aerror%3A%3Ax/);
  }
  assert.equal((await json(root)).definitions[0].path, name);
});

test('a name that is not UTF-8 is not lost', async (t) => {
  const root = folder(t);
  writeFileSync(
    Buffer.concat([Buffer.from(`${root}/x`), Buffer.from([0xff]), Buffer.from('.sh')]),
    MINE,
  );
  const { code, unread } = await json(root);
  assert.equal(code, EXIT.unread);
  assert.deepEqual(unread, [{ path: 'x\ufffd.sh', why: 'its name is not UTF-8' }]);
});

test('UTF-16 with a mark is read, without one it is named, and so are NUL bytes', async (t) => {
  const root = folder(t);
  const little = Buffer.from(`\ufeff${MINE}`, 'utf16le');
  writeFileSync(join(root, 'little.sh'), little);
  writeFileSync(join(root, 'big.sh'), Buffer.from(little).swap16());
  writeFileSync(join(root, 'bare.sh'), little.subarray(2));
  writeFileSync(join(root, 'nul.sh'), 'make\0test\n');
  const { definitions } = await json(root);
  const verdicts = definitions.map(({ path, verdict }: { path: string; verdict: string }) => {
    return `${path} ${verdict}`;
  });
  assert.deepEqual(verdicts.sort(), [
    'bare.sh unchecked',
    'big.sh confirmed',
    'little.sh confirmed',
    'nul.sh unchecked',
  ]);
});

test('200 MB in one file cost nothing', async (t) => {
  const root = folder(t);
  writeFileSync(join(root, 'huge.sh'), MINE);
  truncateSync(join(root, 'huge.sh'), 200 * MIB);
  const before = process.memoryUsage().rss;
  const { code, unread } = await json(root);
  assert.equal(code, EXIT.unread);
  assert.match(unread[0].why, /it has 209715200 bytes/);
  assert.ok(process.memoryUsage().rss - before < 50 * MIB);
});

test('a file that grows while it is read is read up to the limit', async (t) => {
  const root = folder(t);
  writeFileSync(join(root, 'log.sh'), '');
  const writer = spawn('sh', ['-c', 'yes make | head -c 67108864 >> log.sh'], { cwd: root });
  const ended = new Promise((resolve) => writer.on('exit', resolve));
  for (let i = 0; i < 5; i++) {
    const { summary } = await json(root);
    assert.equal(summary.definitions, 1);
  }
  await ended;
  assert.equal((await json(root)).code, EXIT.unread);
});
