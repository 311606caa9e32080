// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellRoundsMax } from '../../base/limits.ts';
import { Glob } from './glob.ts';
import { lines, runOf } from './test-run.ts';

/** What the words behind `./x` come to. */
function words(text: string): string | undefined {
  return lines(text)
    .find((line) => line.startsWith('./x'))
    ?.slice('./x '.length);
}

test('a slice is counted by a calculation, and takes elements of a list', () => {
  const cases: readonly (readonly [text: string, expected: string])[] = [
    ['A=abcd; ./x ${A:1:$((1+1))}', 'bc'],
    ['A=abcd; n=1; ./x ${A:n} ${A:$n:n+1} ${A:(-2)} ${A: -2:1}', 'bcd bc cd c'],
    ['A=(a b c); ./x ${A[@]:1:1} ${A[@]: -1}', 'b c'],
    ['set -- a b c; ./x ${@:2} ${*:2:1}', 'b c b'],
    ['A=(a b c); i=1; ./x ${A[i]} ${A[$i+1]} ${A[-1]}', 'b c c'],
  ];
  for (const [text, expected] of cases) assert.equal(words(text), expected, text);
});

test('one name for another', () => {
  assert.equal(words("A=(a b); B='A[1]'; ./x ${!B}"), 'b');
  assert.equal(words('declare -A A=([a]=1 [b]=2); ./x ${!A[@]}'), 'a b');
  assert.equal(words('A=(a b); ./x ${!A[@]}'), '0 1');
  assert.equal(words('declare -n B=A; B=a; ./x $A'), 'a');
  assert.equal(words('f() { local -n o=$1; o=a; }; f A; ./x $A'), 'a');
});

test('a value that is expanded as a prompt', () => {
  assert.equal(words("B=b; A='a $B'; ./x ${A@P}"), 'a b');
  assert.equal(words("A='${A@P}'; ./x ${A@P}"), words("A='${A@P}'; ./x ${A@P}"));
});

test('lists that are read, and joined again', () => {
  assert.equal(words("read -ra A <<< 'a b'; ./x ${A[1]}"), 'b');
  assert.equal(words("IFS=: read A B <<< 'a:b:c'; ./x $B"), 'b:c');
  assert.equal(words('A=(a b); IFS=; ./x "${A[*]}"'), 'ab');
});

test('calculations assign, and loops count by them', () => {
  assert.equal(words('((A=1)); ((A+=2)); let A++; ./x $A'), '4');
  assert.equal(words('B=2; A=B+1; ./x $((A)) $((A>2?7:8))'), '3 7');
  assert.equal(words('for ((i=0;i<3;i++)); do B+=$i; done; ./x $B'), '012');
  assert.deepEqual(runOf('for ((i=0;i<1000;i++)); do ./x; done').unread, [
    `a loop of more than ${shellRoundsMax} rounds`,
  ]);
});

test('patterns cut and replace', () => {
  const cases: readonly (readonly [text: string, expected: string])[] = [
    ['A=abcab; ./x ${A#??} ${A%??} ${A##*[bc]} ${A#[ax]}', 'cab abc bcab'],
    ['A=a1b22c; ./x ${A//[0-9]} ${A//[[:digit:]]/-} ${A/[0-9]*/-}', 'abc a-b--c a-'],
    ['A=a1b; ./x ${A/?b/z} ${A/#?/z} ${A/%?/z}', 'az z1b a1z'],
  ];
  for (const [text, expected] of cases) assert.equal(words(text), expected, text);
});

test('a pattern takes time linear in its text', () => {
  const glob = Glob.of('*a*a*a*a*a*a*a*b');
  assert.equal(glob?.matchesAll('a'.repeat(100_000)), false);
  assert.equal(Glob.of('*'.repeat(100)), null);
  assert.equal(Glob.of('[!a-c]?')?.matchesAll('d/'), true);
});
