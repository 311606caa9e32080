import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject, type JsonProblemCode, parseJson, parseJsonAround } from './json.ts';
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

test('a body with a list that is known is read as it is without', () => {
  const list = '[1,{"a":[{"b":":]"}]},2]';
  const apart = { name: 'list', known: () => ({ list, made: 'known' }) };
  const parts = ['{', '}', '"list":', list, ',', '"c":3', '"list":[]', '"\\"list":', '[', ']', ' '];
  const text = fc
    .array(fc.constantFrom(...parts), { maxLength: 8 })
    .map((pieces) => pieces.join(''));
  const bodies = fc.oneof(
    text,
    text.map((inner) => `{"list":${list},${inner}}`),
    text.map((inner) => `{${inner},"list":${list}}`),
  );
  let known = 0;
  const check = (body: string): void => {
    const around = parseJsonAround(body, MIB, apart);
    const whole = parseJson(body, MIB);
    if (around.ok && around.value.known !== undefined) {
      known++;
      assert.ok(whole.ok && isObject(whole.value) && isObject(around.value.value), body);
      assert.deepEqual({ ...around.value.value, list: whole.value['list'] }, whole.value);
      assert.equal(JSON.stringify(whole.value['list']), list);
    } else assert.deepEqual(around.ok ? { ok: true, value: around.value.value } : around, whole);
  };
  fc.assert(fc.property(bodies, check), { numRuns: numRuns * 10 });
  check(`{"list":${list},"c":3}`);
  assert.ok(known > 0);
});

test('the list of a body is found where it stands', () => {
  const listIn = (body: string): string => {
    const read = parseJsonAround(body, MIB, { name: 'list', known: () => undefined });
    assert.ok(read.ok);
    return read.value.list;
  };
  assert.equal(listIn('{"a":{"list":[0]},"list":[{"b":[1]}],"c":[2]}'), '[{"b":[1]}]');
  for (const body of ['{"\\"list":[1]}', '{"list":1,"c":[2]}', '[{"list":[1]}]', '{"alist":[1]}']) {
    assert.equal(listIn(body), '', body);
  }
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
