import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  definitionCommandsMax,
  makeExpansionLengthMax,
  makeLinesMax,
  scanFileBytesMax,
} from '../../base/limits.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, jobNamed, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { makefileReader } from './makefile.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'Makefile'), 'utf8');

function read(text: string): JobDefinition {
  return makefileReader.read('Makefile', text);
}

const definition = read(FIXTURE);

function linesOf(name: string, from = definition): readonly string[] {
  return commandsOf(jobNamed(from, name)).map(([, text]) => text);
}

/** What a recipe's only line comes to, with these lines in front of it. */
function expanded(line: string, before = ''): string | undefined {
  const made = read(`${before}\nt:\n\t${line}\n`);
  assert.deepEqual(made.unread, []);
  return made.jobs.find(({ name }) => name === 't')?.commands[0]?.source.text;
}

test('it claims the names that make looks for, and parts to include', () => {
  for (const path of ['Makefile', 'a/makefile', 'GNUmakefile', 'rules.mk', 'Makefile.am']) {
    assert.equal(makefileReader.claims(path), true, path);
  }
  for (const path of ['Makefile.PL', 'Makefile.toml', 'Makefiles', 'a.makefile', 'x.mkv']) {
    assert.equal(makefileReader.claims(path), false, path);
  }
});

test('targets are jobs with what they need, in order', () => {
  assert.deepEqual(definition.unread, []);
  assert.deepEqual(
    definition.jobs.map(({ name, needs }) => [name, needs?.join(' ') ?? '']),
    [
      ['', ''],
      ['all', 'build/app docs'],
      ['build/app', 'main.o util.o build'],
      ['main.o', 'main.c'],
      ['util.o', 'util.c'],
      ['clean', ''],
      ['view', 'all'],
      ['release', ''],
      ['lib%.a', 'lib%.o'],
      ['first-generated', 'dep'],
      ['loop-a', ''],
      ['loop-b', ''],
      ['recurse', ''],
    ],
  );
});

test('recipes as the shell gets them', () => {
  assert.deepEqual(linesOf('all'), ['echo done']);
  assert.deepEqual(linesOf('build/app'), [
    'cc -O2 -Wall -DNAME=\\"example\\" -o build/app main.o util.o build',
    'strip build/app; \\\n  echo "pid $$ in $HOME"',
  ]);
  assert.deepEqual(linesOf('util.o'), ['cc -c util.c -o util.o -MT util']);
  assert.deepEqual(linesOf('clean'), ['rm -rf build', 'rm -f *.o']);
  assert.deepEqual(linesOf('first-generated'), ['echo made first-generated of dep']);
  assert.deepEqual(linesOf('loop-b'), ['./loop.sh b']);
  assert.deepEqual(linesOf('recurse'), [
    `make -C sub  PREFIX=\${PREFIX}`,
    '$(cat list.txt | head -1) --run',
  ]);
});

test('canned recipes, functions and variables of a target', () => {
  assert.deepEqual(linesOf('release'), [
    ...['echo releasing example', './release.sh "final"', './always.sh main.c util.c'],
    './do.sh one; ./do.sh two;',
  ]);
  assert.deepEqual(variablesOf(jobNamed(definition, 'release')), [
    ...['TOKEN=abc', 'NAME=example', 'MODE=final', 'LEVEL=3'],
  ]);
});

test('a recipe is read for each value that conditions give a variable', () => {
  assert.deepEqual(linesOf('view'), [
    ...['open build/index.html', 'fallback build/index.html', 'xdg-open build/index.html'],
  ]);
});

test('what make runs while it reads, what it includes, and all variables', () => {
  const global = jobNamed(definition, '');
  assert.deepEqual(
    commandsOf(global).map(([, text]) => text),
    ['git describe --tags', 'uname'],
  );
  assert.deepEqual(texts(global.filesRun), [...['config.mk', `\${OUT}/generated.mk`, 'quoted.mk']]);
  const variables = variablesOf(global);
  for (const expected of ['OUT=build', 'COMMIT=$(git rev-parse HEAD)', 'OBJECTS=main.o util.o']) {
    assert.ok(variables.includes(expected), expected);
  }
});

