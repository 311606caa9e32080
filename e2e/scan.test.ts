/** `davylamp scan` as a script uses it: exit codes, JSON, what cannot be read. */
import assert from 'node:assert/strict';
import { type StdioOptions, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { testAddress } from '../src/scanner/wallet/test-addresses.ts';
import { temporaryDirectory } from './server-process.ts';

const CLI = join(import.meta.dirname, '../src/main/cli.ts');
const MINE = `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 3)} -p x`;

function tree(
  t: { after(task: () => void): void },
  files: Readonly<Record<string, string>>,
): string {
  const root = temporaryDirectory(t);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function scan(root: string, ...args: readonly string[]): { status: number | null; out: string } {
  const { status, stdout } = spawnSync(process.execPath, [CLI, 'scan', ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, out: stdout };
}

interface Report {
  readonly schema: string;
  readonly summary: Record<string, number>;
  readonly definitions: {
    path: string;
    dialect: string;
    verdict: string;
    unchecked: string[];
    findings: { rule: string; location: { path: string; line: number; column: number } }[];
  }[];
}

function piped(root: string, input: string | Buffer, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'scan', ...args], {
    cwd: root,
    encoding: 'utf8',
    input,
    timeout: 30_000,
  });
  return { status, out: stdout, error: stderr };
}

function scanJson(root: string, ...args: readonly string[]): Report {
  return JSON.parse(scan(root, '--format', 'json', ...args).out) as Report;
}

test('an innocent tree ends with 0', (t) => {
  const root = tree(t, {
    '.github/workflows/ci.yml': 'on: push\njobs:\n  a:\n    steps:\n      - run: make test\n',
    'scripts/build.sh': '#!/bin/sh\nmake\n',
    'notes.md': MINE,
  });
  assert.equal(scan(root).status, 0);
  const { schema, summary, definitions } = scanJson(root);
  assert.equal(schema, 'davylamp.scan/1');
  assert.deepEqual(definitions, []);
  const { confirmed, suspected, clear, unchecked } = summary;
  assert.deepEqual(
    { confirmed, suspected, clear, unchecked, definitions: summary['definitions'] },
    {
      confirmed: 0,
      suspected: 0,
      clear: 2,
      unchecked: 0,
      definitions: 2,
    },
  );
});

test('a miner ends with 1, at its place', (t) => {
  const root = tree(t, {
    '.gitlab-ci.yml': `build:\n  script:\n    - make\n    - ${MINE}\n`,
  });
  assert.equal(scan(root).status, 1);
  assert.equal(scan(root, '--fail-on', 'never').status, 0);
  const [definition] = scanJson(root).definitions;
  assert.equal(definition?.verdict, 'confirmed');
  assert.equal(definition.dialect, 'gitlab');
  assert.ok(definition.findings.length > 0);
  for (const { location } of definition.findings) {
    assert.equal(location.path, '.gitlab-ci.yml');
    assert.equal(location.line, 4);
  }
});

test('a script that a definition runs is judged with it', (t) => {
  const root = tree(t, {
    '.github/workflows/ci.yml': 'on: push\njobs:\n  a:\n    steps:\n      - run: ./tool/run\n',
    'tool/run': `#!/bin/sh\n${MINE}\n`,
  });
  assert.equal(scan(root).status, 1);
});

test('arguments that do not fit end with 2, in one line', (t) => {
  const root = tree(t, {});
  for (const args of [['--format', 'xml'], ['--fail-on', 'maybe'], ['--nonsense']]) {
    assert.equal(scan(root, ...args).status, 2);
  }
});

test('a mistyped option is told with the nearest one', (t) => {
  const root = tree(t, {});
  const { status, error } = piped(root, '', '--fromat', 'json');
  assert.equal(status, 2);
  assert.match(error, /no option '--fromat': did you mean "--format"\?\nTry: davylamp scan --help/);
});

test('a definition and an archive come by standard input', (t) => {
  const root = tree(t, { 'repo/mine.sh': MINE });
  assert.equal(piped(root, MINE, '-', '--dialect', 'shell').status, 1);
  const { status: made, stdout } = spawnSync('tar', ['czf', '-', 'repo'], { cwd: root });
  assert.equal(made, 0);
  const { status, out } = piped(root, stdout, '-');
  assert.equal(status, 1);
  assert.match(out, /^confirmed repo\/mine\.sh /);
});

test('standard input that is a folder is unread, not an empty definition', (t) => {
  const root = tree(t, {});
  const folder = openSync(root, 'r');
  const { status, stdout } = spawnSync(
    process.execPath,
    [CLI, 'scan', '--dialect', 'shell', '--format', 'json', '-'],
    { encoding: 'utf8', stdio: [folder, 'pipe', 'inherit'], timeout: 30_000 },
  );
  closeSync(folder);
  assert.equal(status, 3, stdout);
  const { summary } = JSON.parse(stdout) as Report;
  assert.deepEqual([summary['clear'], summary['unchecked']], [0, 1]);
});

test('a full disk behind standard output is told, and is no miner', (t) => {
  const root = tree(t, { 'a/mine.sh': MINE, 'b/make.sh': 'make\n' });
  const scanToFull = (path: string, output: 'stdout' | 'stderr') => {
    const full = openSync('/dev/full', 'w');
    const stdio: StdioOptions =
      output === 'stdout' ? ['ignore', full, 'pipe'] : ['ignore', 'pipe', full];
    const args = [CLI, 'scan', '--write', 'json=absent/r.json', path];
    const scanned = spawnSync(process.execPath, output === 'stdout' ? args.toSpliced(2, 2) : args, {
      cwd: root,
      encoding: 'utf8',
      stdio,
      timeout: 30_000,
    });
    closeSync(full);
    return scanned;
  };
  for (const [path, status] of [
    ['a', 1],
    ['b', 3],
  ] as const) {
    const scanned = scanToFull(path, 'stdout');
    assert.equal(scanned.status, status);
    assert.match(scanned.stderr, /^davylamp: standard output cannot be written: ENOSPC.*\n$/);
    assert.equal(scanToFull(path, 'stderr').status, status);
  }
});

test('a report is a baseline for the next scan', (t) => {
  const root = tree(t, { 'mine.sh': MINE });
  assert.equal(scan(root, '--write', 'sarif=before.sarif', '--quiet').status, 1);
  assert.equal(scan(root, '--baseline', 'before.sarif').status, 0);
  writeFileSync(join(root, 'other.sh'), MINE);
  assert.equal(scan(root, '--baseline', 'before.sarif').status, 1);
  assert.equal(scan(root, '--baseline', 'absent.json').status, 2);
});

test('what cannot be read ends with 3 and is named', (t) => {
  const root = tree(t, {
    '.gitlab-ci.yml': 'build: [',
    'huge.sh': 'x'.repeat(5 * 1024 * 1024),
  });
  assert.equal(scan(root, 'absent').status, 3);
  assert.equal(scan(root, 'huge.sh').status, 3);
  assert.equal(scan(root, '.gitlab-ci.yml').status, 3);
  const [definition] = scanJson(root, '.gitlab-ci.yml').definitions;
  assert.equal(definition?.verdict, 'unchecked');
  assert.match(definition.unchecked.join(), /not-yaml at 1:9/);
});

test('a found miner outweighs an unread file', (t) => {
  const root = tree(t, { 'mine.sh': MINE, '.gitlab-ci.yml': 'build: [' });
  assert.equal(scan(root).status, 1);
});

test('hostile trees end: link loops, alias bombs, deep nesting, bytes that are not text', (t) => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let i = 1; i < 12; i++) {
    const refs = Array.from({ length: 9 }, () => `*${String.fromCharCode(96 + i)}`).join(',');
    bomb.push(`${String.fromCharCode(97 + i)}: &${String.fromCharCode(97 + i)} [${refs}]`);
  }
  bomb.push('job: {script: *l}');
  const root = tree(t, {
    'bomb/.gitlab-ci.yml': `${bomb.join('\n')}\n`,
    'deep/.gitlab-ci.yml': `a: ${'['.repeat(100_000)}`,
    'bytes/.gitlab-ci.yml': 'a:\n  script: ["\u0000\ufffd"]\n',
    'twice/.gitlab-ci.yml': 'a:\n  script: [make]\n  script: [make test]\n',
  });
  symlinkSync('.', join(root, 'loop'));
  const started = performance.now();
  const { definitions } = scanJson(root);
  assert.ok(performance.now() - started < 8_000);
  const verdicts = Object.fromEntries(definitions.map((d) => [d.path, d.verdict]));
  assert.deepEqual(verdicts, {
    'bomb/.gitlab-ci.yml': 'unchecked',
    'deep/.gitlab-ci.yml': 'unchecked',
    'bytes/.gitlab-ci.yml': 'unchecked',
    'twice/.gitlab-ci.yml': 'unchecked',
  });
});
