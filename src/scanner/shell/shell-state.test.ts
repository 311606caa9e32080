// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, linesOf, runOf } from './test-run.ts';

/** Whether the text may come to run this command. */
function mayRun(text: string, command: string): void {
  assert.ok(lines(text).includes(command), `${text} runs\n${lines(text).join('\n')}`);
}

function neverRuns(text: string, command: string): void {
  assert.ok(!lines(text).includes(command), `${text} runs\n${lines(text).join('\n')}`);
}

test('what a shell of its own sets is not seen outside', () => {
  for (const own of [
    '(A=b)',
    'B=$(A=b; echo 1)',
    'true | A=b',
    'A=b | true',
    '{ A=b; } &',
    "sh -c 'A=b'",
    '(unset A)',
    '(: ${A:=b})',
  ]) {
    mayRun(`A=a; ${own}; ./x $A`, './x a');
    neverRuns(`A=a; ${own}; ./x $A`, './x b');
  }
  mayRun('f() { ./x a; }; (f() { ./x b; }); f', './x a');
  mayRun('set -- a; (set -- b); ./x $1', './x a');
  mayRun('echo "./x a" > d/t; (cd d); cd d; sh t', './x a');
});

test('what a text runs in the shell of its caller is seen there', () => {
  for (const same of ["eval 'A=b'", '{ A=b; }', '. /dev/stdin <<< "A=b"']) {
    neverRuns(`A=a; ${same}; ./x $A`, './x a');
    mayRun(`A=a; ${same}; ./x $A`, './x b');
  }
});

test('what is assigned before a command is that command alone', () => {
  neverRuns('A=a; A=b true; ./x $A', './x b');
  mayRun('A=a; A=b true; ./x $A', './x a');
  mayRun('f() { ./x $A; }; A=a; A=b f', './x b');
  mayRun('A=a; env A=b true; ./x $A', './x a');
  // dash keeps it behind a special builtin, and bash does not.
  mayRun('A=a; A=b :; ./x $A', './x a');
  mayRun('A=a; A=b :; ./x $A', './x b');
});

test('what a function declares local ends with it', () => {
  neverRuns('A=a; f() { local A=b; }; f; ./x $A', './x b');
  mayRun('A=a; f() { A=b; }; f; ./x $A', './x b');
  mayRun('A=a; f() { A=b; }; ./x $A', './x a');
});

test('a function can be taken away', () => {
  mayRun("sh() { cat; }; unset -f sh; echo './x a' | sh", './x a');
  mayRun("sh() { cat; }; unset sh; echo './x a' | sh", './x a');
  neverRuns("sh() { cat; }; echo './x a' | sh", './x a');
  mayRun('A=a; unset -f A; ./x $A', './x a');
});

test('whether a branch runs is not known, so either value may be there behind it', () => {
  for (const branch of [
    'if c; then A=b; fi',
    'if c; then :; else A=b; fi',
    'if c; then :; elif d; then A=b; fi',
    'while c; do A=b; done',
    'for B in 1; do A=b; done',
    'case c in d) A=b ;; esac',
    'c && A=b',
    'c || A=b',
    'c && unset A && A=b',
  ]) {
    mayRun(`A=a\n${branch}\n./x $A`, './x a');
    mayRun(`A=a\n${branch}\n./x $A`, './x b');
  }
  const two = 'if c; then A=a; else A=b; fi; if d; then B=1; else B=2; fi; ./x $A $B';
  for (const words of ['a 1', 'a 2', 'b 1', 'b 2']) mayRun(two, `./x ${words}`);
  mayRun('c && A=b; ./x ${A:-a}', './x a');
  neverRuns('if c; then A=a; A=b; ./x $A; fi', './x a');
});

test('a choice goes on through values, prints, files, loops and functions', () => {
  const either = 'if c; then A=a; else A=b; fi\n';
  for (const use of [
    'B="$A"; ./x $B',
    'B=$(echo $A); ./x $B',
    'echo "./x $A" | sh',
    'echo "./x $A" > t; sh t',
    'for B in $A; do ./x $B; done',
    'f() { ./x $1; }; f $A',
    'export B=$A; ./x $B',
  ]) {
    mayRun(`${either}${use}`, './x a');
    mayRun(`${either}${use}`, './x b');
  }
  mayRun('f() { ./x a; }; if c; then f() { ./x b; }; fi; f', './x a');
  mayRun('echo ./x a > t; if c; then echo ./x b > t; fi; sh t', './x a');
});

test('limit: values that one variable may have', () => {
  const clauses = Array.from({ length: 40 }, (_, i) => `${i}) A=./x${i} ;;`).join('\n');
  const run = runOf(`case $1 in\n${clauses}\nesac\n$A\necho $A`);
  assert.deepEqual(run.unread, ['gave up: a text that may be one of too many']);
  assert.ok(linesOf(run).length < 100);
  // What a known program is given may be anything already.
  assert.deepEqual(runOf(`case $1 in\n${clauses}\nesac\n./x $A`).unread, []);
});

test('limit: what is only possible is cheap beside what is likeliest', () => {
  const choice = (i: number): string => `if c; then A${i}=1; else A${i}=2; fi`;
  const choices = Array.from({ length: 30 }, (_, i) => choice(i)).join('\n');
  const uses = Array.from({ length: 30 }, (_, i) => `$A${i}`).join(' ');
  const calls = Array.from({ length: 200 }, () => `f ${uses}`).join('\n');
  const run = runOf(`f() { g "$@"; g ${uses}; }\ng() { ./x "$@"; }\n${choices}\n${calls}`);
  assert.ok(linesOf(run).length < 20_000);
  assert.deepEqual(run.unread, []);
});

test('a file is what it is when it runs', () => {
  const text = 'echo ./x a > t; sh t; echo ./x b > t; sh t; echo ./x c > t; true | echo ./x d > t';
  mayRun(text, './x a');
  mayRun(text, './x b');
  neverRuns(text, './x c');
});

test('echo may undo escapes, as in dash, or leave them, as in bash', () => {
  mayRun("echo 'a;\\n./x b' | sh", './x b');
  mayRun("echo './x \\0141' > t; sh t", './x a');
  mayRun("echo './x \\\\a' | sh", './x \\a');
});

test('a carriage return is a letter, but for one before a newline', () => {
  assert.deepEqual(lines('./x a\rb\r\n./y\r\n'), ['./x a\rb', './y']);
  mayRun(': \r# a; ./x b', './x b');
});
