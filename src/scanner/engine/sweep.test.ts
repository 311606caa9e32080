// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write their variables so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Prng } from '../../base/prng.ts';
import { RULES } from '../rules/registry.ts';
import { definitionOf, testScanner } from '../test-scanner.ts';
import { TEST_COINS, testAddressForms } from '../wallet/test-addresses.ts';
import { Sweep } from './sweep.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const sweep = new Sweep(['xmrig', 'donate level', '-o -u', '-enc']);
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

test('a flag is a token behind a dash', () => {
  assert.ok(has('a -u b -o c'));
  assert.ok(has('p -enc AAAA'));
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

const GLUED = [
  'x""m',
  "x''m",
  "'xm'rig",
  '"xm"\'rig\'',
  "'xm' + 'rig'",
  "'xm'+'rig'",
  'x`m',
  'x\\m',
  'xm\\\nrig',
  '\\x78',
  '\\170',
  "$'a'",
  '$a$b',
  '${a}${b}',
  'xm$b',
  '${a}rig',
  '$(a)rig',
  '$(a)$(b)',
  '"$a""$b"',
  '${a#x}',
  '${a%x}',
  '${a/x/y}',
  '${a:1:2}',
  '${a@E}',
  'x{m,}rig',
  '{x,y}{m,}',
  '-"o"',
  '-$o',
  './x',
  'a; . x',
  `x${'"'.repeat(20)}m`,
  '`a`b',
  '$@$a',
  '"{0}{1}" -f',
  `\${${'a'.repeat(80)}#x}`,
];

for (const text of GLUED) {
  test(`glue stops the sweep: ${text.slice(0, 30)}`, () => assert.ok(has(`echo ${text} z`)));
}

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

/** Whatever of a mining script is left standing among ordinary words, glued in any way. */
test('where the sweep stops nowhere, no rule sees anything', () => {
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
      // A job beside it makes the scanner see through everything.
      const provoked = definitionOf({ scripts: [script, 'eval true'] });
      const report = testScanner.scan({ kind: 'definition', definition: provoked });
      assert.deepEqual(report.findings, []);
    }),
    { numRuns: numRuns * 20 },
  );
});

test('a shell that glues a word in a random way is never clear', () => {
  const prng = new Prng(11);
  for (let i = 0; i < numRuns * 5; i++) {
    const script = disguised('xmrig', prng);
    const input = { kind: 'definition', definition: definitionOf({ scripts: [script] }) } as const;
    assert.equal(testScanner.isClear(input), false, script);
  }
});

/** The word cut in two and put together by one of a shell's means. */
function disguised(word: string, prng: Prng): string {
  const cut = 1 + prng.below(word.length - 1);
  const [a, b] = [word.slice(0, cut), word.slice(cut)];
  const octal = [...word].map((c) => `\\${c.charCodeAt(0).toString(8)}`).join('');
  return prng.pick([
    `${a}""${b} -o a:1`,
    `"${a}"${b}`,
    `'${a}''${b}'`,
    `${a}\\${b}`,
    `A=${a}; B=${b}; $A$B`,
    `A=${a}; \${A}${b}`,
    `A=z${word}; \${A#z}`,
    `A=z${word}; \${A:1}`,
    `$'${octal}'`,
    `$(printf %s%s ${a} ${b})`,
    `$(echo ${[...word].reverse().join('')} | rev)`,
    `echo ${Buffer.from(word).toString('base64')} | base64 -d | sh`,
    `${a}$(echo ${b})`,
    `\`echo ${a}\`${b}`,
    `{${a},y}${b}`,
    `${a}\\\n${b}`,
    `A=${a}; A+=${b}; $A`,
    `$(echo Z${word} | sed s/Z//)`,
    `$(echo Z${word} | cut -c2-)`,
    `$(echo ${word}Z | head -c ${word.length})`,
  ]);
}
