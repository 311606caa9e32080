/** Tools whose output their words and their input decide, and what they leave unknown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync } from 'node:zlib';
import { knownOutput } from './known-output.ts';
import { type Printed, textOfPrinted } from './printed.ts';
import { applySed } from './sed.ts';

function output(line: string, input: Printed | null = null, file = ''): string | null {
  const [name = '', ...argument] = line.split(' ').map((word) => word.replaceAll('_', ' '));
  const context = { input, file: () => file, unread: () => {}, spend: () => true };
  const printed = knownOutput(name, argument, context);
  return printed === null ? null : textOfPrinted(printed);
}

test('lines are picked, joined, ordered and counted off', () => {
  const cases: readonly (readonly [line: string, input: string, printed: string | null])[] = [
    ['grep b', 'ab\ncd\n', 'ab\n'],
    ['grep -v b', 'ab\ncd\n', 'cd\n'],
    ['grep -i B', 'ab\n', 'ab\n'],
    ['grep a.*b', 'ab\n', null],
    ['grep -c a', 'a\n', null],
    ['sort -r', 'a\nb\n', 'b\na\n'],
    ['sort -n', '10\n9\n', '9\n10\n'],
    ['sort -u', 'b\na\nb\n', 'a\nb\n'],
    ['sort -k 2', 'a b\n', null],
    ['uniq', 'a\na\n', 'a\n'],
    ['paste -sd ', 'a\nb\n', 'ab\n'],
    ['xargs', 'a\n b\n', 'a b\n'],
    ['fold -w 2', 'abc\nd\n', 'ab\nc\nd\n'],
    ['head -n -1', 'a\nb\nc\n', 'a\nb\n'],
    ['head -n -1', 'a\nb', 'a\n'],
    ['head -c -1', 'abc', 'ab'],
    ['sed s/\\n//g', 'a\nb\n', 'a\nb\n'],
    ['sed -z s/\\n/,/g', 'a\nb\n', 'a,b,'],
    ['sed :a;N;$!ba;s/\\n//g', 'a\nb\n', 'ab\n'],
    ['sed H;1h;$!d;x;s/\\n//g;s/b/c/', 'a\nb\n', 'ac\n'],
    ['seq 2 4', '', '2\n3\n4\n'],
    ['seq 1 100000', '', null],
    ['tail -n 1 f', '', 'z\n'],
    ['basename a/b.sh .sh', '', 'b\n'],
    ['dirname a/b.sh', '', 'a\n'],
  ];
  for (const [line, input, printed] of cases) {
    assert.equal(output(line, input, 'y\nz\n'), printed, line);
  }
});

test('awk prints texts, fields, variables and characters', () => {
  const cases: readonly (readonly [program: string, input: string, printed: string | null])[] = [
    ['awk {print_$2,"x"$1}', 'a b\nc d\n', 'b xa\nd xc\n'],
    ['awk -F : {print_$2}', 'a:b\n', 'b\n'],
    ['awk -v n=k {print_n}', 'a\n', 'k\n'],
    ['awk BEGIN{print_"a\\tb"}', '', 'a\tb\n'],
    ['awk {for(i=1;i<=NF;i++)printf_"%c",$i}', '104 105', 'hi'],
    ['awk {printf_"%s-",$1}', 'a\nb\n', 'a-b-'],
    ['awk -v ORS= 1', 'a\nb\n', 'ab'],
    ['awk BEGIN{ORS=""}{print}', 'a\nb\n', 'ab'],
    ['awk {s=s_$0}END{print_s}', 'a\nb\n', 'ab\n'],
    ['awk {t=s_$0}END{print_t}', 'a\nb\n', null],
    ['awk {print_$1;print_$2}', 'a b\n', null],
  ];
  for (const [program, input, printed] of cases) {
    assert.equal(output(program, input), printed, program);
  }
});

test('jq reads a path, decodes, and makes an object of its own', () => {
  const json = '{"a": {"b": "x"}, "c": "eHk="}';
  assert.equal(output('jq -r .a.b', json), 'x\n');
  assert.equal(output('jq -r .c|@base64d', json), 'xy\n');
  assert.equal(output('jq -n {"a":1}'), '{"a":1}\n');
  assert.equal(output('jq .a', json), null);
  assert.equal(output('jq .a', '{'), null);
});

test('packed data of every kind that can be unpacked', () => {
  assert.equal(output('brotli -d', brotliCompressSync('x')), 'x');
  assert.equal(output('pigz -dz', deflateSync('x')), 'x');
  assert.equal(output('openssl zlib -d', deflateSync('x')), 'x');
  assert.equal(output('basenc --base16 -d', '6869'), 'hi');
  assert.equal(output('uudecode -o -', 'begin-base64 644 x\naGk=\n====\n'), 'hi');
});

test('sed: commands one after another, and patterns that end', () => {
  const plain = { isExtended: false, isQuiet: false, spend: () => true };
  const extended = { isExtended: true, isQuiet: false, spend: () => true };
  assert.equal(applySed('s/a/b/;s/b/c/g', 'ab', plain), 'cc');
  assert.equal(applySed('s/[0-9]*x/y/', '12x', plain), 'y');
  assert.equal(applySed('s/[ab]+/<&>/', 'xabz', extended), 'x<ab>z');
  assert.equal(applySed('y/ab/xy/', 'aabb', plain), 'xxyy');
  assert.equal(applySed('1d', 'a\nb\n', plain), 'b\n');
  for (const script of ['s/a', 's/\\(a*\\)*b/c/', 'd', `s/${'a'.repeat(200)}.*/b/`, 'N;P;D']) {
    assert.equal(applySed(script, 'aab', plain), null, script);
  }
  const started = performance.now();
  const long = 'a'.repeat(16_000);
  for (const source of ['[a-z]*[a-z]*[a-z]*x', '\\(a\\|a\\)*x', 'a\\{0,99\\}a*x']) {
    assert.equal(applySed(`s/${source}/y/g`, long, plain), null, source);
  }
  applySed('s/[a-z]*x/y/g', long.slice(0, 4_000), plain);
  assert.ok(performance.now() - started < 1_000);
});
