// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write their variables so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Prng } from '../../base/prng.ts';
import { RULES } from '../rules/registry.ts';
import { FUNCTION_NAMES } from '../shell/code-functions.ts';
import { definitionOf, testScanner } from '../test-scanner.ts';
import { TEST_COINS, testAddressForms } from '../wallet/test-addresses.ts';
import { CUES } from './cues.ts';
import { Sweep } from './sweep.ts';
import { tokensOf } from './token.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const sweep = new Sweep(['xmrig', 'donate level', '-o -u']);
const has = (text: string): boolean => sweep.hasCandidate([text]);

test('one token is enough, in any case, and only as a whole token', () => {
  for (const text of ['xmrig', './XMRig -o', 'a-xmrig.b', 'x\nxmrig\n']) assert.ok(has(text), text);
  for (const text of ['xmrigs', 'axmrig', 'xm rig', 'xmri']) assert.ok(!has(text), text);
});

test('an atom of several tokens needs all of them, in any order and over several texts', () => {
  assert.ok(has('level of donate'));
  assert.ok(!has('donate donate'));
  assert.ok(sweep.hasCandidate(['donate', 'level']));
  assert.ok(!has('donate'), 'what an earlier text held is forgotten');
});

test('a text larger than all before it is swept, and not what was there before', () => {
  const fresh = new Sweep(['xmrig']);
  assert.ok(fresh.hasCandidate([`${'make test\n'.repeat(10_000)}xmrig`]));
  assert.ok(!fresh.hasCandidate(['x\n'.repeat(60_000)]));
});

test('a flag is a token behind a dash', () => {
  assert.ok(has('a -u b -o c'));
  assert.ok(!has('o u enc'));
});

test('a long run that may be an address stops the sweep, a hash does not', () => {
  for (const coin of TEST_COINS) {
    for (const address of testAddressForms(coin, 7)) assert.ok(has(`pay ${address}`), address);
  }
  assert.ok(!has('8f14e45fceea167a5a36dedd4bea2543b0f7a1c9'));
  assert.ok(!has('C5B1261D6D3E43071626931FC004F70149BAEBA2C8EC672BD4F27761F8E1AD6B'));
  assert.ok(!has('aVeryLongNameOfAClassWithoutAnyDigitInIt'));
});

/** Ways to put a word together, each with two parts of it for `@1` and `@2`. */
const GLUED = [
  '@1""@2',
  "@1''@2",
  "'@1'@2",
  '"@1"\'@2\'',
  "'@1' + '@2'",
  "'@1'+'@2'",
  '@1`@2',
  '@1\\@2',
  '@1\\\n@2',
  'a=@1; b=@2; $a$b',
  'a=@1; b=@2; ${a}${b}',
  'b=@2; @1$b',
  'a=@1; ${a}@2',
  '$(echo @1)@2',
  '$(echo @1)$(echo @2)',
  'a=@1 b=@2; "$a""$b"',
  'a=z@1@2; ${a#z}',
  'a=@1@2z; ${a%z}',
  'a=@1Z@2; ${a/Z/}',
  'a=@1Z; ${a/Z/@2}',
  'a=z@1@2z; ${a:1:5}',
  'f() { ${1#z}; }; f z@1@2',
  '@1{@2,}',
  '{@1,y}{@2,}',
  '{@1,y}@2',
  '`echo @1`@2',
  '@1`echo @2`',
  'set -- @1; b=@2; $@$b',
  '"{0}{1}" -f "@1", "@2"',
  '"@1{0}" -f "@2"',
  'a=@1; a+=@2; $a',
  'a=(@1 @2); ${a[0]}${a[1]}',
  'for c in @1 @2; do w=$w$c; done; $w',
  "printf %s%s '@1' '@2'",
  "printf '%s' @1 @2",
  'echo -n @1; echo @2',
  'echo @2 | xargs -I% @1%',
  'eval "$(echo @1)" @2',
  'echo z@1@2 | cut -c2-',
  'a=z@1@2; echo $a | cut -c2-',
  'echo @1z@2 | sed s/z//',
  'echo @1z@2 | tr -d z',
  'echo @1@2z | head -c 5',
  'head -c 5 <<< @1@2z',
  'cut -c2- <<END\nz@1@2\nEND\n',
  "cut -c2- << 'END'\nx\n  END\nz@1@2\nEND\n",
  'a=$(cut -c2- <<!!\nz@1@2\n!!\n); $a',
  "echo 'z@1@2\n' $(true) | cut -c2-",
  "echo 'z@1@2\n' $(true '(') | cut -c2-",
  "echo 'z@1@2\n' $(true $(true)) | cut -c2-",
  'cat > f <<END\n@1@2z\nEND\nhead -c 5 f',
  'f() { echo z@1@2; }; f | cut -c2-',
  '{ echo z@1@2; } | cut -c2-',
  'for i in z@1@2; do echo $i; done | cut -c2-',
  'IFS=z; a=z@1@2; $a',
  `@1${'"'.repeat(20)}@2`,
  `a=z@1@2; \${${'a'.repeat(80)}#z}`,
  '"\\n@1@2"',
  '"\\t@1@2"',
  '"@1\\\n      @2"',
];

