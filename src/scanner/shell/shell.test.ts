// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, linesOf, runOf } from './test-run.ts';

type Case = readonly [text: string, commands: readonly string[]];

function check(cases: readonly Case[]): void {
  for (const [text, commands] of cases) assert.deepEqual(lines(text), commands, text);
}

test('quotes, escapes and concatenation come to plain words', () => {
  check([
    ['xm"ri"g -o', ['xmrig -o']],
    ["x''mr\\ig", ['xmrig']],
    ['\'a b\' "c d" e\\ f', ['a b c d e f']],
    ["$'\\x78\\155\\u0072\\t'", ['xmr\t']],
    ['$"hello"', ['hello']],
    ['a\\\nb c', ['ab c']],
    ['a \\\n  b', ['a b']],
    ['a \\\r\n  b\r\nc\r\n', ['a b', 'c']],
    ['echo "a\\"b\\$c\\d"', ['echo a"b$c\\d']],
    ['a"" ""b', ['a b']],
    ['a # comment\nb#c', ['a', 'b#c']],
    ['#!/bin/sh\na', ['a']],
  ]);
});

test('an empty word is a word', () => {
  const [command] = runOf('a "" b').commands;
  assert.deepEqual(
    command?.words.map((word) => word.text),
    ['a', '', 'b'],
  );
});

