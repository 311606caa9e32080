import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scriptParts } from './script-parts.ts';

test('items that leave nothing open are one script and no more', () => {
  const whole = [
    'cd a',
    "echo 'it''s' \"so\" # don't",
    'f() {\n  b\n}',
    'cat <<-EOF > x\nit is\n\tEOF',
    'case $x in\n  a) b;;\nesac',
    'if a; then',
    'fi',
    'x=$((1 << 2))',
    'grep a <<<word',
  ];
  assert.deepEqual(scriptParts(whole), []);
  assert.deepEqual(scriptParts([]), []);
  assert.deepEqual(scriptParts(["echo 'a"]), []);
});

test('behind an item that leaves something open the others are read once more', () => {
  for (const open of [
    "echo 'a",
    'echo "a',
    'cat <<E',
    "cat << 'E' > x\nb",
    'f() {',
    'a \\',
    'b `',
  ]) {
    assert.deepEqual(scriptParts([open, 'x', 'y']), ['x\ny'], open);
  }
  assert.deepEqual(scriptParts(['w', "echo 'a", 'x', "y; echo '", 'z']), ['x\nz', "y; echo '"]);
});

test('what is read by itself is bounded, and many here-documents take no time', () => {
  assert.equal(scriptParts(Array.from({ length: 1_000 }, () => "echo '")).length, 64);
  const started = performance.now();
  scriptParts([`a${' <<a'.repeat(200_000)}`, 'x']);
  assert.ok(performance.now() - started < 1_000);
});
