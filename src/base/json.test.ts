import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject, type JsonProblemCode, parseJson } from './json.ts';
import { jsonDepthMax, MIB } from './limits.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

function codeOf(body: Uint8Array | string, bytesMax = MIB): JsonProblemCode | 'read' {
  const parsed = parseJson(body, bytesMax);
  return parsed.ok ? 'read' : parsed.error.code;
}

test('every JSON value is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      const value: unknown = JSON.parse(text);
      assert.deepEqual(parseJson(text, MIB), { ok: true, value });
      assert.deepEqual(parseJson(new TextEncoder().encode(text), MIB), { ok: true, value });
    }),
    { numRuns },
  );
});

test('colons, brackets and quotes inside of texts count for nothing', () => {
  const value = { 'a:"{[': 'b\\":]}', 'c': ['\\', '\\\\"', ':::'] };
  assert.deepEqual(parseJson(JSON.stringify(value), MIB), { ok: true, value });
});

test('a body over its limit', () => {
  assert.equal(codeOf('"1234"', 6), 'read');
  assert.equal(codeOf('"12345"', 6), 'too-large');
});

test('nesting over jsonDepthMax', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  assert.equal(codeOf(nested(jsonDepthMax)), 'read');
  assert.equal(codeOf(nested(jsonDepthMax + 1)), 'too-deep');
  assert.equal(codeOf('{"a":'.repeat(100_000)), 'too-deep');
});

test('a key that stands twice, at any depth and in any spelling', () => {
  assert.equal(codeOf('{"a":1,"a":1}'), 'duplicate-key');
  assert.equal(codeOf('[{"b":{"a":1,"\\u0061":2}}]'), 'duplicate-key');
  assert.equal(codeOf('[{"a":1},{"a":2}]'), 'read');
});

test('`__proto__` is a key like any other', () => {
  const parsed = parseJson('{"__proto__":{"x":1},"y":2}', MIB);
  assert.ok(parsed.ok && isObject(parsed.value));
  assert.deepEqual(Object.keys(parsed.value), ['__proto__', 'y']);
  assert.equal(codeOf('{"__proto__":1,"__proto__":2}'), 'duplicate-key');
});

test('what is no UTF-8 and what is no JSON', () => {
  assert.equal(codeOf(Uint8Array.of(0x22, 0xff, 0x22)), 'not-utf8');
  assert.equal(codeOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31)), 'read', 'a byte-order mark');
  for (const text of ['', '{', '"a', '{"a":1', 'nul', '[1,]', '{"a":1,}', "{'a':1}", '1 2']) {
    assert.equal(codeOf(text), 'not-json', text);
  }
});

test('any bytes are a value or a problem, never a throw', () => {
  const piece = fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'a', '1', '\\u00', ' ');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      assert.ok(codeOf(pieces.join('')).length > 0);
    }),
    { numRuns },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => assert.ok(codeOf(bytes).length > 0)),
    { numRuns },
  );
});

test('time stays linear in the body', () => {
  const bodies = [
    '"'.repeat(MIB),
    '\\"'.repeat(MIB / 2),
    `"${'\\'.repeat(MIB - 1)}`,
    '[],'.repeat(MIB / 3),
  ];
  for (const body of bodies) {
    const before = performance.now();
    codeOf(body);
    assert.ok(performance.now() - before < 800, body.slice(0, 8));
  }
});
