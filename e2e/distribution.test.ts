/** What other tools start us by: the GitHub Action and the pre-commit hook of this repository. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { READERS } from '../src/providers/registry.ts';
import { testAddress } from '../src/scanner/wallet/test-addresses.ts';
import { temporaryDirectory } from './server-process.ts';

const ROOT = resolve(import.meta.dirname, '..');
const MINE = `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 3)} -p x\n`;

interface Step {
  readonly name: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const actionText = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const action = load(actionText) as Action;
const scanStep = action.runs.steps.find(({ name }) => name === 'Scan') ?? assert.fail();

function expression(name: string): string {
  return `\${{ ${name} }}`;
}

/** The script of the action as the runner starts it, its inputs filled in. */
function runAction(root: string, inputs: Readonly<Record<string, string>>) {
  const values = Object.entries(action.inputs).map(([name, input]) => {
    return [expression(`inputs.${name}`), inputs[name] ?? input.default] as const;
  });
  const filled = new Map([[expression('github.action_path'), ROOT], ...values]);
  const env = Object.entries(scanStep.env ?? {}).map(([name, value]) => {
    return [name, filled.get(value) ?? assert.fail(`${name} is filled by no input`)];
  });
  const output = join(root, 'github-output');
  writeFileSync(output, '');
  const shell = ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', scanStep.run];
  const { status, stdout } = spawnSync('bash', shell, {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GITHUB_OUTPUT: output, ...Object.fromEntries(env) },
    timeout: 60_000,
  });
  return { status, out: stdout, output: readFileSync(output, 'utf8') };
}

test('the action annotates, writes SARIF, says its exit code and fails', (t) => {
  const root = temporaryDirectory(t);
  mkdirSync(join(root, 'a b'));
  writeFileSync(join(root, 'a b/mine.sh'), MINE);
  writeFileSync(join(root, 'good.sh'), 'make\n');
  const both = { 'path': 'a b\ngood.sh', 'sarif-file': 'x.sarif' };
  const { status, out, output } = runAction(root, both);
  assert.equal(status, 1);
  assert.match(out, /^::error file=a b\/mine\.sh,line=1,/);
  assert.equal(output, 'exit-code=1\n');
  const sarif = JSON.parse(readFileSync(join(root, 'x.sarif'), 'utf8'));
  assert.ok(sarif.runs[0].results.length > 0);
  assert.equal(runAction(root, { 'path': 'good.sh' }).status, 0);
  assert.equal(runAction(root, { 'path': 'a b', 'fail-on': 'never' }).status, 0);
  const known = { 'path': 'a b', 'baseline': 'x.sarif', 'format': 'text' };
  assert.match(runAction(root, known).out, /known from the baseline/);
});

test('inputs of the action are data: they are no options and no commands', (t) => {
  const root = temporaryDirectory(t);
  const hostile = {
    'allow-unread': 'false',
    'path': '--help\n$(touch sprung)\n`touch sprung`',
    'format': 'text',
  };
  const { status, out } = runAction(root, hostile);
  assert.equal(status, 3, 'three paths that are not there');
  assert.match(out, /not read: --help/);
  assert.equal(runAction(root, { 'format': '$(touch sprung)' }).status, 2);
  assert.equal(spawnSync('ls', [root], { encoding: 'utf8' }).stdout.trim(), 'github-output');
});

test('the pre-receive hook of the guide refuses a push that mines, also a hidden one', (t) => {
  const guide = readFileSync(join(ROOT, 'docs/guides/scan.md'), 'utf8');
  const [, hook = ''] = /```sh\n(#!\/bin\/sh\n[\s\S]*?)```/.exec(guide) ?? assert.fail();
  const [, attributes = ''] = /```text\n(\* -export[^`]*)```/.exec(guide) ?? assert.fail();
  const root = temporaryDirectory(t);
  const programs = temporaryDirectory(t);
  symlinkSync(join(ROOT, 'bin/davylamp.js'), join(programs, 'davylamp'));
  const env = { ...process.env, PATH: `${programs}:${process.env['PATH']}` };
  const git = (folder: string, ...args: readonly string[]) => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    const options = { cwd: join(root, folder), env, encoding: 'utf8', timeout: 60_000 } as const;
    return spawnSync('git', [...identity, ...args], options);
  };
  git('', 'init', '-q', '--bare', 'bare');
  git('', 'clone', '-q', 'bare', 'work');
  writeFileSync(join(root, 'bare/hooks/pre-receive'), hook, { mode: 0o755 });
  mkdirSync(join(root, 'bare/info'), { recursive: true });
  writeFileSync(join(root, 'bare/info/attributes'), attributes);
  const push = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(root, 'work', path), text);
    git('work', 'add', '-A');
    git('work', 'commit', '-q', '-m', 'x');
    return git('work', 'push', 'origin', 'HEAD:main');
  };
  assert.equal(push({ 'a.sh': 'make\n' }).status, 0);
  const refused = push({ 'b.sh': MINE, '.gitattributes': '*.sh export-ignore\n' });
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /remote: confirmed b\.sh/);
});

test('our own reader reads the action whole', () => {
  const reader = READERS.find(({ dialect }) => dialect === 'github') ?? assert.fail();
  assert.ok(reader.claims('action.yml'));
  const { jobs, unread } = reader.read('action.yml', actionText);
  assert.deepEqual(unread, []);
  const commands = jobs.flatMap((job) => job.commands.map(({ source }) => source.text));
  assert.equal(commands.length, action.runs.steps.length);
});

test('the pre-commit hook stops a commit that mines, and lets others through', (t) => {
  const [hook] = load(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as {
    entry: string;
  }[];
  const root = temporaryDirectory(t);
  const programs = temporaryDirectory(t);
  symlinkSync(join(ROOT, 'bin/davylamp.js'), join(programs, 'davylamp'));
  const env = { ...process.env, PATH: `${programs}:${process.env['PATH']}` };
  const run = (program: string, args: readonly string[]): number | null => {
    return spawnSync(program, args, { cwd: root, env, timeout: 60_000 }).status;
  };
  run('git', ['init', '-q']);
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'node_modules/mine.sh'), MINE);
  writeFileSync(join(root, 'good.sh'), 'make\n');
  run('git', ['add', 'good.sh']);
  const [program = '', ...args] = (hook?.entry ?? '').split(' ');
  assert.equal(run(program, args), 0, 'what is not committed does not count');
  writeFileSync(join(root, 'bad.sh'), MINE);
  run('git', ['add', 'bad.sh']);
  assert.equal(run(program, args), 1);
});