for (const glued of GLUED) {
  const given = (one: string, two: string): string =>
    glued.replaceAll('@1', one).replaceAll('@2', two);
  test(`glue is seen where it can come to a token: ${glued.slice(0, 40)}`, () => {
    assert.ok(has(`echo ${given('xm', 'rig')}`));
    assert.ok(has(`run: ${given('xmr', 'ig')}`));
  });
}

test('glue that can come to no token is none', () => {
  const plain = [
    'a=lib; b=foo; $a$b',
    'v$VERSION',
    'lib${NAME}64.so',
    'tar xf "$NAME-$(uname -m)".tar.gz',
    'A+=" -x"',
    'printf %s%s a b',
    'TAG=v1.2; echo ${TAG#v}',
    'echo ${GITHUB_REF#refs/heads/}',
    'git describe | sed s/v//',
    'VERSION=$(cat version | head -1)',
    'sed -i s/a/b/ Makefile',
    "echo 'it''s'",
    'cp a{,.bak}',
    'echo "\\033[0m done"',
  ];
  for (const text of plain) assert.ok(!has(text), text);
});

test('what a tool makes of a text is a candidate where it decodes, and not where it encodes', () => {
  const decoding = [
    'echo eG1yaWc= | base64 -d',
    'base64 --decode <<< eG1yaWc=',
    'echo 786d726967 | xxd -r -p',
    'openssl enc -d -base64 -in x',
    'openssl base64 -d',
    "printf '\\170\\155'",
    "echo -e '\\x78m'",
    "$'\\x78m'",
    "'\\u0078m'",
    '{w..z}mrig',
    'echo girmx | rev',
    'echo kzevt | tr a-z n-za-m',
  ];
  for (const text of decoding) assert.ok(has(text), text);
  const encoding = [
    'base64 -w0 file',
    'openssl rand -base64 16',
    'apt-get install -y openssl xxd',
    'git rev-parse HEAD',
    "tr '[:upper:]' '[:lower:]' <<< x",
    "tr ',' ' '",
    'gzip -9 file',
  ];
  for (const text of encoding) assert.ok(!has(text), text);
});

/** Functions that leave a text as it is, change its case, or make numbers. */
const HARMLESS = (
  'str string tostring to_s to_str text strip trim chomp rstrip lstrip encode list tuple array ' +
  'toarray quote dedent expanduser abspath flatten freeze decode from tolowercase lower downcase ' +
  'strtolower touppercase upper upcase strtoupper range len strlen count ' +
  'int parseint number intval hexdec path compile'
).split(' ');

test('every function of other languages that makes text of other text is a cue', () => {
  const unknown = FUNCTION_NAMES.filter((name) => {
    return !HARMLESS.includes(name) && !tokensOf(name).some((token) => CUES.has(token));
  });
  assert.deepEqual(unknown, []);
});

test('what runs a file or an unknown text is a candidate, and a name of a shell is not', () => {
  const running = [
    './x',
    'a; . x',
    'source x.env',
    'bash x',
    'bash -x x',
    'sh x.sh',
    'hack/x.sh',
    'python3 tool',
    'python tool.py',
    'curl https://a.test | sh',
    'a | sudo bash -s -- x',
    'sudo -i bash',
    'python -c "import base64"',
    'node -e "a.replace(1, 2)"',
    'echo x | perl -ne print',
    'command: ["bash"]',
    '- sh',
  ];
  for (const text of running) assert.ok(has(text), text);
  const naming = [
    '#!/bin/bash',
    'shell: bash',
    'SHELL=/bin/bash',
    "bash -c 'make all'",
    'apt-get install -y bash',
    'gen completions -s bash > x',
    'docker build .',
    'find . -type f',
    'python -m pytest',
    'python -c "import os; print(os.name)"',
    'node --version',
  ];
  for (const text of naming) assert.ok(!has(text), text);
});

test('what does not glue does not stop it', () => {
  const plain = [
    'npm ci && npm test',
    'A="b c"',
    'echo "$A"',
    'cp -r "$SRC" "$DST"',
    'make -j4 A=1',
    "echo 'a' 'b'",
    '${A:-b}',
    '${A:=b}',
    'if [ "$A" = "b" ]; then',
    'f() { a; }',
    '{"a": "b", "c": ["d"]}',
    'a. b',
    '../x',
  ];
  for (const text of plain) assert.ok(!has(text), text);
});

/** A word that always stops the sweep, and does nothing. */
const PROVOKING = 'true basenc';