test('every word stands where it is said to', () => {
  checkPlaces(definition, FIXTURE, [
    ...['git describe', 'uname', '-Wall', ' -o ', 'strip ', '  echo "pid ', '$HOME', '-O2'],
    ...['rm -rf ', ' *.o', './release.sh', './always.sh', 'config.mk', 'quoted.mk', 'abc'],
    ...['xdg-open', '/index.html', ' -C sub ', 'cat list.txt', ' --run', 'echo done'],
  ]);
});

test('the forms of assignment', () => {
  assert.equal(expanded('$(A)', 'A = one\nA ?= two'), 'one');
  assert.equal(expanded('$A$(B)', 'A ::= $(B)\nB = later'), `\${B}later`);
  assert.equal(expanded('$(A)', 'B = b\nA = $(B) $(B:b=c)'), 'b c');
  assert.equal(expanded('$(A)', 'B = x\nA := $(B)\nA += $(B)\nB = y'), 'x x');
  assert.equal(expanded('$(A)', 'B = x\nA = $(B)\nA += $(B)\nB = y'), 'y y');
  assert.equal(expanded(`\${A}`, 'define A\none\nendef\ndefine A +=\ntwo\nendef'), 'one two');
  assert.equal(expanded('$(x-$(k))', 'k = y\nx-y = computed'), 'computed');
  assert.equal(expanded('$(A)', 'A = \\#not a comment'), '\\#not a comment');
});

test('functions on words', () => {
  for (const [call, result] of [
    ['subst ee,EE,feet on the street', 'fEEt on the strEEt'],
    ['subst X,,xXmXrXiXg', 'xmrig'],
    ['patsubst %.c,%.o,x.c y.h', 'x.o y.h'],
    ['strip  a   b ', 'a b'],
    ['filter-out %.h,a.c b.h', 'a.c'],
    ['findstring b,abc', 'b'],
    ['sort b a b', 'a b'],
    ['word 2,a b c', 'b'],
    ['wordlist 2,3,a b c', 'b c'],
    ['words a b c', '3'],
    ['firstword a b', 'a'],
    ['lastword a b', 'b'],
    ['dir src/a.c b', 'src/ ./'],
    ['notdir src/a.c b', 'a.c b'],
    ['suffix src/a.c b', '.c'],
    ['basename src/a.c b', 'src/a b'],
    ['addsuffix .c,a b', 'a.c b.c'],
    ['addprefix x/,a b', 'x/a x/b'],
    ['join a b,.c .o', 'a.c b.o'],
    ['wildcard src/*.c', 'src/*.c'],
    ['if ,a,b', 'b'],
    ['if x,a,b', 'a'],
    ['if $(shell id),a,b', 'a b'],
    ['or ,,c', 'c'],
    ['and a,b', 'b'],
    ['let a b,1 2 3,$(b)-$(a)', '2 3-1'],
    ['foreach v,1 2,$(v).x', '1.x 2.x'],
    ['call f,p,q', 'q p'],
    ['value f', '$(2) $(1)'],
    ['call subst,a,b,aa', 'bb'],
    ['patsubst %.c,%.o,$(shell find . -name x) a.c', '$(find . -name x) a.o'],
  ] as const) {
    assert.equal(expanded(`: $(${call})`, 'f = $(2) $(1)'), `: ${result}`, call);
  }
});

