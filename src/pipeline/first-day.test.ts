/**
 * Through the pipeline and a real store: whatever accounts ask, in whatever order and company,
 * linked at whatever moment, and wherever it crashes between record and answer, each is granted a
 * new account's first-day budget at most, and from the moment that they are linked they are granted
 * no more together than is left of one; and the ledger adds up. What a job uses beyond its limit,
 * where the host does not enforce it, is on top. The test counts by itself, from the answers alone.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { HOUR_MS } from '../base/time.ts';
import { audit } from '../ledger/audit.ts';
import type { Event } from '../model/event.ts';
import type { AccountRef } from '../model/party.ts';
import type { Store } from '../ports/store.ts';
import { openDatabase } from '../store/sqlite/open-database.ts';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import { StoreError } from '../store/store-error.ts';
import { Links, openLinks } from './links.ts';
import type { DecisionRequest, Pipeline } from './request.ts';
import { jobRequest, openWorld, startPipeline, type World } from './test-world.ts';

const RUNS = Math.ceil(Number(process.env['FUZZ_RUNS'] ?? 100) / 5);
const START = Date.UTC(2026, 0, 1, 12);
const FIRST_DAY = 3_600;
const COPIES_MAX = 4;

/** Before the record: the batch is lost. After it: the answer is lost. */
type Crash = 'none' | 'before' | 'after';

const job = fc.record({
  account: fc.nat(2),
  vcpu: fc.constantFrom(0.5, 1, 2),
  timeoutSeconds: fc.integer({ min: 500, max: 3_000 }),
  fanOut: fc.integer({ min: 1, max: 6 }),
});
type Job = typeof job extends fc.Arbitrary<infer T> ? T : never;

const crash = fc.constantFrom<Crash>('none', 'none', 'before', 'after');

