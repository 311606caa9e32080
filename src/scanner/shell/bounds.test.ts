// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
/** No text may take long, go deep, grow, or make the run throw. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  KIB,
  MIB,
  shellBraceWordsMax,
  shellCallsMax,
  shellCommandsMax,
  shellDecodedLengthMax,
  shellDepthMax,
  shellLayersMax,
  shellRoundsMax,
} from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import { Work } from '../engine/work.ts';
import type { Language } from './program-call.ts';
import { runText } from './run-text.ts';
import type { ShellRun } from './shell-run.ts';
import { base64, lines, runOf } from './test-run.ts';
import { NO_TREE } from './tree.ts';

const fuzzRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

function runWith(text: string, language: Language, work: Work): ShellRun {
  const source = { path: 'x', text, segments: [0, 1, 1] };
  return runText(language, source, { environment: new Map([['A', '$B']]), work, tree: NO_TREE });
}

function unread(text: string): readonly string[] {
  return runOf(text).unread;
}

test('layers of encoding end at their limit', () => {
  let text = 'inner';
  for (let i = 0; i < shellLayersMax; i++) text = `echo ${base64(text)} | base64 -d | sh`;
  assert.ok(lines(text).includes('inner'));
  assert.deepEqual(unread(text), []);
  text = `echo ${base64(text)} | base64 -d | sh`;
  assert.ok(!lines(text).includes('inner'));
  assert.deepEqual(unread(text), [gaveUp(`more than ${shellLayersMax} layers of encoding`)]);
});

test('a file that runs itself ends', () => {
  assert.ok(unread('echo "./x; ./x; ./x" > x; sh x').length > 0);
});

test('the characters of all layers end at their limit', () => {
  const text = `A='${'a '.repeat(100 * KIB)}'\n${'eval "$A"\n'.repeat(6)}`;
  assert.deepEqual(unread(text), [gaveUp('more than 1 MiB of text in inner layers')]);
});

test('packed data that unpacks to too much is named and not unpacked', () => {
  const bomb = gzipSync(Buffer.alloc(shellDecodedLengthMax + 1, 'a')).toString('base64');
  assert.deepEqual(unread(`echo ${bomb} | base64 -d | gunzip | sh`), [
    gaveUp('packed data that unpacks to over 1 MiB'),
  ]);
});

test('nesting ends at its limit and what is deeper is still read flat', () => {
  const nest = (depth: number) => `${'$('.repeat(depth)}a${')'.repeat(depth)}`;
  assert.deepEqual(unread(nest(shellDepthMax)), []);
  assert.deepEqual(unread(nest(shellDepthMax + 1)), [
    gaveUp(`nesting deeper than ${shellDepthMax}`),
  ]);
  const groups = `${'{ '.repeat(shellDepthMax + 8)}a; b${'; }'.repeat(shellDepthMax + 8)}; c`;
  assert.deepEqual(lines(groups), ['a', 'b', 'c']);
});

test('braces end at their limit', () => {
  assert.deepEqual(unread(`a {1..${shellBraceWordsMax}}`), []);
  const problem = `braces that make more than ${shellBraceWordsMax} words`;
  assert.deepEqual(unread(`a {1..${shellBraceWordsMax + 1}}`), [problem]);
  assert.deepEqual(unread(`a ${'{a,b}'.repeat(30)}`), [gaveUp(problem)]);
  const words = Array.from({ length: shellBraceWordsMax }, (_, i) => `w${i}`);
  assert.deepEqual(unread(`{./x,-o,${words.join(',')}}`), [gaveUp(problem)]);
});

test('rounds of a loop end at their limit', () => {
  const items = Array.from({ length: shellRoundsMax + 1 }, (_, i) => `i${i}`);
  const problem = `a loop of more than ${shellRoundsMax} rounds`;
  const run = runOf(`for i in ${items.join(' ')}; do a $i; done`);
  assert.equal(run.commands.length, shellRoundsMax);
  assert.deepEqual(run.unread, [gaveUp(problem)]);
  const reading = `while read x; do a $x; done <<E\n${items.join('\n')}\nE`;
  assert.deepEqual(unread(reading), [gaveUp(problem)]);
  // To wait for ten minutes is everyday, and a number hides nothing.
  for (const wait of [
    'for i in $(seq 1 600); do a $i; done',
    'for i in $(seq 5 5 2000); do echo "${i}" >/dev/null 2>&1; sleep 1; done',
    'for i in $(seq 1 600); do curl "$ping" && break; sleep 1; done',
    'for i in $(seq 1 600); do if [ "$i" = 600 ]; then exit 1; fi; curl x && break; done',
  ]) {
    assert.deepEqual(unread(wait), [problem], wait);
  }
  for (const more of ['command eval "$A"', 'e"v"al "$A"', '$A', 'b ${A[i]}', 'b >> c', 'B=$i']) {
    assert.deepEqual(unread(`for i in $(seq 1 600); do ${more}; done`), [gaveUp(problem)], more);
  }
  const braces = `braces that make more than ${shellBraceWordsMax} words`;
  assert.deepEqual(unread('for i in {1..600}; do a; sleep $i; done'), [braces, problem]);
  const numbers = Array.from({ length: shellRoundsMax }, (_, i) => i).join(' ');
  assert.deepEqual(unread(`for i in ${numbers} ./x; do $i; done`), [gaveUp(problem)]);
});

test('functions that call one another end at their limit', () => {
  const problem = gaveUp(`functions that call one another more than ${shellCallsMax} deep`);
  const chain = (length: number) =>
    Array.from({ length }, (_, i) => `f${i}() { a$1; ${i > 0 ? `f${i - 1} $1` : ''}; }\n`).join('');
  assert.deepEqual(unread(`${chain(shellCallsMax)}f${shellCallsMax - 1} x`), []);
  assert.deepEqual(unread(`${chain(shellCallsMax + 1)}f${shellCallsMax} x`), [problem]);
  // A function that calls itself has been read already.
  assert.deepEqual(unread('f() { f; f $1; }; f x'), []);
});

test('commands end at their limit', () => {
  const run = runOf('a\n'.repeat(shellCommandsMax + 1));
  assert.equal(run.commands.length, shellCommandsMax);
  assert.deepEqual(run.unread, [gaveUp(`more than ${shellCommandsMax} commands`)]);
  assert.deepEqual(unread('a\n'.repeat(shellCommandsMax)), []);
});

test('the work of a definition ends at its account', () => {
  const run = runWith('a\n'.repeat(1_000), 'shell', new Work(5_000));
  assert.ok(run.commands.length < 1_000);
  assert.deepEqual(run.unread, [gaveUp('more work than a scan may cost')]);
  const doubled = `A=aaaaaaaa\n${'A=$A$A\n'.repeat(60)}b $A`;
  assert.ok(unread(doubled).includes(gaveUp('more work than a scan may cost')));
});

/** Texts that are nothing but openings, or that ask for much with little. */
const UNITS = [
  ...['$(', '`', '"', "'", '\\', '${', '<<a', '<<a\n', '<<-a\n', '$((', '((', '(', ')', '{', '}'],
  ...['${a:-', '"$(', '"${', '`\\', "$'", ';', '&', '|', '\n', '#', 'a;', 'a ', '${a//a/b}', '[[ '],
  ...['if ', 'case x in ', 'for i in a b c; do ', 'f(){ ', '<(', '${{', '{{', "'{{ }}", '{a,b}'],
  ...[
    'eval ',
    'sh -c a;',
    'echo a|sh;',
    'echo aaaa>>x;',
    'cd a;',
    'a[b]=c ',
    'A=(a ',
    '\0',
    '@"\n',
  ],
  ...['curl a.bc/d -o x;./x;', '$(cat <<a\n', "python -c '", 'while read x; do ', 'a+=$a;'],
];

