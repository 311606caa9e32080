/**
 * A gang against the pipeline and a real store: what its accounts ask for, when they are linked and
 * taken apart, what persons give and take, and where the store fails or the process dies. What each
 * was granted is counted here from the answers alone, job by job; of the ledger nothing is read but
 * its audit, and of the linker who is of one party.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, type EpochMs, SECOND_MS } from '../base/time.ts';
import { audit } from '../ledger/audit.ts';
import { adjustmentEvent } from '../model/adjustment.ts';
import type { Event } from '../model/event.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import { DEFAULT_TIERS } from '../model/tier.ts';
import type { Store } from '../ports/store.ts';
import { DirectCalls } from '../store/sqlite/direct-calls.ts';
import { type OpenDatabase, openDatabase } from '../store/sqlite/open-database.ts';
import { createOperations } from '../store/sqlite/operations.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { StoreError } from '../store/store-error.ts';
import { type Links, openLinks } from './links.ts';
import type { DecisionRequest, Pipeline } from './request.ts';
import { defaultPolicy, jobRequest, policyOf, startPipeline, type World } from './test-world.ts';

/** The middle of a month, so that none ends within the days of a run. */
const START = Date.UTC(2026, 0, 2, 12);
const TIER = DEFAULT_TIERS.new;
/** When a job that nobody said more of is given up: a day to start, its time, and a while. */
const WAIT_MS = DAY_MS;
const MINUTE_MS = 60 * SECOND_MS;
const LATE_MS = 15 * MINUTE_MS;

/** Before the record: the batch is lost. After it: the answer is lost. */
export type Crash = 'none' | 'before' | 'after';

export interface JobAsked {
  readonly account: number;
  readonly vcpu: number;
  readonly timeoutSeconds: number;
  readonly fanOut: number;
}

export type Act =
  | { readonly kind: 'ask'; readonly jobs: readonly JobAsked[] }
  | { readonly kind: 'again'; readonly nth: number; readonly isNewEvent: boolean }
  | { readonly kind: 'start'; readonly nth: number }
  | { readonly kind: 'end'; readonly nth: number; readonly percent: number }
  | { readonly kind: 'link'; readonly a: number; readonly b: number }
  | { readonly kind: 'label'; readonly a: number; readonly label: 'honest' | 'miner' }
  | { readonly kind: 'adjust'; readonly a: number; readonly vcpuSeconds: number }
  | { readonly kind: 'sweep' };

export type Step =
  /** All at once, in whatever order they come through. */
  | { readonly kind: 'acts'; readonly acts: readonly Act[]; readonly crash: Crash }
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'restart'; readonly how: 'close' | 'kill' };

interface Job {
  readonly request: DecisionRequest;
  readonly account: AccountRef;
  readonly timeoutSeconds: number;
  /** What it may use at most, all copies that may start. */
  readonly wanted: number;
  granted: number;
  /** Accounts in its party when it was granted, as the record says. */
  company: number;
  expiresAt: EpochMs;
  isExpired: boolean;
  used: number | null;
}

/** What bounds a holder beside its tier. */
interface Terms {
  since: EpochMs;
  /** Gifts of all accounts that were ever in it, by the step that gave them. */
  readonly gifts: Map<number, number>;
}

/** A growing party would be held, and what is held proves nothing about the ledger. */
const POLICY = policyOf(
  defaultPolicy.text.replace(/(id: party-growing\n.*?mode:) live/s, '$1 shadow'),
);

export class Gang {
  readonly accounts: readonly AccountRef[];
  readonly #world: World;
  readonly #jobs: Job[] = [];
  readonly #partyTerms = new Map<PartyId, Terms>();
  readonly #accountTerms = new Map<AccountRef, Terms>();
  readonly #taken = new Map<AccountRef, number>();
  #directory: string;
  #open: OpenDatabase | null = null;
  #links: Links | null = null;
  #pipeline: Pipeline | null = null;
  #crash: Crash = 'none';
  #now = START;
  #step = 0;
  #events = 0;
  #fresh: Job[] = [];
  /** What ends gave back in this step. */
  #freed = new Map<AccountRef, number>();

