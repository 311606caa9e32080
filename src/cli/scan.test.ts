/** `davylamp scan` from its arguments to its output, in this process and on real files. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { scanFileBytesMax } from '../base/limits.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import { tarOf } from './archive/test-archives.ts';
import { EXIT, UsageError } from './command.ts';
import { scan } from './scan.ts';
import { testTerminal } from './test-terminal.ts';

const MINE = `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 3)} -p x\n`;

type Context = { after(task: () => void): void };

function tree(t: Context, files: Readonly<Record<string, string | Buffer>>): string {
  const root = mkdtempSync(join(tmpdir(), 'davylamp-scan-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

async function run(root: string, args: readonly string[], input: readonly Uint8Array[] = []) {
  const terminal = testTerminal(root, input);
  const code = await scan.run(args, terminal);
  return { code, out: terminal.outText, error: terminal.errorText };
}

async function json(root: string, args: readonly string[], input: readonly Uint8Array[] = []) {
  const { code, out } = await run(root, ['--format', 'json', ...args], input);
  return { code, ...JSON.parse(out) };
}

function paths({ definitions }: { definitions: readonly { path: string }[] }): readonly string[] {
  return definitions.map(({ path }) => path).toSorted();
}

test('a finding is shown in its source, and a report is written besides', async (t) => {
  const root = tree(t, { 'ci/mine.sh': `make\n${MINE}` });
  const { code, out } = await run(root, ['--write', 'sarif=r.sarif', '--write', 'json=r.json']);
  assert.equal(code, EXIT.found);
  assert.match(out, /^confirmed ci\/mine\.sh \(shell/);
  assert.match(out, /\n {4}2 \| \.\/xmrig -o stratum/);
  const sarif = JSON.parse(readFileSync(join(root, 'r.sarif'), 'utf8'));
  assert.equal(sarif.runs[0].invocations[0].exitCode, EXIT.found);
  assert.equal(JSON.parse(readFileSync(join(root, 'r.json'), 'utf8')).summary.confirmed, 1);
});

test('a report that cannot be kept is told of, and a found miner outweighs it', async (t) => {
  const root = tree(t, { 'a/mine.sh': MINE, 'b/make.sh': 'make\n' });
  const args = ['--write', 'json=absent/r.json', '--write', 'json=r.json'];
  const found = await run(root, ['a', ...args]);
  assert.equal(found.code, EXIT.found);
  assert.match(found.error, /^davylamp: --write absent\/r\.json: ENOENT/);
  assert.equal(JSON.parse(readFileSync(join(root, 'r.json'), 'utf8')).summary.confirmed, 1);
  const clear = await run(root, ['b', '--format', 'sarif', ...args]);
  assert.equal(clear.code, EXIT.unread);
  assert.equal(JSON.parse(clear.out).runs[0].invocations[0].exitCode, EXIT.unread);
  assert.equal((await run(root, ['b', '--allow-unread', ...args])).code, EXIT.unread);
  assert.match(clear.error, /^davylamp: --write absent\/r\.json: ENOENT/);
});

test('standard input: by its name, by its dialect, by what it is, or not at all', async (t) => {
  const root = tree(t, { 'ci/mine.sh': MINE });
  const input = [Buffer.from('#!/bin/sh\n'), Buffer.from('./ci/mine.sh\n')];
  const named = await json(root, ['-', '--stdin-name', 'run.sh'], input);
  assert.equal(named.code, EXIT.found, 'it is judged with the files that it runs');
  const given = await json(root, ['-', '--dialect', 'shell'], [Buffer.from(MINE)]);
  assert.deepEqual(paths(given), ['stdin']);
  const workflow = Buffer.from(`on: push\njobs:\n  a:\n    steps:\n      - run: ${MINE}`);
  const path = '.github/workflows/x.yml';
  assert.deepEqual(paths(await json(root, ['-', '--stdin-name', path], [workflow])), [path]);
  await assert.rejects(run(root, ['-'], [Buffer.from('prose')]), UsageError);
  const unknown = await json(root, ['-', '--stdin-name', 'a.txt'], [Buffer.from('prose')]);
  assert.equal(unknown.code, EXIT.unread);
  const huge = [Buffer.alloc(scanFileBytesMax + 1, 'x')];
  const large = await json(root, ['-', '--stdin-name', 'a.sh'], huge);
  assert.equal(large.code, EXIT.unread);
  assert.match(large.unread[0].why, /more than 4194304 bytes/);
});

test('standard input that breaks off is unread, whatever came before', async (t) => {
  const root = tree(t, {});
  const scanBroken = async (pieces: readonly Buffer[], args: readonly string[]) => {
    async function* broken() {
      yield* pieces;
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    }
    const terminal = { ...testTerminal(root), input: broken() };
    let out = '';
    terminal.out = (text) => {
      out += text;
    };
    const code = await scan.run(['--format', 'json', '-', ...args], terminal);
    return { code, ...JSON.parse(out) };
  };
  for (const args of [['--dialect', 'shell'], ['--stdin-name', 'a.sh'], []]) {
    for (const pieces of [[], [Buffer.from('make\n')]]) {
      const { code, summary, unread } = await scanBroken(pieces, args);
      assert.equal(code, EXIT.unread);
      assert.equal(summary.clear, 0);
      assert.match(unread[0].why, /ECONNRESET/);
    }
  }
  // An archive is read as far as it goes, and a miner in it outweighs.
  const clear = await scanBroken([tarOf([{ name: 'a.sh', content: 'make\n' }])], []);
  assert.equal(clear.code, EXIT.unread);
  assert.match(clear.unread[0].why, /ECONNRESET/);
  assert.equal((await scanBroken([tarOf([{ name: 'a.sh', content: MINE }])], [])).code, EXIT.found);
});

test('a named file is read as the dialect that is given', async (t) => {
  const root = tree(t, { 'build.txt': MINE });
  assert.equal((await run(root, ['build.txt'])).code, EXIT.unread);
  assert.equal((await run(root, ['build.txt', '--dialect', 'shell'])).code, EXIT.found);
  await assert.rejects(run(root, ['--dialect', 'shel']), /did you mean "shell"/);
});

test('archives are read as folders, one in another, and no deeper', async (t) => {
  const repository = tarOf([
    { name: 'repo/.gitlab-ci.yml', content: 'a:\n  script: ./ci/mine\n' },
    { name: 'repo/ci/mine', content: MINE },
  ]);
  const inner = gzipSync(tarOf([{ name: 'repo.tar', content: repository }]));
  const outer = tarOf([{ name: 'inner.tgz', content: inner }]);
  const root = tree(t, { 'repo.tar': repository, 'inner.tgz': inner, 'outer.tar': outer });
  const flat = await json(root, ['repo.tar']);
  assert.ok(paths(flat).includes('repo.tar/repo/ci/mine'));
  const nested = await json(root, ['inner.tgz']);
  assert.ok(paths(nested).includes('inner.tgz/repo.tar/repo/ci/mine'));
  const deep = await json(root, ['outer.tar']);
  assert.equal(deep.code, EXIT.unread);
  assert.match(deep.unread[0].why, /archives inside one another are read 1 deep/);
  const broken = { name: 'testdata/broken.zip', content: 'PK' };
  writeFileSync(join(root, 'data.tar'), tarOf([broken, { name: 'a.sh', content: 'make' }]));
  const data = await json(root, ['data.tar']);
  assert.equal(data.code, EXIT.ok, 'among files it is data of theirs');
  assert.match(data.notes.join(), /data\.tar\/testdata\/broken\.zip was not read/);
  const piped = await json(root, ['-'], [repository]);
  assert.ok(paths(piped).includes('repo/ci/mine'));
  assert.equal((await run(root, ['absent.tar'])).code, EXIT.unread);
  const both = await json(root, ['repo.tar', 'inner.tgz']);
  assert.equal(both.summary.files, 4);
});

test('what was not read ends with 3, unless that is allowed', async (t) => {
  const root = tree(t, { '.gitlab-ci.yml': 'build: [' });
  assert.equal((await run(root, [])).code, EXIT.unread);
  assert.equal((await run(root, ['--allow-unread'])).code, EXIT.ok);
  writeFileSync(join(root, 'mine.sh'), MINE);
  assert.equal((await run(root, ['--allow-unread'])).code, EXIT.found);
});

test('what the operator excludes is not judged, and is counted', async (t) => {
  const root = tree(t, { 'a/mine.sh': MINE, 'b/mine.sh': MINE, 'c.sh': 'make' });
  const { code, definitions, aside } = await json(root, ['--exclude', 'a/**', '--exclude', 'b']);
  assert.equal(code, EXIT.ok);
  assert.deepEqual(definitions, []);
  assert.equal(aside.excludedFiles, 2);
});

test('globs that leave nothing to scan end with 2, and those that leave no definition are told', async (t) => {
  const root = tree(t, { 'a/mine.sh': MINE, '.gitlab-ci.yml': 'a: {script: make}', 'README': 'x' });
  for (const globs of [['?*'], ['*[a-z]*', '?*.*', '?*E'], ['R*', '*.*']]) {
    const args = globs.flatMap((glob) => ['--exclude', glob]);
    await assert.rejects(run(root, args), /--exclude leaves nothing to scan: all \d files fit/);
  }
  const { code, notes } = await json(root, ['--exclude', '*.*']);
  assert.equal(code, EXIT.ok);
  assert.deepEqual(notes, ['--exclude leaves out all definitions, 2 by their names']);
  assert.deepEqual((await json(root, ['--exclude', 'a'])).notes, []);
  // A hook names the files that changed, and all of those may be left out.
  const named = await json(root, ['--exclude', '*.*', 'a/mine.sh']);
  assert.equal(named.code, EXIT.ok);
});

test('the whole way of a baseline: known, then something new', async (t) => {
  const root = tree(t, { 'mine.sh': MINE });
  const [before, after] = [join(root, 'before.json'), 'mine2.sh'];
  writeFileSync(before, (await run(root, ['--format', 'json'])).out);
  assert.equal((await run(root, ['--baseline', 'before.json'])).code, EXIT.ok);
  writeFileSync(join(root, 'mine.sh'), `make\nmake test\n${MINE}`);
  const moved = await run(root, ['--baseline', 'before.json']);
  assert.equal(moved.code, EXIT.ok);
  assert.match(moved.out, /left aside: \d+ known from the baseline/);
  writeFileSync(join(root, after), MINE);
  const grown = await json(root, ['--baseline', 'before.json']);
  assert.equal(grown.code, EXIT.found);
  assert.deepEqual(paths(grown), [after]);
  await assert.rejects(run(root, ['--baseline', 'absent.json']), UsageError);
  await assert.rejects(run(root, ['--baseline', 'mine.sh']), /not JSON/);
});

test('suppressions: the operator decides, the tree only asks', async (t) => {
  const rules = ['miner-command-line', 'pool-endpoint', 'payout-address'];
  const list = (path: string): string => {
    const items = rules.map((rule) => `  - {rule: ${rule}, path: ${path}, reason: a test}\n`);
    return `version: 1\nsuppressions:\n${items.join('')}`;
  };
  const root = tree(t, {
    'mine.sh': MINE,
    'own.yaml': list('mine.sh'),
    '.davylamp-ignore': list('mine.sh'),
    'bad.yaml': 'version: 1\nsuppressions:\n  - {rule: pool-endpont, reason: x}\n',
  });
  const strict = await run(root, []);
  assert.equal(strict.code, EXIT.found);
  assert.match(strict.error, /\.davylamp-ignore:3 asks to ignore/);
  assert.equal((await run(root, ['--allow-inline-suppressions'])).code, EXIT.ok);
  const own = await run(root, ['--suppressions', 'own.yaml', '--verbose']);
  assert.equal(own.code, EXIT.ok);
  assert.match(own.out, /suppressed: mine\.sh:1:\d+ [a-z-]+, by own\.yaml:\d: a test/);
  await assert.rejects(
    run(root, ['--suppressions', 'bad.yaml']),
    /bad\.yaml:3:12: there is no rule/,
  );
});

test('private indicators count like public ones', async (t) => {
  const list = (domain: string): string => {
    return `schema: davylamp.indicators/1\npools:\n  - ${domain}\n`;
  };
  const address = testAddress('monero', 5);
  const root = tree(t, {
    'a.sh': `./worker -o relay.example.net:8443 -u ${address} -p x\n`,
    'good.yaml': list('relay.example.net'),
    'bad.yaml': list('net'),
  });
  const without = await json(root, ['a.sh']);
  const withThem = await json(root, ['a.sh', '--indicators', 'good.yaml']);
  const rulesOf = ({ definitions }: { definitions: { findings: { rule: string }[] }[] }) =>
    definitions.flatMap(({ findings }) => findings.map(({ rule }) => rule));
  assert.ok(!rulesOf(without).includes('pool-endpoint'));
  assert.ok(rulesOf(withThem).includes('pool-endpoint'));
  await assert.rejects(run(root, ['--indicators', 'bad.yaml']), /bad\.yaml:3:5: /);
});

test('a folder says more than a name: a workflow may be called like a Compose file', async (t) => {
  const workflow = `on: push\njobs:\n  a:\n    steps:\n      - run: ${MINE}`;
  const root = tree(t, {
    'clone/.github/workflows/docker-compose.yml': workflow,
    'clone/docker-compose.yml': `services:\n  a: {image: b, command: ${MINE.trim()}}\n`,
  });
  const { definitions } = await json(root, []);
  assert.deepEqual(
    definitions.map(({ path, dialect }: { path: string; dialect: string }) => [path, dialect]),
    [
      ['clone/.github/workflows/docker-compose.yml', 'github'],
      ['clone/docker-compose.yml', 'compose'],
    ],
  );
});
