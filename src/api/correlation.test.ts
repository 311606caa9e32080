import assert from 'node:assert/strict';
import { test } from 'node:test';
import { correlationIdLengthMax } from '../base/limits.ts';
import { Prng } from '../base/prng.ts';
import { createWorld } from './api-world.test.ts';
import { correlationIdOf } from './correlation.ts';

const prng = new Prng(3);
const random = { bytes: (length: number) => prng.bytes(length) };

test('the id of the caller is taken, and GitLab’s own first', () => {
  const both = { 'x-request-id': 'r', 'x-correlation-id': 'c', 'x-gitlab-correlation-id': 'g' };
  assert.equal(correlationIdOf(both, random), 'g');
  assert.equal(correlationIdOf({ 'x-request-id': 'r', 'x-correlation-id': 'c' }, random), 'c');
  assert.equal(correlationIdOf({ 'x-request-id': 'r' }, random), 'r');
});

test('one that is empty, too long or not printable is replaced by a new one', () => {
  const longest = 'x'.repeat(correlationIdLengthMax);
  assert.equal(correlationIdOf({ 'x-request-id': longest }, random), longest);
  const ids = ['', `${longest}x`, 'a\nb', 'é', '\u007f'].map((id) =>
    correlationIdOf({ 'x-request-id': id }, random),
  );
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(new Set(ids).size, ids.length);
});

test('it is sent back with every answer', async () => {
  const { api } = await createWorld();
  for (const url of ['/healthz', '/nowhere', '/v1/keys', '/v1/decisions/%ff']) {
    const answer = await api.inject({ url, headers: { 'x-correlation-id': 'trace 1' } });
    assert.equal(answer.headers['x-correlation-id'], 'trace 1', url);
  }
});