  constructor(size: number, world: World) {
    this.accounts = Array.from({ length: size }, (_, i) => `gitlab/${i}` as AccountRef);
    this.#world = world;
    this.#directory = mkdtempSync(join(tmpdir(), 'davylamp-gang-'));
  }

  async open(): Promise<void> {
    const opened = openDatabase(this.#directory);
    assert.ok(opened.ok);
    this.#open = opened.value;
    // What is not synced is lost with the machine's power alone, which stays on here.
    const operations = createOperations(opened.value, () => {});
    const store = new SqliteStore(new DirectCalls(operations));
    this.#links = await openLinks(store);
    assert.deepEqual(this.#problems(), []);
    const { clock } = this.#world.ports;
    // A store that failed is tried again at once; the deadline is left alone.
    const after: typeof clock.after = (delayMs, task) =>
      clock.after(delayMs < 500 ? 0 : delayMs, task);
    this.#pipeline = startPipeline({
      ...this.#world.ports,
      policy: () => POLICY,
      store: this.#failing(store),
      links: this.#links,
      clock: { ...clock, now: () => this.#now, after },
    });
  }

  /** A store whose next write crashes as the step says. */
  #failing(store: Store): Store {
    const crashing = async <T>(write: () => Promise<T>): Promise<T> => {
      const when = this.#crash;
      this.#crash = 'none';
      if (when === 'before') throw new StoreError('failed', 'a test');
      const written = await write();
      if (when === 'after') throw new StoreError('failed', 'a test');
      return written;
    };
    return Object.assign(Object.create(store), {
      gather: (...args: Parameters<Store['gather']>) => store.gather(...args),
      ledger: (...args: Parameters<Store['ledger']>) => store.ledger(...args),
      expiredReservations: (at: EpochMs) => store.expiredReservations(at),
      record: (...args: Parameters<Store['record']>) => crashing(() => store.record(...args)),
      ingest: (...args: Parameters<Store['ingest']>) => crashing(() => store.ingest(...args)),
      markDefaulted: (...args: Parameters<Store['markDefaulted']>) => store.markDefaulted(...args),
    });
  }

  async take(step: Step): Promise<void> {
    this.#step++;
    if (step.kind === 'wait') this.#now += step.minutes * MINUTE_MS;
    else if (step.kind === 'restart') await this.#restart(step.how);
    else await this.#all(step.acts, step.crash);
  }