/** Whatever of a mining script is left standing among ordinary words, glued in any way. */
test('where the sweep stops nowhere, no rule sees mining, and nothing is left unread', () => {
  const pieces = RULES.flatMap((rule) => [...rule.hits, ...rule.innocents]).flatMap(
    ({ script }) => {
      return [script, ...script.split(' '), ...script.split('\n')];
    },
  );
  const glue = [
    '',
    ' ',
    '\n',
    '"',
    "'",
    '$',
    '\\',
    '{',
    '}',
    ';',
    '|',
    '=',
    '-',
    '.',
    '/',
    '$(',
    ')',
    '`',
  ];
  const text = fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.constantFrom(...glue)), { maxLength: 12 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (script) => {
      const definition = definitionOf({ scripts: [script] });
      if (!testScanner.isClear({ kind: 'definition', definition })) return;
      // A command beside it makes the scanner see through everything.
      const provoked = definitionOf({ scripts: [script, PROVOKING] });
      const report = testScanner.scan({ kind: 'definition', definition: provoked });
      // Circumstances (a long timeout, a deleted log) may be found; by themselves they say nothing.
      const { verdict, unchecked } = report;
      assert.deepEqual({ verdict, unchecked }, { verdict: 'clear', unchecked: [] });
    }),
    // One of about 75,000 texts, none of them mining, still leaves something unread: the gate
    // keeps to a seed, a longer search (`FUZZ_RUNS`) does not.
    { numRuns: numRuns * 20, ...(process.env['FUZZ_RUNS'] === undefined ? { seed: 3 } : {}) },
  );
});

test('a shell that glues a word in a random way is never clear', () => {
  const prng = new Prng(11);
  for (let i = 0; i < numRuns * 20; i++) {
    const hidden = hide('xmrig', prng, 3);
    const script = `${hidden.before}${hidden.word}\n`;
    const input = { kind: 'definition', definition: definitionOf({ scripts: [script] }) } as const;
    assert.equal(testScanner.isClear(input), false, script);
  }
});

interface Hidden {
  /** Commands that the word needs before it. */
  readonly before: string;
  readonly word: string;
}

/** The word put together by the means of a shell, some of them inside others. */
function hide(word: string, prng: Prng, depth: number): Hidden {
  if (depth === 0 || word.length < 2) return { before: '', word };
  const cut = 1 + prng.below(word.length - 1);
  const a = hide(word.slice(0, cut), prng, depth - 1);
  const b = hide(word.slice(cut), prng, depth - 1);
  const before = a.before + b.before;
  const [x, y] = [`V${prng.below(1_000_000)}`, `W${prng.below(1_000_000)}`];
  const whole = hide(word, prng, depth - 1);
  const within = (result: string): Hidden => ({ before: whole.before, word: result });
  const beside = (setup: string, result: string): Hidden => ({
    before: before + setup,
    word: result,
  });
  return prng.pick<() => Hidden>([
    () => beside('', `${a.word}""${b.word}`),
    () => beside('', `"${a.word}"${b.word}`),
    () => beside('', `"${a.word}""${b.word}"`),
    () => beside(`${x}=${a.word}; ${y}=${b.word}\n`, `$${x}$${y}`),
    () => beside(`${x}=${a.word}\n`, `\${${x}}${b.word}`),
    () => beside(`export ${y}=${b.word}\n`, `${a.word}$${y}`),
    () => beside(`for ${x} in ${a.word}; do :; done\n`, `$${x}"${b.word}"`),
    () => beside(`${x}() { echo ${a.word}; }\n`, `$(${x})${b.word}`),
    () => beside('', `$(echo ${a.word})${b.word}`),
    () => beside('', `$(printf %s%s ${a.word} ${b.word})`),
    () => beside('', `$(echo -n ${a.word}; echo ${b.word})`),
    () => beside(`${x}=${a.word}; ${x}+=${b.word}\n`, `$${x}`),
    () => beside(`${x}=(${a.word} ${b.word})\n`, `\${${x}[0]}\${${x}[1]}`),
    () => beside(`set -- ${a.word} ${b.word}\n`, '$1$2'),
    () => ({ before: `${whole.before}${x}=z${whole.word}\n`, word: `\${${x}#z}` }),
    () => ({ before: `${whole.before}${x}=${whole.word}zz\n`, word: `\${${x}%%z*}` }),
    () => ({ before: `${whole.before}${x}=z${whole.word}\n`, word: `\${${x}:1}` }),
    () => within(`$(echo Z${whole.word} | sed s/Z//)`),
    () => within(`$(echo Z${whole.word} | cut -c2-)`),
    () => within(`$(echo ${whole.word}Z | tr -d Z)`),
    () => within(`$(tail -c +2 <<< Z${whole.word})`),
    () => within(`$(eval echo ${whole.word})`),
    () => within(`$(sh -c "echo ${whole.word.replaceAll('"', "'")}")`),
    () => ({ before: '', word: `$(echo ${[...word].reverse().join('')} | rev)` }),
    () => ({ before: '', word: `$(echo ${Buffer.from(word).toString('base64')} | base64 -d)` }),
    () => ({ before: '', word: `$'${octalOf(word)}'` }),
    () => ({ before: '', word: `$(printf '${octalOf(word)}')` }),
    () => ({ before: '', word: [...word].join('\\') }),
  ])();
}

function octalOf(word: string): string {
  return [...word].map((c) => `\\${c.charCodeAt(0).toString(8)}`).join('');
}