test('control words never are commands', () => {
  check([
    ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['while a; do b; done; until c; do d; done', ['a', 'b', 'c', 'd']],
    ['for x in 1 2; do a $x; done', ['a 1', 'a 2']],
    ['for ((i=0;i<3;i++)); do a; done', ['a']],
    ['select x in 1; do a; done', ['a']],
    ['case $x in a|b) c;; (d) e ;& *) f ;; esac', ['c', 'e', 'f']],
    ['case "$x" in\n  a)\n    b\n    ;;\nesac\nc', ['b', 'c']],
    ['{ a; b; }; (c; d) && ! e || f & g |& h', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']],
    ['[[ -n $x && $y == z ]] && a', ['[[ -n $x $y == z ]]', 'a']],
    ['((i++)); a', ['a']],
    ['time a; coproc b', ['time a', 'b']],
    ["'if' a", ['if a']],
    ['echo if then fi', ['echo if then fi']],
    ['fi; done; a; esac; }', ['a']],
  ]);
});

test('functions are listed where they stand and again with what they are called with', () => {
  check([
    ['f() { a $1; }; b', ['a $1', 'b']],
    ['f() { $A; }; A=b; f; f; A=c; f', ['$A', 'f', 'b', 'f', 'f', 'c']],
    ['f() { a $1; }; f x', ['a $1', 'f x', 'a x']],
    ['function f { a; }\nf', ['a', 'f']],
    ['run() { "$@"; }; run xmrig -o p', ['$@', 'run xmrig -o p', 'xmrig -o p']],
  ]);
});

test('variables that the text knows are filled in, others stay as they are', () => {
  check([
    ['A=xm; B=rig; $A$B "${A}x" \'$A\'', ['xmrig xmx $A']],
    ['export A=1 B="2 3"; c $A $B "$B"', ['export A=1 B=2 3', 'c 1 2 3 2 3']],
    ['A=x; A+=y; b $A', ['b xy']],
    ['A=x; unset A; b $A', ['unset A', 'b $A']],
    ['A="a b"; $A', ['a b']],
    ['A=(xm rig z); "${A[0]}${A[1]}" ${A[@]} ${#A[@]} ${A[-1]}', ['xmrig xm rig z 3 z']],
    ['A[0]=xm; A[1]=rig; b ${A[0]}${A[1]}', ['b xmrig']],
    ['declare -a A=(x y); b ${A[1]}', ['declare -a', 'b y']],
    ['printf -v A %s%s xm rig; $A', ['printf -v A %s%s xm rig', 'xmrig']],
    ['read A B <<< "x y z"; c $A $B', ['read A B', 'c x y z']],
    ['A=B; B=c; d ${!A}', ['d c']],
    ['set -- x y; a $1 $2 $# $@', ['set -- x y', 'a x y 2 x y']],
    ['a $HOME/x $? $$ $1', ['a $HOME/x $? $$ $1']],
    ['a${IFS}b', ['a b']],
    ['IFS=,; A=a,b; $A', ['a b']],
    ['a $((1)) $((x+1))', ['a 1 $((x+1))']],
  ]);
  assert.deepEqual(lines('a $POOL', { POOL: '$HOST:1', HOST: 'h' }), ['a h:1']);
  assert.deepEqual(lines('a $A', { A: '$B', B: '$A' }), ['a $B']);
});

test('a word says whether something in it is unknown', () => {
  const dynamic = (text: string) =>
    runOf(text)
      .commands.at(-1)
      ?.words.map((word) => word.dynamic);
  assert.deepEqual(dynamic('a $X "$(nproc)" b'), [false, true, true, false]);
  assert.deepEqual(dynamic('a ${{ github.ref }} x${{ a }}y'), [false, true, true]);
  assert.deepEqual(dynamic('X=1; a $X'), [false, false]);
  assert.deepEqual(dynamic('X=$(nproc); a $X'), [false, true]);
});

test('parameter expansions', () => {
  check([
    [
      'A=hello-xmrig-v1; a ${A#hello-} ${A%-v1} ${A:6:5} ${A: -2}',
      ['a xmrig-v1 hello-xmrig xmrig v1'],
    ],
    ['A=a/b/c; a ${A##*/} ${A#*/} ${A%/*} ${A%%/*}', ['a c b/c a/b a']],
    ['A=x_m_r; a ${A//_/} ${A/_/-} ${A/#x/y} ${A/%r/s}', ['a xmr x-m_r y_m_r x_m_s']],
    ['A=x1m2; a ${A//[0-9]/} ${A//[!0-9]/}', ['a xm 12']],
    ['A=xMr; a ${A^^} ${A,,} ${A^} ${#A}', ['a XMR xmr XMr 3']],
    ['a ${X:-d} ${Y:=e} $Y ${Z-"f g"}', ['a d e e f g']],
    ['A=1; a ${A:+b} ${A:-c} ${Q:?m}', ['a b 1 ${Q:?m}']],
    ['a ${X:-${Y:-z}}', ['a z']],
  ]);
});

test('braces expand', () => {
  check([
    ['{curl,-o,x} y', ['curl -o x y']],
    ['a{b,c{d,e}}f', ['abf acdf acef']],
    ['a {1..3} {c..a} {01..03..2} {} {x} "{a,b}"', ['a 1 2 3 c b a 01 03 {} {x} {a,b}']],
    ['{x,y}{1,2}', ['x1 x2 y1 y2']],
  ]);
});

test('expressions of a template engine are opaque and keep their quotes', () => {
  check([
    ["a ${{ github.event['x'] }} b", ["a ${{ github.event['x'] }} b"]],
    ["a 'b ${{ x['y'] }} c' d", ["a b ${{ x['y'] }} c d"]],
    ['a "${{ x || \'y\' }}" b', ['a y b']],
    ["a ${{ b && '}}' || 'c;' }} d", ['a c; d']],
    ["docker ps -f '{{.Names}}' {{ name }}", ['docker ps -f {{.Names}} {{ name }}']],
    // What a shell would run between braces that only look like an expression stays visible.
    [': {{ ; xmrig -o p ; : }}', [': {{', 'xmrig -o p', ': }}']],
    ["x='{{ ' a b '}}'", ['a b }}']],
    ['x={{ a b }}', ['a b }}']],
    ['a ${{ b', ['a ${{ b']],
    // What is no expression is not filled in, nor is anything behind it.
    ['a ${{ b; c }}', ['a ${{ b', 'c }}']],
    ["a ${{ b; c; ${{ 'd; e' }}", ['a ${{ b', 'c', '${{ d; e }}']],
  ]);
});

test("where no service fills expressions in, their quotes and operators are the shell's", () => {
  const plainLines = (text: string) => linesOf(runOf(text, {}, false));
  assert.deepEqual(plainLines("x='${{ ' a b '}}'; c"), ['a b }}', 'c']);
  assert.deepEqual(plainLines("a '${{'; b c; d '}}'"), ['a ${{', 'b c', 'd }}']);
  assert.deepEqual(plainLines('{{ name }}; a'), ['{{ name }}', 'a']);
});

test('substitutions give their commands and, where known, what they print', () => {
  check([
    ['a $(echo xm)rig', ['echo xm', 'a xmrig']],
    ['a `echo xm`rig', ['echo xm', 'a xmrig']],
    ['a `echo \\`echo b\\``', ['echo b', 'echo b', 'a b']],
    ['a "$(b "$(c)")"', ['c', 'b $(c)', 'a $(b "$(c)")']],
    ['$(echo "rm -x")', ['echo rm -x', 'rm -x']],
    ['a $( (b) ) $((1+(2)))', ['b', 'a $( (b) ) 3']],
    ['a <(b) >(c)', ['b', 'c', 'a <(b) >(c)']],
    ['X=$(a) b', ['a', 'b']],
  ]);
});

test('redirections are no words', () => {
  const [command] = runOf('a 2>&1 >out.txt <in.txt b &>/dev/null 3>x').commands;
  assert.deepEqual(
    command?.words.map((word) => word.text),
    ['a', 'b'],
  );
  assert.equal(runOf('a > "x y"').commands[0]?.writesTo, 'x y');
  assert.equal(runOf('a 2> x').commands[0]?.writesTo, null);
  assert.equal(runOf('a >> $F').commands[0]?.writesTo, '$F');
});

test('here-documents and here-strings are input', () => {
  const input = (text: string) => runOf(text).commands.at(-1)?.input;
  assert.equal(input('cat <<EOF\na $X\nEOF\n'), 'a $X\n');
  assert.equal(input('X=1; cat <<EOF\na $X\nEOF\n'), 'a 1\n');
  assert.equal(input("X=1; cat <<'EOF'\na $X\nEOF\n"), 'a $X\n');
  assert.equal(input('cat <<-EOF\n\t\ta\n\tEOF\n'), 'a\n');
  assert.equal(input('cat <<A <<B\na\nA\nb\nB\n'), 'b\n');
  assert.equal(input('cat <<< "a b"'), 'a b\n');
  assert.equal(runOf('cat <<EOF\nno end').commands[0]?.input, 'no end');
  // It may be no document at all.
  assert.deepEqual(lines('((1<<$n))\na\nb'), ['a', 'b']);
  assert.deepEqual(lines(': $[1<<2]\na <<X\nb'), [': $[1', 'a', 'b']);
  assert.equal(input('echo a | cat'), 'a\n');
  assert.equal(input('a | cat'), null);
  assert.deepEqual(lines('cat <<EOF | b\nx $(y)\nEOF\nc'), ['y', 'cat', 'b', 'c']);
});

test('commands carry where they stand in the outermost text', () => {
  const text = 'echo a; sh -c "xmrig -o p"; `b \\`c\\``';
  const places = runOf(text).commands.map((c) => text.slice(c.start, c.end));
  const inBackticks = '`b \\`c\\``';
  const shell = 'sh -c "xmrig -o p"';
  assert.deepEqual(places, ['echo a', shell, shell, inBackticks, inBackticks, inBackticks]);
});

test('text that never ends is read to its end', () => {
  check([
    ['a "b', ['a b']],
    ["a 'b", ['a b']],
    ['a $(b', ['b', 'a $(b']],
    ['a `b', ['b', 'a `b']],
    ['a ${b', ['a ${b']],
    ['if a; then b', ['a', 'b']],
    ['{ a', ['a']],
    ['a \\', ['a \\']],
    ['case x in a) b', ['b']],
    ['a |', ['a']],
    ['', []],
  ]);
});
