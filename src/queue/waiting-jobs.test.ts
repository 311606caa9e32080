import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { QueuedJobKey } from '../model/lease.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import type { JobRow } from '../model/queue-rows.ts';
import { WaitingJobs } from './waiting-jobs.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);
const PARTIES = ['a', 'b', 'c'] as readonly string[] as readonly PartyId[];

function job(sequence: number): JobRow {
  const names = { key: `${sequence}` as QueuedJobKey, account: 'generic/x' as AccountRef };
  const party = PARTIES[sequence % PARTIES.length] as PartyId;
  const rest = { costVcpuSeconds: 1, enqueuedAt: 0, attempts: 0, lease: null };
  return { ...names, party, sequence, ...rest };
}

test('each party has its own jobs in the order in which they came', () => {
  const acts = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 });
  const runs = fc.property(acts, (sequences) => {
    const waiting = new WaitingJobs();
    const there = new Map<number, JobRow>();
    for (const sequence of sequences) {
      const known = there.get(sequence);
      // Every second mention of a job takes it out again.
      if (known !== undefined) {
        waiting.remove(known);
        there.delete(sequence);
      } else {
        const row = job(sequence);
        waiting.add(row);
        there.set(sequence, row);
      }
      for (const party of PARTIES) {
        const own = [...there.values()]
          .filter((row) => row.party === party)
          .sort((a, b) => a.sequence - b.sequence);
        assert.deepEqual(waiting.of(party), own);
        assert.equal(waiting.next(party), own[0] ?? null);
        assert.equal(waiting.count(party), own.length);
      }
    }
  });
  fc.assert(runs, { numRuns: RUNS });
});

test('a job that does not wait is not taken out', () => {
  assert.throws(() => new WaitingJobs().remove(job(1)), /the job waits/);
});
