import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gitOutputBytesMax } from '../base/limits.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import { ChangedSince } from './changed-since.ts';
import { EXIT, UsageError } from './command.ts';
import { scan } from './scan.ts';
import { testTerminal } from './test-terminal.ts';

const MINE = `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 3)} -p x\n`;

type Context = { after(task: () => void): void };

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function git(root: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  return execFileSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8' });
}

function commit(root: string): void {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'x');
}

/** A folder that is removed again, with these files committed in it. */
function repository(t: Context, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'davylamp-git-'));
  t.after(() => rmSync(root, { recursive: true }));
  git(root, 'init', '-q');
  write(root, files);
  commit(root);
  return root;
}

async function changed(root: string, ...args: readonly string[]) {
  const terminal = testTerminal(root);
  const code = await scan.run(['--format', 'json', '--changed-since', ...args], terminal);
  const report = JSON.parse(terminal.outText);
  const paths = report.definitions.map(({ path }: { path: string }) => path);
  return { code, paths, summary: report.summary, aside: report.aside, notes: report.notes };
}

test('a script that several definitions run is one, changed or not', async (t) => {
  const job = '    steps:\n      - run: ./a.sh\n';
  const workflow = `on: push\njobs:\n  a:\n${job}  b:\n${job}`;
  const [one, two] = ['.github/workflows/one.yml', '.github/workflows/two.yml'];
  const root = repository(t, { [one]: workflow, [two]: workflow, 'a.sh': 'make\n' });
  const none = await changed(root, 'HEAD');
  assert.equal(none.summary.definitions, 0);
  assert.equal(none.aside.unchangedDefinitions, 3);
  write(root, { [two]: `${workflow}# changed\n` });
  const some = await changed(root, 'HEAD');
  // The script is judged with the workflow that changed.
  assert.equal(some.summary.definitions, 2);
  assert.equal(some.aside.unchangedDefinitions, 1);
});

test('only what changed counts: committed, in the working tree, and new', async (t) => {
  const root = repository(t, { 'old.sh': MINE, 'later.sh': 'make\n', 'now.sh': 'make\n' });
  assert.deepEqual((await changed(root, 'HEAD')).paths, []);
  write(root, { 'later.sh': MINE });
  commit(root);
  write(root, { 'now.sh': MINE, 'new.sh': MINE });
  const since = await changed(root, 'HEAD~1');
  assert.equal(since.code, EXIT.found);
  assert.deepEqual(since.paths, ['later.sh', 'new.sh', 'now.sh']);
  assert.equal(since.aside.unchangedDefinitions, 1);
  assert.equal(since.summary.definitions, 3);
  assert.deepEqual((await changed(root, 'HEAD')).paths, ['new.sh', 'now.sh']);
});

test('a definition that runs a changed file counts with it', async (t) => {
  const root = repository(t, {
    '.gitlab-ci.yml': 'a:\n  script: ./ci/build\n',
    'ci/build': 'make\n',
  });
  write(root, { 'ci/build': MINE });
  const { paths } = await changed(root, 'HEAD');
  assert.ok(paths.includes('.gitlab-ci.yml'), JSON.stringify(paths));
});

test('a link counts when it leads elsewhere, and when what it leads to changed', async (t) => {
  const root = repository(t, { 'real.sh': 'make\n', 'other.sh': MINE });
  symlinkSync('real.sh', join(root, 'link.sh'));
  commit(root);
  assert.deepEqual((await changed(root, 'HEAD')).paths, []);
  write(root, { 'real.sh': MINE });
  assert.deepEqual((await changed(root, 'HEAD')).paths, ['link.sh', 'real.sh']);
  write(root, { 'real.sh': 'make\n' });
  unlinkSync(join(root, 'link.sh'));
  symlinkSync('other.sh', join(root, 'link.sh'));
  assert.deepEqual((await changed(root, 'HEAD')).paths, ['link.sh']);
});

test('a folder inside a repository is compared with it', async (t) => {
  const root = repository(t, { 'sub/a.sh': MINE, 'sub/b.sh': 'make\n' });
  write(root, { 'sub/b.sh': MINE });
  assert.deepEqual((await changed(root, 'HEAD', 'sub')).paths, ['sub/b.sh']);
});