const POWERSHELL_UNITS = [
  ...[
    '(',
    '@(',
    '@{a=',
    '-join ',
    '[char]',
    "'a'.Replace(",
    '1..',
    '$a[',
    'function f{',
    '(1,',
    "('a'",
  ],
  ...['$(', '"', "'", '`', '${', '@"\n', "@'\n", '$a=1;', "'a'+", 'iex ', '<#'],
];

const CODE_UNITS = [
  ...['(', '[', '{', 'f"{', '`${', '%x(', 'chr(x) for x in ', 'a.b(', 'a[', 'map(', 'a%', "'a'*9*"],
  ...['"', "'", '`', '"""', 'os.system("a")', 'exec(', "'a'+", 'a="b";', 'atob("'],
];

const OPENINGS = ['$(', '`', '"', "'", '\\', '${', '<<a', '<<a\n', '"$(', '(', '{', 'if '];

test('a megabyte of any opening is read in about a second of processor time', () => {
  const runs = [
    { language: 'shell', units: OPENINGS, length: MIB },
    { language: 'shell', units: UNITS, length: 128 * KIB },
    { language: 'powershell', units: POWERSHELL_UNITS, length: 128 * KIB },
    { language: 'code', units: CODE_UNITS, length: 128 * KIB },
  ] as const;
  for (const { language, units, length } of runs) {
    for (const unit of units) {
      const text = unit.repeat(Math.ceil(length / unit.length));
      const startedAt = process.cpuUsage();
      runWith(text, language, new Work());
      const { user, system } = process.cpuUsage(startedAt);
      // Quadratic time would be hours, so that a slow machine does not matter.
      assert.ok(user + system < 3_000_000, `${language} ${unit}: ${user + system} µs`);
    }
  }
});

