// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
/** A call that is remembered must come to what running it again would. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Work } from '../engine/work.ts';
import { runText } from './run-text.ts';
import type { ShellRun } from './shell-run.ts';
import { lines, runOf } from './test-run.ts';
import { NO_TREE } from './tree.ts';

const fuzzRuns = Number(process.env['FUZZ_RUNS'] ?? 300);

test('a variable that a function reads tells its calls apart', () => {
  assert.deepEqual(lines('f() { run "$A"; }\nA=1; f; A=2; f; A=1; f').filter(isRun), [
    'run $A',
    'run 1',
    'run 2',
  ]);
});

test('a remembered call sets what it set', () => {
  const text = 'f() { A=set; }\nf; A=other; f; run "$A"';
  assert.ok(lines(text).includes('run set'));
});

test('a remembered call prints what it printed', () => {
  const text = 'f() { echo "<$A>"; }\nA=1; run "$(f)"; A=2; run "$(f)"; A=1; last "$(f)"';
  assert.ok(lines(text).includes('last <1>'));
});

test('a remembered call writes what it wrote', () => {
  const text = 'f() { echo "run $A" > x; }\nA=1; f; A=2; f; sh x; A=1; f; echo again >> x; sh x';
  const found = lines(text);
  assert.ok(found.includes('run 1') && found.includes('run 2'));
});

test('a file that was written in between tells calls apart', () => {
  const text = 'f() { sh x; }\nf; echo "run 1" > x; f; echo "run 2" > x; f';
  const found = lines(text);
  assert.ok(found.includes('run 1') && found.includes('run 2'));
});

test('a function that was defined anew tells calls apart', () => {
  const text = 'g() { run 1; }\nf() { g; }\nf; g() { run 2; h; }\nh() { run "$A"; }\nA=3; f';
  assert.ok(lines(text).includes('run 3'));
});

test('an alias in between tells calls apart', () => {
  const text = 'f() { go; }\nf; alias go="run aliased"; f';
  assert.ok(lines(text).includes('run aliased'));
});

test('a call that was cut short inside itself runs whole elsewhere', () => {
  const text = 'f() { g; run "$A"; }\ng() { f; run "g$A"; }\nA=1; f; A=2; g';
  const found = lines(text);
  assert.ok(['run 1', 'run g1', 'run 2', 'run g2'].every((line) => found.includes(line)));
});

test('names that begin like marks do no harm', () => {
  for (const mark of ['\x01', '\x02', '\x03', '\x04', '\x05']) {
    const environment = new Map([[`${mark}f`, 'value']]);
    const text = `f() { eval "\${${mark}f}"; printf -v ${mark}f x; }\nf; f`;
    const source = { path: 'x', text, segments: [0, 1, 1] };
    runText('shell', source, { environment, work: new Work(), tree: NO_TREE });
  }
});

const NAMES = ['A', 'B'];
const FUNCTIONS = ['f', 'g', 'h'];
const name = fc.constantFrom(...NAMES);
const word = fc.oneof(
  fc.constantFrom('x', 'y', '"$1"'),
  name.map((one) => `"$${one}"`),
);
/** Every call gets words of its own where `@@` stands, so that none is like one before. */
const command = fc.oneof(
  fc.tuple(name, word).map(([a, b]) => `${a}=${b}`),
  fc.tuple(name, word).map(([a, b]) => `${a}+=${b}`),
  fc.tuple(word, word).map(([a, b]) => `run ${a} ${b}`),
  word.map((a) => `echo "run "${a} > file`),
  fc.constant('sh file'),
  name.map((a) => `unset ${a}`),
  name.map((a) => `${a}="$(printf %s "\${${a}:-z}")"`),
  fc.tuple(fc.constantFrom(...FUNCTIONS), word).map(([f, a]) => `${f} ${a} @@`),
  fc.tuple(name, fc.constantFrom(...FUNCTIONS), word).map(([a, f, b]) => `${a}="$(${f} ${b} @@)"`),
  fc.constantFrom('cd sub', 'cd ..', '( A=sub; run "$A" )'),
);
const body = fc.array(command, { minLength: 1, maxLength: 4 }).map((all) => all.join('; '));
const script = fc
  .tuple(body, body, body, fc.array(command, { minLength: 2, maxLength: 10 }))
  .map(([f, g, h, rest]) =>
    [`f() { ${f}; }`, `g() { ${g}; }`, `h() { ${h}; }`, ...rest].join('\n'),
  );

test('what is found does not depend on what is remembered', () => {
  fc.assert(fc.property(script, comesToTheSame), { numRuns: fuzzRuns });
});

test('a call is run again inside what it calls, where it is cut short', () => {
  const functions =
    'f() { A="$(h y @@)"; A="$(g x @@)"; }\ng() { run "$A"; f x @@; }\nh() { f x @@; }\n';
  comesToTheSame(`${functions}A="$(h y @@)"\nf "$A" @@`);
});

function comesToTheSame(text: string): void {
  let count = 0;
  const remembered = found(runOf(text.replaceAll(' @@', '')));
  const apart = found(runOf(text.replaceAll('@@', () => `w${count++}`)));
  assert.deepEqual(remembered, apart);
}

/** What runs and what is written; calls themselves differ by their words. */
function found(run: ShellRun): readonly string[] {
  const commands = run.commands.map(({ words }) => words.map(({ text }) => text).join(' '));
  const written = run.written.map(({ path, text }) => `${path}: ${text}`);
  const all = [...commands.filter(isRun), ...written];
  return [...new Set(all.map((line) => line.replaceAll(/ w\d+/g, '')))].toSorted();
}

function isRun(line: string): boolean {
  return line.startsWith('run ');
}
