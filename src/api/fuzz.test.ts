/** Hostile bodies, made from valid ones: never 500, never without an answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EVENT_TYPES } from '../model/event.ts';
import { admin, createWorld, event, hookPath, problemIn, secret } from './api-world.test.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const { api } = await createWorld();

const seeds = EVENT_TYPES.map((type) =>
  Buffer.from(JSON.stringify(event(`fuzz-${type}`, { type, data: { amount: 1, files: [] } }))),
);

/** A seed with bytes changed, cut out, doubled or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(3)), { minLength: 1, maxLength: 6 }),
  )
  .map(([seed, changes]) => {
    let bytes = Buffer.from(seed);
    for (const [place, byte, kind] of changes) {
      const at = place % (bytes.length + 1);
      const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
      if (kind === 0) bytes = Buffer.concat([head, Buffer.from([byte]), tail.subarray(1)]);
      else if (kind === 1) bytes = Buffer.concat([head, tail.subarray(byte)]);
      else if (kind === 2) bytes = Buffer.concat([head, tail, tail]);
      else bytes = Buffer.concat([head, Buffer.from('{[",:]}'), tail]);
    }
    return bytes;
  });

const hostile = fc.oneof(mutated, fc.json().map(Buffer.from), fc.uint8Array().map(Buffer.from));

for (const url of ['/v1/events', '/v1/decisions', '/v1/keys']) {
  test(`${url} answers whatever it is sent`, async () => {
    const property = fc.asyncProperty(hostile, async (payload) => {
      const headers = { ...admin, 'content-type': 'application/json' };
      const answer = await api.inject({ method: 'POST', url, headers, payload });
      if (answer.statusCode >= 400) {
        problemIn(answer, answer.statusCode);
        assert.ok([400, 409].includes(answer.statusCode), answer.body);
      }
    });
    await fc.assert(property, { numRuns });
  });
}

test('a provider hook answers 200 or 406 whatever it is sent', async () => {
  const property = fc.asyncProperty(
    hostile,
    fc.string({ maxLength: 40 }),
    async (payload, type) => {
      const contentType = Buffer.from(type)
        .toString('latin1')
        .replaceAll(/[^\x20-\x7e]/g, '?');
      const headers = { 'x-secret': secret, 'content-type': contentType };
      const answer = await api.inject({ method: 'POST', url: hookPath, headers, payload });
      assert.ok([200, 406].includes(answer.statusCode), `${answer.statusCode}`);
    },
  );
  await fc.assert(property, { numRuns });
});

test('a list answers whatever it is asked', async () => {
  const names = fc.constantFrom('account', 'party', 'action', 'limit', 'after', '__proto__');
  const property = fc.asyncProperty(names, fc.string(), async (name, value) => {
    const url = `/v1/decisions?${name}=${encodeURIComponent(value.toWellFormed())}`;
    const { statusCode } = await api.inject({ url, headers: admin });
    assert.ok([200, 400].includes(statusCode), url);
  });
  await fc.assert(property, { numRuns });
});
