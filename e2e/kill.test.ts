/** `kill -9` in the middle of 200 calls: every answered decision is there afterwards, none twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../src/base/prng.ts';
import { call, gitlabBody, startServer, temporaryDirectory, validate } from './server-process.ts';

const BODIES = 200;
const ROUNDS = 3;
const SEED = Number(process.env['SEED'] ?? 1);

for (let round = 0; round < ROUNDS; round++) {
  test(`no answered decision is lost (seed ${SEED + round})`, async (t) => {
    const prng = new Prng(SEED + round);
    const data = temporaryDirectory(t);
    const server = await startServer(data);
    t.after(() => server.end('SIGKILL'));
    const answered: string[] = [];
    const killAt = 1 + prng.below(BODIES - 50);
    const calls = Array.from({ length: BODIES }, async (_, i) => {
      const { status, decision } = await validate(server, gitlabBody([`make job-${i}`], i));
      assert.equal(status, 200);
      answered.push(decision);
      if (answered.length === killAt) server.child.kill('SIGKILL');
    });
    await Promise.allSettled(calls);
    assert.ok(answered.length >= killAt);

    const again = await startServer(data);
    t.after(() => again.end('SIGKILL'));
    const stored = await allDecisions(again);
    assert.equal(new Set(stored).size, stored.length, 'none twice');
    assert.deepEqual(
      answered.filter((id) => !stored.includes(id)),
      [],
      'none lost',
    );
  });
}

async function allDecisions(server: Awaited<ReturnType<typeof startServer>>): Promise<string[]> {
  const ids: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const after: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
    const { body } = await call(server, `/v1/decisions?limit=50${after}`);
    const page = body as { items: { id: string }[]; next: string | null };
    ids.push(...page.items.map((item) => item.id));
    next = page.next;
  }
  return ids;
}