test('of clones, those that do not know the commit are scanned whole and named', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'davylamp-clones-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const name of ['one', 'two']) {
    mkdirSync(join(root, name));
    git(join(root, name), 'init', '-q');
    write(join(root, name), { 'mine.sh': MINE });
    commit(join(root, name));
  }
  git(join(root, 'one'), 'tag', 'base');
  const { paths, notes } = await changed(root, 'base');
  assert.deepEqual(paths, ['two/mine.sh']);
  assert.match(notes.join(), /two does not know base and was scanned whole/);
  await assert.rejects(changed(root, 'nowhere'), UsageError);
});

test('a commit that is not there, no repository, and options in its place', async (t) => {
  const root = repository(t, { 'a.sh': 'make\n' });
  for (const revision of ['nowhere', '', '--output=x', '-h', 'HEAD:a.sh', 'HEAD..HEAD', 'a\0b']) {
    const run = scan.run([`--changed-since=${revision}`], testTerminal(root));
    await assert.rejects(run, UsageError, revision);
  }
  const bare = mkdtempSync(join(tmpdir(), 'davylamp-bare-'));
  t.after(() => rmSync(bare, { recursive: true }));
  write(bare, { 'a.sh': 'make\n' });
  await assert.rejects(changed(bare, 'HEAD'), /no git repository/);
  const terminal = testTerminal(root, [Buffer.from(MINE)]);
  await assert.rejects(scan.run(['-', '--changed-since', 'HEAD'], terminal), UsageError);
  const lost = { ...testTerminal(root), programPath: '/nowhere' };
  await assert.rejects(scan.run(['--changed-since', 'HEAD'], lost), /git is not installed/);
});

test('--tracked leaves out what git does not track, and counts it', async (t) => {
  const root = repository(t, { 'a.sh': 'make\n', 'sub/b.sh': 'make\n' });
  write(root, { 'node_modules/x/build.sh': MINE, 'sub/new.sh': MINE, 'a.sh': `make\n${MINE}` });
  const scanned = async (...args: readonly string[]) => {
    const terminal = testTerminal(root);
    await scan.run(['--format', 'json', '--tracked', ...args], terminal);
    const { definitions, aside, summary } = JSON.parse(terminal.outText);
    return { paths: definitions.map(({ path }: { path: string }) => path), aside, summary };
  };
  const { paths, aside } = await scanned();
  assert.deepEqual(paths, ['a.sh']);
  assert.equal(aside.untrackedFiles, 2);
  assert.equal((await scanned('sub')).summary.definitions, 1);
  assert.deepEqual((await scanned('sub/new.sh')).paths, ['sub/new.sh'], 'it was named itself');
  rmSync(join(root, '.git'), { recursive: true });
  assert.equal((await scanned()).paths.length, 3, 'no repository: everything counts');
  const lost = { ...testTerminal(root), programPath: '/nowhere' };
  await assert.rejects(scan.run(['--tracked'], lost), /git is not installed/);
});

test('nothing that the configuration of the tree names is run', async (t) => {
  const root = repository(t, { 'a.sh': 'make\n', '.gitattributes': '*.sh filter=x diff=x\n' });
  const trap = `touch ${join(root, 'sprung')}; cat`;
  const traps = [
    ['core.fsmonitor', trap],
    ['filter.x.clean', trap],
    ['filter.x.smudge', trap],
    ['filter.x.process', trap],
    ['diff.x.textconv', trap],
    ['diff.external', trap],
    ['core.pager', trap],
    ['pager.ls-tree', trap],
    ['core.sshCommand', trap],
    ['core.alternateRefsCommand', trap],
    ['alias.ls-tree', `!${trap}`],
  ];
  for (const [name = '', value = ''] of traps) git(root, 'config', name, value);
  write(root, { 'a.sh': MINE });
  assert.deepEqual((await changed(root, 'HEAD', '--tracked')).paths, ['a.sh']);
  assert.equal(existsSync(join(root, 'sprung')), false);
});

test('a git that does not end, or says too much, is given up', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'davylamp-fake-'));
  t.after(() => rmSync(root, { recursive: true }));
  const problemOf = (program: string): string => {
    writeFileSync(join(root, 'git'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
    const path = `${root}:${process.env['PATH']}`;
    try {
      new ChangedSince('HEAD', { path, msMax: 2_000 }).require(root);
      return '';
    } catch (error) {
      assert.ok(error instanceof UsageError);
      return error.message;
    }
  };
  assert.match(problemOf(`head -c ${gitOutputBytesMax + 1} /dev/zero`), /ENOBUFS/);
  assert.match(problemOf('exec sleep 60'), /ETIMEDOUT/);
  assert.match(problemOf('echo no hash'), /no such commit/);
});