test('shells, one shell for a whole recipe, and another mark for recipes', () => {
  assert.deepEqual(commandsOf(jobNamed(read('SHELL := /usr/bin/python3\nt:\n\tprint(1)\n'), 't')), [
    ['python', 'print(1)'],
  ]);
  const one = read('.ONESHELL:\nt:\n\t@cd x\n\t./y\n');
  assert.deepEqual(linesOf('t', one), ['cd x\n./y']);
  const marked = read('.RECIPEPREFIX = >\nt:\n> echo a\n\tX = 1\n');
  assert.deepEqual(linesOf('t', marked), ['echo a']);
});

test("other makes' lines, templates of configure, and recipes without a rule", () => {
  const bsd = read('.include <bsd.prog.mk>\n.include "own.mk"\n.if X\nt:\n\techo\n.endif\n@SET@\n');
  assert.deepEqual(bsd.unread, []);
  assert.deepEqual(texts(jobNamed(bsd, '').filesRun), ['own.mk']);
  const failing = read('ifdef X\n\t@echo no\n\t$(error stop)\nendif\nt: u\n');
  assert.deepEqual([linesOf('', failing), failing.unread], [['echo no'], []]);
});

test('files that are written, and code that runs nowhere else', () => {
  const written = read('$(file >out.sh,echo hi)\n');
  assert.deepEqual(linesOf('', written), ["cat > out.sh <<'END'\necho hi\nEND"]);
  assert.deepEqual(read('X := $(guile (a))\n').unread, ['text that Guile works out was not read']);
});

test('what is neither a rule nor a variable is said to be unread', () => {
  assert.deepEqual(read('just words\n\t\nX = $(\n').unread, [
    'line 1 is no rule and no variable, and was not read',
    'a reference of a variable has no end; the line was read as it stands',
  ]);
  assert.deepEqual(read('define X\n').unread, ['line 1: `define` has no end']);
  assert.deepEqual([read('').jobs, read('').unread], [[], []]);
});

test('what refers to itself, and bombs, end at the limits', () => {
  const self = read('A = $(A)\nt:\n\techo $(A)\n');
  assert.match(self.unread.join(), /^references nest deeper than 64/);
  const bomb = Array.from({ length: 20 }, (_, i) => `a${i} = ${`$(a${i + 1})`.repeat(20)}`);
  assert.deepEqual(read(`${bomb.join('\n')}\na20 = x\nt:\n\t$(a0)\n`).unread, [
    `variables come to more than ${makeExpansionLengthMax} characters; some stay as is`,
  ]);
  const evaluated = read('X = $(eval $(value X))\n$(X)\n');
  assert.match(evaluated.unread.join(), /evaluations nest deeper than 16/);
  const rules = read('a:;b\n'.repeat(definitionCommandsMax + 1));
  assert.match(rules.unread.join(), /more than 20000 rules/);
  const long = read('A=\n'.repeat(makeLinesMax + 1));
  assert.match(long.unread.join(), /more than 100000 lines/);
  const large = read('#'.repeat(scanFileBytesMax + 1));
  assert.deepEqual(large.unread, ['the file is too large and was not read']);
});

test('a file to include has a name, or at least the end of one', () => {
  const { jobs, unread } = read(
    `include $(CLEAR_VARS) $(TOP)/rules.mk\nX := own.mk\n-include $(X) \${NONE}\n`,
  );
  assert.deepEqual(
    jobs.flatMap(({ filesRun }) => filesRun.map(({ text }) => text)),
    [`\${TOP}/rules.mk`, 'own.mk'],
  );
  assert.deepEqual(unread, []);
});

test('a default counts where nothing sets the variable before it', () => {
  const { jobs } = read(
    'A := $(if $(X),$(X),one)\nB := $(or $(X),$(Y),two)\nC := $(or $(X))\nD := $(if $(X),a,b)\n' +
      'all:\n\techo $(A) $(B) $(C) $(D)\n',
  );
  const all = jobs.find(({ name }) => name === 'all');
  assert.deepEqual(
    all?.commands.map(({ source }) => source.text),
    [`echo one two \${X} a b`],
  );
});
