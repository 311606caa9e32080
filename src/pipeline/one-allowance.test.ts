/**
 * One gang, one allowance, through the pipeline and a real store: whatever k accounts ask, in any
 * order and company, whenever they are linked and taken apart, and wherever the store fails or the
 * process dies between record and answer:
 *
 *   - an account is never granted more than a new account's first day, or its month after that;
 *   - from the moment they are linked, accounts are granted no more together than is left of one;
 *   - one job of a party at a time may exceed its limit, where its host does not enforce it;
 *   - the ledger adds up, before and after each restart.
 *
 * A run of `npm test` ends after seven seconds; `GANG_RUNS=2000` makes so many.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Act, type Crash, Gang, type Step } from './test-gang.ts';
import { openWorld } from './test-world.ts';

const RUNS = Number(process.env['GANG_RUNS'] ?? 0);
const BOUNDED = { numRuns: 200, interruptAfterTimeLimit: 7_000 };

const number = fc.nat(60);
const crash = fc.constantFrom<Crash>('none', 'none', 'none', 'before', 'after');

const job = fc.record({
  account: number,
  vcpu: fc.constantFrom(0.5, 1, 2),
  timeoutSeconds: fc.oneof(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 200, max: 3_000 })),
  fanOut: fc.integer({ min: 1, max: 6 }),
});

const ask = fc.record({
  kind: fc.constant('ask' as const),
  jobs: fc.array(job, { minLength: 1, maxLength: 5 }),
});
const again = fc.record({
  kind: fc.constant('again' as const),
  nth: number,
  isNewEvent: fc.boolean(),
});
const end = (percentMax: number) =>
  fc.record({
    kind: fc.constant('end' as const),
    nth: number,
    percent: fc.nat(percentMax),
  });
const link = fc.record({ kind: fc.constant('link' as const), a: number, b: number });
const label = fc.record({
  kind: fc.constant('label' as const),
  a: number,
  label: fc.constantFrom('honest' as const, 'miner' as const),
});

/** What changes the bounds that the test counts with comes by itself. */
const alone: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: ask, weight: 8 },
  { arbitrary: again, weight: 2 },
  { arbitrary: end(150), weight: 6 },
  { arbitrary: link, weight: 5 },
  label,
  fc.record({ kind: fc.constant('start' as const), nth: number }),
  fc.record({ kind: fc.constant('sweep' as const) }),
  fc.record({
    kind: fc.constant('adjust' as const),
    a: number,
    vcpuSeconds: fc.integer({ min: -5_000, max: 5_000 }).filter((amount) => amount !== 0),
  }),
);

/** Asked, ended, and linked or taken apart in the same moment. */
const together: fc.Arbitrary<readonly Act[]> = fc
  .tuple(
    fc.array(fc.oneof(ask, again, end(100)), { minLength: 1, maxLength: 4 }),
    fc.oneof(link, link, label),
    fc.nat(4),
  )
  .map(([acts, change, at]) => [...acts.slice(0, at), change, ...acts.slice(at)]);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('acts' as const),
      acts: alone.map((act) => [act]),
      crash,
    }),
    weight: 8,
  },
  {
    arbitrary: fc.record({ kind: fc.constant('acts' as const), acts: together, crash }),
    weight: 4,
  },
  fc.record({
    kind: fc.constant('wait' as const),
    minutes: fc.constantFrom(1, 20, 70, 70, 400, 1_600),
  }),
  fc.record({ kind: fc.constant('restart' as const), how: fc.constantFrom('close', 'kill') }),
);

function failureOf(details: fc.RunDetails<[number, readonly Step[]]>): Error {
  return new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
}

test('from the moment they are linked, k accounts have one allowance', async () => {
  const world = await openWorld();
  const run = async (size: number, steps: readonly Step[]): Promise<void> => {
    const gang = new Gang(size, world);
    try {
      await gang.open();
      for (const one of steps) await gang.take(one);
      await gang.close();
    } finally {
      gang.forget();
    }
  };
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 12 }),
    // Waits of 27 hours, one step in fourteen of these, would have to be 26 to leave the month.
    fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }),
    run,
  );
  const details = await fc.check(property, RUNS > 0 ? { numRuns: RUNS } : BOUNDED);
  await world.close();
  if (process.env['GANG_RUNS'] !== undefined) process.stdout.write(`${details.numRuns} runs\n`);
  if (details.failed && details.counterexample !== null) throw failureOf(details);
  assert.ok(details.numRuns >= 3, `${details.numRuns} runs in time`);
});
