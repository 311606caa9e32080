import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../base/json.ts';
import { canonicalHash, canonicalJson } from './canonical-json.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

test('keys are sorted at every depth and nothing else changes', () => {
  const value = { b: [{ d: 1, c: null }], a: 'é"\u2028', B: true, '10': -0, '9': 1.5 };
  assert.equal(
    canonicalJson(value),
    '{"10":0,"9":1.5,"B":true,"a":"é\\"\u2028","b":[{"c":null,"d":1}]}',
  );
});

test('two values that differ never share a text, even where JSON.stringify would', () => {
  const values = [null, [null], '1', 1, '', [], {}, { a: null }, '\ud800', '\ufffd'];
  const texts = values.map(canonicalJson);
  assert.equal(new Set(texts).size, values.length);
  assert.notEqual(canonicalHash(JSON.parse('[1e999]')), canonicalHash(JSON.parse('[null]')));
});

test('a __proto__ key is a key', () => {
  const hostile = JSON.parse('{"__proto__":{"x":1},"a":2}') as Json;
  assert.equal(canonicalJson(hostile), '{"__proto__":{"x":1},"a":2}');
});

test('the order of keys does not matter, and the text reads back as the value', () => {
  const property = fc.property(fc.jsonValue(), (value) => {
    const json = JSON.parse(JSON.stringify(value)) as Json;
    assert.deepEqual(JSON.parse(canonicalJson(json)), json);
    assert.equal(canonicalHash(reversed(json)), canonicalHash(json));
  });
  fc.assert(property, { numRuns });
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => [key, reversed(item)]);
  return Object.fromEntries(entries.reverse());
}