const step = fc.oneof(
  fc.record({
    kind: fc.constant('ask' as const),
    jobs: fc.array(job, { minLength: 1, maxLength: 4 }),
    crash,
  }),
  fc.record({ kind: fc.constant('again' as const), nth: fc.nat(), crash }),
  fc.record({ kind: fc.constant('end' as const), nth: fc.nat(), percent: fc.nat(150), crash }),
  fc.record({ kind: fc.constant('link' as const), a: fc.nat(2), b: fc.nat(2), crash }),
  fc.record({ kind: fc.constant('sweep' as const) }),
  fc.record({ kind: fc.constant('restart' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Asked {
  readonly request: DecisionRequest;
  readonly account: string;
  /** What it may use at most, all copies that may start. */
  readonly wanted: number;
  granted: number;
  used: number | null;
}

class Gang {
  readonly #directory = mkdtempSync(join(tmpdir(), 'davylamp-first-day-'));
  readonly #world: World;
  readonly #asked: Asked[] = [];
  #store: Store;
  #links = new Links();
  /** By account the party that the test has made, and what its accounts had by then. */
  readonly #partyOf = new Map<string, { had: number }>();
  #pipeline: Pipeline;
  #crash: Crash = 'none';

  private constructor(world: World, store: Store) {
    this.#world = world;
    this.#store = store;
    this.#pipeline = this.#start();
  }

  static async open(): Promise<Gang> {
    const world = await openWorld();
    return new Gang(world, world.store);
  }

  async #reopen(): Promise<void> {
    if (this.#store !== this.#world.store) await this.#store.close();
    const opened = await openSqliteStore({ directory: this.#directory });
    assert.ok(opened.ok);
    this.#store = opened.value;
    this.#links = await openLinks(this.#store);
    this.#pipeline = this.#start();
  }

  /** A store whose next write crashes as the step says. */
  #start(): Pipeline {
    const store = this.#store;
    const crashing = async <T>(write: () => Promise<T>): Promise<T> => {
      const when = this.#crash;
      this.#crash = 'none';
      if (when === 'before') throw new StoreError('failed', 'a test');
      const written = await write();
      if (when === 'after') throw new StoreError('failed', 'a test');
      return written;
    };
    const failing: Store = Object.assign(Object.create(store), {
      gather: (keys: Parameters<Store['gather']>[0]) => store.gather(keys),
      ledger: (keys: Parameters<Store['ledger']>[0]) => store.ledger(keys),
      expiredReservations: (at: number) => store.expiredReservations(at),
      record: (...args: Parameters<Store['record']>) => crashing(() => store.record(...args)),
      ingest: (...args: Parameters<Store['ingest']>) => crashing(() => store.ingest(...args)),
      markDefaulted: (ids: Parameters<Store['markDefaulted']>[0]) => store.markDefaulted(ids),
    });
    const { clock } = this.#world.ports;
    // Within the day, so that a sweep finds nothing that is due.
    const now = (): number => START + HOUR_MS;
    // A store that failed is tried again at once; the deadline is left alone.
    const after: typeof clock.after = (delayMs, task) =>
      clock.after(delayMs < 500 ? 0 : delayMs, task);
    return startPipeline({
      ...this.#world.ports,
      store: failing,
      links: this.#links,
      clock: { ...clock, now, after },
    });
  }

  async take(one: Step, i: number): Promise<void> {
    this.#crash = 'crash' in one ? one.crash : 'none';
    if (one.kind === 'ask') await this.#ask(one.jobs, i);
    if (one.kind === 'again') await this.#again(one.nth);
    if (one.kind === 'end') await this.#end(one.nth, one.percent);
    if (one.kind === 'link') await this.#link(one.a, one.b, i);
    if (one.kind === 'sweep') await this.#pipeline.expire();
    if (one.kind === 'restart') await this.#reopen();
  }

  async #ask(jobs: readonly Job[], i: number): Promise<void> {
    const asked = jobs.map(({ account, vcpu, timeoutSeconds, fanOut }, n): Asked => {
      const data = { vcpu, timeoutSeconds, fanOut };
      const request = jobRequest(`${i}-${n}`, 'make', { account: `${account}`, data, at: START });
      const wanted = Math.ceil(vcpu * timeoutSeconds * Math.min(COPIES_MAX, fanOut));
      return { request, account: `${account}`, wanted, granted: 0, used: null };
    });
    this.#asked.push(...asked);
    await Promise.all(asked.map((one) => this.#answer(one)));
  }

  async #answer(one: Asked): Promise<void> {
    const request = { ...one.request, startedMs: performance.now() };
    const answer = await this.#pipeline.decide(request);
    // A machine too busy for the deadline: who has the default asks again.
    if (answer.kind === 'default') return this.#answer(one);
    assert.equal(answer.kind, 'decided');
    assert.ok(answer.record);
    if (answer.action !== 'allow' && answer.action !== 'slow') return;
    const granted = answer.record.decision.limits.vcpuSeconds ?? Number.NaN;
    assert.ok(granted >= 1, 'who is admitted has something reserved');
    assert.ok(one.granted === 0 || one.granted === granted, 'the same answer again');
    one.granted = granted;
  }

  async #again(nth: number): Promise<void> {
    const one = this.#asked[nth % Math.max(1, this.#asked.length)];
    if (one !== undefined) await this.#answer(one);
  }

  /** The event is told until it is taken, as a provider does. */
  async #end(nth: number, percent: number): Promise<void> {
    const open = this.#asked.filter(({ granted, used }) => granted > 0 && used === null);
    const one = open[nth % Math.max(1, open.length)];
    if (one === undefined) return;
    const used = Math.min(one.wanted, Math.ceil((one.granted * percent) / 100));
    const id = `end of ${one.request.event.id}`;
    const told = { type: 'job.finished', data: { vcpuSeconds: used }, id, bodyHash: id } as const;
    const event: Event = { ...one.request.event, ...told };
    const send = () => this.#pipeline.ingest([event], START + 1);
    await send().catch(send);
    one.used = used;
  }

  /** Both read one mailbox. */
  async #link(a: number, b: number, i: number): Promise<void> {
    const events = [a, b].map((account): Event => {
      const { event } = jobRequest(`link-${i}-${account}`, '', { account: `${account}` });
      const data = { email: `mailbox${i}@mail.example` };
      return { ...event, type: 'account.verified', data, id: `mail ${i} ${account}` };
    });
    const send = () => this.#pipeline.ingest(a === b ? events.slice(1) : events, START);
    await send().catch(send);
    const [one, other] = [this.#home(`${a}`), this.#home(`${b}`)];
    if (one === other) return;
    for (const [account, home] of this.#partyOf) {
      if (home === other) this.#partyOf.set(account, one);
    }
    one.had = Math.max(FIRST_DAY, this.#hadBy(one));
  }

  #home(account: string): { had: number } {
    const home = this.#partyOf.get(account) ?? { had: FIRST_DAY };
    this.#partyOf.set(account, home);
    return home;
  }

  /** What was granted to its accounts, less what their jobs did not use. */
  #hadBy(party: { had: number }): number {
    const own = this.#asked.filter(({ account }) => this.#home(account) === party);
    return own.reduce((sum, { granted, used }) => sum + Math.min(granted, used ?? granted), 0);
  }

  check(): void {
    for (const party of new Set(this.#asked.map(({ account }) => this.#home(account)))) {
      assert.ok(this.#hadBy(party) <= party.had, `granted ${this.#hadBy(party)} of ${party.had}`);
      // What jobs under way do not use is free again, and whoever had too much has less left.
      party.had = Math.max(FIRST_DAY, this.#hadBy(party));
    }
  }

  async close(): Promise<readonly string[]> {
    await this.#reopen();
    await this.#store.close();
    const opened = openDatabase(this.#directory);
    assert.ok(opened.ok);
    const { ledger } = opened.value;
    const problems = audit({
      holders: [...ledger.holders()].map(({ holder, books }) => [holder, books] as const),
      reservations: ledger.reservations(),
      transfers: ledger.transfers(),
      partyOf: (account: AccountRef) => this.#links.partyOf(account),
    });
    opened.value.close();
    await this.#world.close();
    rmSync(this.#directory, { recursive: true });
    return problems;
  }

  /** Its own store instead of the world's, so that it can be closed and opened again. */
  async begin(): Promise<void> {
    await this.#reopen();
  }
}

test('no account has more than its first day, whatever crashes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 14, size: 'max' }),
      async (steps) => {
        const gang = await Gang.open();
        await gang.begin();
        try {
          for (const [i, one] of steps.entries()) {
            await gang.take(one, i);
            gang.check();
          }
        } finally {
          assert.deepEqual(await gang.close(), []);
        }
      },
    ),
    { numRuns: RUNS },
  );
});