  async #all(acts: readonly Act[], crash: Crash): Promise<void> {
    this.#crash = crash;
    this.#fresh = [];
    this.#freed = new Map();
    const before = new Map(this.accounts.map((name) => [name, this.#party(name)]));
    const held = new Map(this.accounts.map((name) => [name, this.#heldBy([name])]));
    await Promise.all(acts.map((act) => this.#act(act)));
    this.#follow(before);
    this.#check(before, held);
  }

  async #act(act: Act): Promise<void> {
    if (act.kind === 'ask') await this.#ask(act.jobs);
    if (act.kind === 'again') await this.#again(act.nth, act.isNewEvent);
    if (act.kind === 'start') await this.#tellStart(act.nth);
    if (act.kind === 'end') await this.#tellEnd(act.nth, act.percent);
    if (act.kind === 'link') await this.#link(act.a, act.b);
    if (act.kind === 'label') await this.#label(act.a, act.label);
    if (act.kind === 'adjust') await this.#adjust(act.a, act.vcpuSeconds);
    if (act.kind === 'sweep') await this.#sweep();
  }

  async #ask(jobs: readonly JobAsked[]): Promise<void> {
    const asked = jobs.map(({ account, ...data }): Job => {
      const name = this.#member(account);
      const id = this.#newId('job');
      const request = jobRequest(id, 'make', { account: idOf(name), data, at: this.#now });
      const { vcpu, timeoutSeconds, fanOut } = data;
      const wanted = Math.ceil(vcpu * timeoutSeconds * Math.min(TIER.fanOutMax, fanOut));
      const fate = { granted: 0, company: 0, expiresAt: 0, isExpired: false, used: null };
      return { request, account: name, timeoutSeconds, wanted, ...fate };
    });
    this.#jobs.push(...asked);
    await Promise.all(asked.map((job) => this.#answer(job, job.request)));
  }

  async #answer(job: Job, request: DecisionRequest): Promise<void> {
    this.#meet(job.account);
    const answer = await this.#running().decide({ ...request, startedMs: performance.now() });
    // A machine too busy for the deadline: who has the default asks again.
    if (answer.kind === 'default') return this.#answer(job, request);
    assert.equal(answer.kind, 'decided');
    assert.ok(answer.record);
    if (answer.action !== 'allow' && answer.action !== 'slow') return;
    const granted = answer.record.decision.limits.vcpuSeconds ?? Number.NaN;
    assert.ok(granted >= 1, 'who is admitted has something reserved');
    assert.ok(job.granted === 0 || job.granted === granted, 'the same answer again');
    if (job.granted > 0) return;
    job.granted = granted;
    job.company = Number(answer.record.facts['party.accounts']);
    const decidedAt = answer.record.decision.at;
    job.expiresAt = decidedAt + WAIT_MS + job.timeoutSeconds * SECOND_MS + LATE_MS;
    this.#fresh.push(job);
  }

  async #again(nth: number, isNewEvent: boolean): Promise<void> {
    const job = this.#jobs[nth % Math.max(1, this.#jobs.length)];
    if (job === undefined) return;
    const { request } = job;
    const event = { ...request.event, id: isNewEvent ? this.#newId('again') : request.event.id };
    await this.#answer(job, { ...request, event, receivedAt: this.#now });
  }

  async #tellStart(nth: number): Promise<void> {
    const job = nthOf(this.#pending(), nth);
    if (job === undefined) return;
    const id = this.#newId('start');
    await this.#tell([{ ...job.request.event, type: 'job.started', data: {}, id, bodyHash: id }]);
    if (job.used === null) {
      job.expiresAt = this.#now + job.timeoutSeconds * SECOND_MS + LATE_MS;
    }
  }

  async #tellEnd(nth: number, percent: number): Promise<void> {
    // Also those that were given up: they ran after all.
    const job = nthOf(
      this.#jobs.filter(({ granted, used }) => granted > 0 && used === null),
      nth,
    );
    if (job === undefined) return;
    const before = this.#heldBy([job.account]);
    job.used = Math.min(job.wanted, Math.ceil((job.granted * percent) / 100));
    const freed = Math.max(0, before - this.#heldBy([job.account]));
    this.#freed.set(job.account, (this.#freed.get(job.account) ?? 0) + freed);
    const id = `end of ${job.request.event.id}`;
    const data = { vcpuSeconds: job.used };
    await this.#tell([{ ...job.request.event, type: 'job.finished', data, id, bodyHash: id }]);
  }

  /** Both read one mailbox. */
  async #link(a: number, b: number): Promise<void> {
    const names = new Set([this.#member(a), this.#member(b)]);
    const mailbox = `${this.#newId('mailbox')}@mail.example`;
    await this.#tell(
      [...names].map((name) => this.#event(name, 'account.verified', { email: mailbox })),
    );
  }

  async #label(a: number, label: string): Promise<void> {
    await this.#tell([this.#event(this.#member(a), 'review.labelled', { label })]);
  }

  async #adjust(a: number, vcpuSeconds: number): Promise<void> {
    const name = this.#member(a);
    const { id, subject, time, bodyHash } = this.#event(name, 'review.labelled', {});
    const adjustment = { vcpuSeconds, by: 'a test', reason: 'to see' };
    await this.#tell([adjustmentEvent({ id, subject, time }, adjustment, bodyHash)]);
    if (vcpuSeconds < 0) {
      this.#taken.set(name, (this.#taken.get(name) ?? 0) - vcpuSeconds);
      return;
    }
    for (const { gifts } of [this.#termsOf(name), this.#termsOfParty(this.#party(name))]) {
      gifts.set(this.#step, vcpuSeconds + (gifts.get(this.#step) ?? 0));
    }
  }

  async #sweep(): Promise<void> {
    const sweep = () => this.#running().expire();
    await sweep().catch(sweep);
    for (const job of this.#pending()) if (job.expiresAt <= this.#now) job.isExpired = true;
  }

  /** Told until it is taken, as a provider does. */
  async #tell(events: readonly Event[]): Promise<void> {
    for (const { subject } of events) this.#meet(`gitlab/${subject.account}` as AccountRef);
    const send = () => this.#running().ingest(events, this.#now);
    const taken = await send().catch(send);
    assert.equal(taken.kind, 'stored');
  }

  #event(name: AccountRef, type: Event['type'], data: Event['data']): Event {
    const id = this.#newId(type);
    const { event } = jobRequest(id, '', { account: idOf(name), at: this.#now });
    return { ...event, type, data, subject: { ...event.subject, job: null } };
  }

  /** Parties that changed have the terms of all whose accounts came. */
  #follow(before: ReadonlyMap<AccountRef, PartyId>): void {
    for (const [name, from] of before) {
      const into = this.#party(name);
      if (from === into) continue;
      const left = this.#termsOfParty(from);
      const own = this.#termsOf(name);
      const terms = this.#termsOfParty(into);
      terms.since = Math.min(terms.since, own.since, left.since);
      for (const [step, gift] of [...left.gifts, ...own.gifts]) terms.gifts.set(step, gift);
    }
  }

  #check(before: ReadonlyMap<AccountRef, PartyId>, held: ReadonlyMap<AccountRef, number>): void {
    for (const { account: name } of this.#fresh) {
      this.#within([name], this.#termsOf(name), 'of an account');
    }
    for (const id of new Set(this.#fresh.map(({ account }) => this.#party(account)))) {
      this.#checkParty(id, before, held);
    }
  }

  /**
   * Granted in the party as it is now, or in one that it was made of in this step: acts come
   * through in any order. How many accounts the record counted says which.
   */
  #checkParty(
    id: PartyId,
    before: ReadonlyMap<AccountRef, PartyId>,
    held: ReadonlyMap<AccountRef, number>,
  ): void {
    const members = this.#members(id);
    const own = this.#fresh.filter(({ account }) => members.includes(account));
    const hasChanged = members.some((name) => {
      const were = [...before.values()].filter((party) => party === before.get(name)).length;
      return before.get(name) !== id || were !== members.length;
    });
    const now = own.filter(({ company }) => company === members.length);
    if (now.length > 0) this.#within(members, this.#termsOfParty(id), 'since they were linked');
    if (!hasChanged) {
      this.#checkCaps(members, own);
      return;
    }
    for (const party of new Set(members.map((name) => before.get(name)))) {
      const were = this.accounts.filter((name) => before.get(name) === party);
      const earlier = this.#fresh.filter(
        ({ account, company }) => company === were.length && were.includes(account),
      );
      if (were.length === members.length || earlier.length === 0 || party === undefined) continue;
      const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
      const had = sum(were.map((name) => (held.get(name) ?? 0) - (this.#freed.get(name) ?? 0)));
      const granted = sum(earlier.map((job) => job.granted));
      const most = this.#most(were, this.#termsOfParty(party));
      assert.ok(had + granted <= most, `${had} + ${granted} of ${most} before they were linked`);
    }
  }

  /** Whoever is granted something has with all that it was granted before no more than its own. */
  #within(names: readonly AccountRef[], terms: Terms, what: string): void {
    const most = this.#most(names, terms);
    assert.ok(this.#heldBy(names) <= most, `${this.#heldBy(names)} of ${most} ${what}`);
  }

  #checkCaps(members: readonly AccountRef[], fresh: readonly Job[]): void {
    const pending = this.#pending().filter(({ account }) => members.includes(account));
    assert.ok(pending.length <= TIER.concurrencyMax, 'jobs at once');
    const isShort = ({ granted, wanted }: Job): boolean => granted < wanted;
    if (!fresh.some(isShort)) return;
    assert.equal(pending.filter(isShort).length, 1, 'one job at a time may exceed its limit');
  }

  #most(names: readonly AccountRef[], { since, gifts }: Terms): number {
    const isNew = this.#now - since < DAY_MS;
    const basis = isNew ? TIER.firstDayVcpuSeconds : TIER.monthlyVcpuSeconds;
    const given = [...gifts.values()].reduce((sum, gift) => sum + gift, 0);
    const taken = names.reduce((sum, name) => sum + (this.#taken.get(name) ?? 0), 0);
    return Math.max(0, basis + given - taken);
  }

  /** Reserved by jobs under way and used by those that have ended. */
  #heldBy(names: readonly AccountRef[]): number {
    return this.#jobs
      .filter(({ account }) => names.includes(account))
      .reduce((sum, { used, isExpired, granted }) => sum + (used ?? (isExpired ? 0 : granted)), 0);
  }

  #pending(): readonly Job[] {
    return this.#jobs.filter(
      ({ granted, used, isExpired }) => granted > 0 && used === null && !isExpired,
    );
  }

  async #restart(how: 'close' | 'kill'): Promise<void> {
    if (how === 'close') {
      this.#open?.close();
    } else {
      // What a process leaves behind that is killed now; the one that lives on is forgotten.
      const copy = mkdtempSync(join(tmpdir(), 'davylamp-gang-'));
      for (const file of ['davylamp.db', 'davylamp.db-wal']) {
        cpSync(join(this.#directory, file), join(copy, file));
      }
      this.forget();
      this.#directory = copy;
    }
    await this.open();
  }

  /** The end of it adds up, too. */
  close(): Promise<void> {
    return this.#restart('close');
  }

  forget(): void {
    this.#open?.close();
    this.#open = null;
    rmSync(this.#directory, { recursive: true });
  }

  /** What `davylamp doctor` says of the ledger. Some of it is written when the store is opened. */
  #problems(): readonly string[] {
    assert.ok(this.#open);
    const { ledger } = this.#open;
    return audit({
      holders: [...ledger.holders()].map(({ holder, books }) => [holder, books] as const),
      reservations: ledger.reservations(),
      transfers: ledger.transfers(),
      partyOf: (name) => this.#party(name),
    });
  }

  #running(): Pipeline {
    assert.ok(this.#pipeline);
    return this.#pipeline;
  }

  #party(name: AccountRef): PartyId {
    assert.ok(this.#links);
    return this.#links.partyOf(name);
  }

  #members(id: PartyId): readonly AccountRef[] {
    return this.accounts.filter((name) => this.#party(name) === id);
  }

  #member(i: number): AccountRef {
    const name = this.accounts[i % this.accounts.length];
    assert.ok(name);
    return name;
  }

  /** It is known from here on. */
  #meet(name: AccountRef): void {
    const terms = this.#termsOf(name);
    const party = this.#termsOfParty(this.#party(name));
    party.since = Math.min(party.since, terms.since);
  }

  #termsOf(name: AccountRef): Terms {
    return known(this.#accountTerms, name, this.#now);
  }

  #termsOfParty(id: PartyId): Terms {
    return known(this.#partyTerms, id, this.#now);
  }

  #newId(what: string): string {
    return `${what}-${this.#events++}`;
  }
}

function known<Key>(all: Map<Key, Terms>, key: Key, now: EpochMs): Terms {
  const found = all.get(key) ?? { since: now, gifts: new Map() };
  all.set(key, found);
  return found;
}

function nthOf<T>(list: readonly T[], nth: number): T | undefined {
  return list[nth % Math.max(1, list.length)];
}

function idOf(name: AccountRef): string {
  return name.slice(name.indexOf('/') + 1);
}