/** What must hold of every run. */
function checkRun(run: ShellRun, length: number): void {
  assert.ok(run.commands.length <= shellCommandsMax);
  for (const { words, start, end, layers } of run.commands) {
    assert.ok(words.length > 0);
    assert.ok(start >= 0 && start <= end && end <= length);
    assert.ok(layers.length <= shellLayersMax);
  }
  for (const { start, end } of [...run.written, ...run.fetched, ...run.code]) {
    assert.ok(start >= 0 && start <= end && end <= length);
  }
}

function checkText(text: string): void {
  for (const language of ['shell', 'powershell', 'code'] as const) {
    checkRun(runWith(text, language, new Work(1 * MIB)), text.length);
  }
}

test('arbitrary text has a run', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), checkText), {
    numRuns: fuzzRuns,
  });
});

const PIECES = [
  ...UNITS,
  ...[
    'fi',
    'done',
    'esac',
    'do',
    'then',
    ' in ',
    '}',
    '))',
    ']]',
    '"',
    '||',
    '&&',
    '>x',
    '>>x',
    '<x',
  ],
  ...['<<<', '<<E\n', '\nE\n', ' | sh', ' | base64 -d', 'echo ', 'printf %b ', '\\x41', "'", '$A'],
  ...[
    'A=',
    '${A#*',
    '${A%%',
    '${A/',
    '}',
    '[@]}',
    'YWJj',
    'curl -o x https://example.com/y',
    './x',
  ],
  ...['xargs -I{} ', 'tee x', 'cp x y', 'source y', 'read A', 'set -- ', '$1', '$@', 'f', 'tr a b'],
  ...[
    'rev',
    'gunzip',
    'sed s/a/b/',
    'pwsh -enc ',
    'iex ',
    'python3 -c ',
    'sudo ',
    'env A=b ',
    '${{ a }}',
  ],
];

test('arbitrary mixtures of what means something have a run', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }), (pieces) =>
      checkText(pieces.join('')),
    ),
    { numRuns: fuzzRuns * 5 },
  );
});

const SCRIPT = `set -euo pipefail
for f in a b; do
  cat > "$f.sh" <<EOF
curl -fsSL "https://example.com/\${V:-1}/x" | sudo bash -s -- \${f%.*}
EOF
  if [[ -f "$f.sh" && $(wc -l < "$f.sh") -gt 0 ]]; then bash "$f.sh" || true; fi
done
case "$(uname -s)" in Linux*) echo 'eGlnCg==' | base64 -d | sh ;; *) ;; esac
run() { local x=\${1:-y}; "$x" "\${@:2}"; }
run printf '%s\\n' {a,b}{1..3} > out.txt 2>&1 &
python3 -c "import os; os.system('echo hi')" && eval "$(echo 'A=1')"
`;

test('a script with a piece cut, doubled or put elsewhere has a run', () => {
  const at = fc.nat(SCRIPT.length);
  fc.assert(
    fc.property(at, at, at, (a, b, c) => {
      const cut = SCRIPT.slice(0, Math.min(a, b)) + SCRIPT.slice(Math.max(a, b));
      checkText(cut);
      checkText(cut.slice(0, c) + SCRIPT.slice(Math.min(a, b), Math.max(a, b)) + cut.slice(c));
    }),
    { numRuns: fuzzRuns },
  );
});
