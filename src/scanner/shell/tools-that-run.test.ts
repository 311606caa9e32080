// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
/** Tools that run a command line which they are given, each in a way of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Work } from '../engine/work.ts';
import { awkCommands } from './awk.ts';
import { gitCommands } from './git-commands.ts';
import { sedCommands } from './sed-commands.ts';
import { lines } from './test-run.ts';

/** Whether `x y` is a command of the text. */
function runs(text: string): boolean {
  return lines(text).includes('x y');
}

test('git runs aliases, programs of its settings and what some verbs are given', () => {
  const texts = [
    ...["git -c core.pager='x y' log", "git -C d -c Core.Editor='x y' commit"],
    ...["git config --global core.sshCommand 'x y'", "git config set pager.log 'x y'"],
    ...["git config filter.a.clean 'x y'", "git config alias.a '!x y'"],
    ...['git bisect run x y', "git rebase -x 'x y' HEAD~1", "git rebase --exec='x y' a"],
    ...["git submodule foreach --recursive 'x y'", 'git submodule foreach x y'],
    "git filter-branch --tree-filter 'x y' HEAD",
  ];
  for (const text of texts) assert.ok(runs(text), text);
  const others = ["git commit -m 'x y'", "git config user.name 'x y'", "git config alias.a 'x y'"];
  for (const text of others) assert.ok(!runs(text), text);
});

test('settings of git whose value is a command line', () => {
  assert.deepEqual(gitCommands(['-c', 'core.pager=./x a', 'log']), ['./x a']);
  assert.deepEqual(gitCommands(['config', '--global', 'core.editor', './x a']), ['./x a']);
  assert.deepEqual(gitCommands(['config', 'filter.x.smudge', './x a']), ['./x a']);
  assert.deepEqual(gitCommands(['config', 'alias.x', '!./x a']), ['./x a']);
  assert.deepEqual(gitCommands(['config', 'alias.x', 'log']), []);
  assert.deepEqual(gitCommands(['config', 'user.name', 'a']), []);
});

test('a setting of ssh may name a command of this machine', () => {
  for (const option of ["-o ProxyCommand='x y'", "-oLocalCommand='x y'", "-o 'proxycommand x y'"]) {
    assert.ok(runs(`ssh ${option} host`), option);
  }
  assert.ok(!runs("ssh -o User='x y' host"));
});

test('a script for later comes by a file or by standard input', () => {
  assert.ok(runs("echo 'x y' | at now"));
  assert.ok(runs("echo 'x y' > f; at -f f now"));
});

test('a tool of the machine by its path is that tool', () => {
  assert.ok(runs("/usr/bin/printf '%s y\\n' x | sh"));
  assert.ok(runs("/usr/bin/env GIT_PAGER='x y' git log; /usr/bin/git -c core.pager='x y' log"));
});

test('a shell reads the file that it is told to start with', () => {
  assert.ok(runs("echo 'x y' > f; bash --rcfile f -i"));
  assert.ok(!runs("echo 'x y' > f; bash -o f -c z"));
});

test('sed runs what `e` says, and what a substitution with that flag makes', () => {
  const how = { isExtended: false, isQuiet: false, spend: () => true };
  const commands = (script: string, input: string | null = null) =>
    sedCommands([script], () => input, how);
  assert.deepEqual(commands('1e x y'), ['x y']);
  assert.deepEqual(commands('s/a/b/;/a/e x y'), ['x y']);
  assert.deepEqual(commands('s/a/x y/e', 'a'), ['x y']);
  assert.deepEqual(commands('s/a/x y/;e', 'a'), ['x y']);
  assert.deepEqual(commands('s/a/x y/e'), []);
  assert.deepEqual(commands('s/e/e e/g;p', 'a e'), []);
  assert.ok(runs("echo 'x z' | sed 's/z/y/e'"));
});

test('awk runs what it gives to `system`, to a shell and to `getline`', () => {
  const commands = (program: string, input: string | null = null) => {
    const work = new Work();
    return awkCommands([program], {
      ...{ input, file: () => null, unread: () => {}, spend: (units) => work.spend(units) },
    });
  };
  assert.deepEqual(commands('BEGIN { system("x" " y") }'), ['x y']);
  assert.deepEqual(commands('BEGIN { a = "x"; b = " y"; system(a b) }'), ['x y']);
  assert.deepEqual(commands('BEGIN { print "x y" | "sh" }'), ['x y']);
  assert.deepEqual(commands('BEGIN { print("x", "y") | "/bin/bash -s" }'), ['x y']);
  assert.deepEqual(commands('BEGIN { printf "%s %s", "x", "y" | "sh" }'), ['x y']);
  assert.deepEqual(commands('BEGIN { while (("x" " y" | getline l) > 0) print l }'), ['x y']);
  assert.deepEqual(commands('{ system($2 " " $1) }', 'y x\nb a\n'), ['x y', 'a b']);
  assert.deepEqual(commands('{ print | "sh" }', 'x y\n'), ['x y']);
  assert.deepEqual(commands('{ print $1 | "sort" }', 'x y\n'), []);
  assert.deepEqual(commands('{ print "system(x)" }', 'x y\n'), []);
});
