/**
 * One gang, one allowance: whatever k accounts ask, in whatever order, linked whenever, with
 * crashes wherever. What they were granted is counted here by another way than the ledger's: job
 * by job.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Prng } from '../base/prng.ts';
import { DAY_MS, HOUR_MS } from '../base/time.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import { DEFAULT_TIERS } from '../model/tier.ts';
import { type Answer, account, type Crash, LedgerWorld, party } from './test-world.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);
const TIER = { ...DEFAULT_TIERS.new, concurrencyMax: 5 };

interface Job {
  readonly account: AccountRef;
  readonly key: OperationKey;
  readonly asked: number;
  readonly reserved: number;
  state: 'pending' | 'over';
  used: number;
}

class Gang {
  readonly world = new LedgerWorld();
  readonly accounts: readonly AccountRef[];
  readonly jobs: Job[] = [];
  /** When an account first asked; a party is known since one of its own did, or since a link. */
  readonly since = new Map<AccountRef, number>();
  readonly knownSince = new Map<PartyId, number>();
  /**
   * What each party could still be granted when it was last linked, what it was granted since, and
   * how many jobs were before.
   */
  readonly linked = new Map<PartyId, { left: number; granted: number; before: number }>();

  constructor(size: number) {
    this.accounts = Array.from({ length: size }, (_, i) => account(`a${i}`));
    // The middle of a month, so that none ends within the days of a run.
    this.world.now = Date.UTC(2026, 0, 2);
  }

  member(i: number): AccountRef {
    const found = this.accounts[i % this.accounts.length];
    assert.ok(found);
    return found;
  }

  membersOf(id: PartyId): readonly AccountRef[] {
    return this.accounts.filter((name) => this.world.partyOf(name) === id);
  }

  /** Reserved by jobs under way and used by those that are over. */
  grantedTo(names: readonly AccountRef[]): number {
    return this.jobs
      .filter((job) => names.includes(job.account))
      .reduce((sum, job) => sum + (job.state === 'pending' ? job.reserved : job.used), 0);
  }

  entitlementSince(since: number | undefined): number {
    const isNew = this.world.now - (since ?? this.world.now) < DAY_MS;
    return isNew ? TIER.firstDayVcpuSeconds : TIER.monthlyVcpuSeconds;
  }

  /** The most that one job may use beyond what was reserved for it. */
  overrunMax(names: readonly AccountRef[]): number {
    const own = this.jobs.filter((job) => names.includes(job.account));
    return Math.max(0, ...own.map(({ asked, reserved }) => asked - reserved));
  }

  ask(i: number, seconds: number, fanOut: number, crash: Crash): void {
    const name = this.member(i);
    const id = this.world.partyOf(name);
    const members = this.membersOf(id);
    const before = this.grantedTo(members);
    const ownBefore = this.grantedTo([name]);
    const key = this.world.newKey();
    const answer = this.world.apply(
      {
        kind: 'reserve',
        key,
        account: name,
        party: id,
        tier: TIER,
        poolMonthlyVcpuSeconds: null,
        since: null,
        vcpu: 1,
        timeoutSeconds: seconds,
        fanOut,
        untold: null,
      },
      crash,
    );
    if (typeof answer === 'string') return;
    if (!this.since.has(name)) this.since.set(name, this.world.now);
    if (!this.knownSince.has(id)) this.knownSince.set(id, this.world.now);
    const reserved = answer.vcpuSeconds;
    const asked = seconds * answer.fanOut;
    this.jobs.push({ account: name, key, asked, reserved, state: 'pending', used: 0 });
    const entitlement = this.entitlementSince(this.knownSince.get(id));
    assert.ok(before + reserved <= entitlement, `${before} + ${reserved} of ${entitlement}`);
    const alone = this.entitlementSince(this.since.get(name));
    assert.ok(ownBefore + reserved <= alone, 'no more than an account alone');
    const link = this.linked.get(id);
    if (link !== undefined) link.granted += reserved;
  }

  /** `share` of 1 is all that was asked, more than what was reserved where that was short. */
  end(i: number, share: number, crash: Crash): void {
    const job = this.pending(i);
    if (job === null) return;
    job.used = Math.floor(job.asked * share);
    const { account: name, key, used } = job;
    const names = { account: name, party: this.world.partyOf(name), reservation: key };
    this.take({ ...names, kind: 'post', vcpuSeconds: used }, crash);
    this.over(job, used - job.reserved);
  }

  lose(i: number, crash: Crash): void {
    const job = this.pending(i);
    if (job === null) return;
    const { account: name, key } = job;
    const names = { account: name, party: this.world.partyOf(name), reservation: key };
    this.take({ ...names, kind: 'void' }, crash);
    this.over(job, -job.reserved);
  }

  link(i: number, j: number, crash: Crash): void {
    const [from, into] = [this.world.partyOf(this.member(i)), this.world.partyOf(this.member(j))];
    if (from === into) return;
    this.take({ kind: 'merge', from, into }, crash);
    for (const name of this.membersOf(from)) this.world.parties.set(name, into);
    this.linked.delete(from);
    const since = [from, into].map((id) => this.knownSince.get(id) ?? this.world.now);
    this.knownSince.set(into, Math.min(...since));
    const members = this.membersOf(into);
    // All that could ever be left: a party in its first day has the month's allowance tomorrow.
    const left = Math.max(0, TIER.monthlyVcpuSeconds - this.grantedTo(members));
    this.linked.set(into, { left, granted: 0, before: this.jobs.length });
  }

  check(): void {
    assert.deepEqual(this.world.problems(), []);
    for (const [id, { left, granted }] of this.linked) {
      const members = this.membersOf(id);
      const most = left + this.overrunMax(members);
      assert.ok(granted <= most, `granted ${granted} since linked, ${left} were left`);
    }
    for (const name of this.accounts) {
      if (this.linked.has(this.world.partyOf(name))) continue;
      const most = this.entitlementSince(this.since.get(name)) + this.overrunMax([name]);
      assert.ok(this.grantedTo([name]) <= most, 'an account alone has its own budget');
    }
  }

  private pending(i: number): Job | null {
    const pending = this.jobs.filter(({ state }) => state === 'pending');
    return pending[i % Math.max(1, pending.length)] ?? null;
  }

  private over(job: Job, change: number): void {
    job.state = 'over';
    const link = this.linked.get(this.world.partyOf(job.account));
    if (link === undefined) return;
    // A job of before the link was granted to the account alone, with what it uses beyond.
    const isBefore = this.jobs.indexOf(job) < link.before;
    link.granted += isBefore ? Math.min(0, change) : change;
  }

  private take(operation: Record<string, unknown>, crash: Crash): Answer {
    const key = this.world.newKey();
    const answer = this.world.apply(
      { ...operation, key } as Parameters<LedgerWorld['apply']>[0],
      crash,
    );
    assert.ok(typeof answer !== 'string', `refused: ${answer}`);
    return answer;
  }
}

/** One step of a gang, which prints itself where a run fails. */
class Step implements fc.Command<object, Gang> {
  readonly name: string;
  readonly act: (gang: Gang) => void;

  constructor(name: string, act: (gang: Gang) => void) {
    this.name = name;
    this.act = act;
  }

  check(): boolean {
    return true;
  }

  run(_model: object, gang: Gang): void {
    this.act(gang);
    gang.check();
  }

  toString(): string {
    return this.name;
  }
}

const someCrash = fc.constantFrom<Crash>('none', 'none', 'before-record', 'after-record');
const number = fc.nat(50);

const steps = [
  fc
    .tuple(number, fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 1, max: 6 }), someCrash)
    .map(([i, seconds, fan, crash]) => {
      return new Step(`ask(${i}, ${seconds}, ${fan}, ${crash})`, (gang) =>
        gang.ask(i, seconds, fan, crash),
      );
    }),
  fc.tuple(number, fc.constantFrom(0, 0.1, 0.5, 1), someCrash).map(([i, share, crash]) => {
    return new Step(`end(${i}, ${share}, ${crash})`, (gang) => gang.end(i, share, crash));
  }),
  fc.tuple(number, someCrash).map(([i, crash]) => {
    return new Step(`lose(${i}, ${crash})`, (gang) => gang.lose(i, crash));
  }),
  fc.tuple(number, number, someCrash).map(([i, j, crash]) => {
    return new Step(`link(${i}, ${j}, ${crash})`, (gang) => gang.link(i, j, crash));
  }),
  fc.integer({ min: 1, max: 30 }).map((hours) => {
    return new Step(`wait(${hours} h)`, (gang) => {
      gang.world.now += hours * HOUR_MS;
    });
  }),
];

test('k accounts never have more than one allowance and one job in flight', () => {
  const runs = fc.property(
    fc.integer({ min: 1, max: 9 }),
    // At most 20 waits of 30 hours: within the month.
    fc.commands(steps, { maxCommands: 60, size: 'max' }),
    (size, commands) => {
      fc.modelRun(() => ({ model: {}, real: new Gang(size) }), commands);
    },
  );
  fc.assert(runs, { numRuns: RUNS });
});

test('nor do 200 that ask for all they can while they are linked one by one', () => {
  const gang = new Gang(200);
  const prng = new Prng(7);
  for (let i = 0; i < 200; i++) {
    gang.ask(i, 3_600, 1, 'none');
    gang.end(0, prng.below(2), 'none');
    if (i % 2 === 0) gang.link(i, prng.below(i + 1), 'after-record');
  }
  for (let i = 1; i < 200; i++) gang.link(i, 0, 'none');
  gang.check();
  assert.equal(gang.membersOf(gang.world.partyOf(gang.member(0))).length, 200);
  const granted = gang.grantedTo(gang.accounts);
  for (let i = 0; i < 200; i++) gang.ask(i, 3_600, 1, 'none');
  assert.equal(gang.grantedTo(gang.accounts), granted, 'the first days had more than a month');
  assert.ok(granted > TIER.monthlyVcpuSeconds);
  assert.ok(granted <= 200 * TIER.firstDayVcpuSeconds);
});

test('and links that are withdrawn leave each with what it used itself', () => {
  const runs = fc.property(
    fc.array(fc.tuple(number, number, fc.nat(3)), { maxLength: 40 }),
    (acts) => {
      const gang = new Gang(5);
      for (const [i, j, act] of acts) {
        if (act === 0) gang.link(i, j, 'none');
        else if (act === 1) gang.end(i, 0.5, 'none');
        else if (act === 2) gang.ask(i, 1 + j * 100, 1, 'none');
        else leave(gang, gang.member(i));
        assert.deepEqual(gang.world.problems(), []);
      }
    },
  );
  fc.assert(runs, { numRuns: RUNS });
});

/** The account is a party of its own again, under an id that may have been merged away. */
function leave({ world }: Gang, name: AccountRef): void {
  const [from, into] = [world.partyOf(name), party(`${name}-alone`)];
  if (from === into) return;
  const answer = world.apply({ kind: 'move', key: world.newKey(), accounts: [name], from, into });
  assert.ok(typeof answer !== 'string', `refused: ${answer}`);
  world.parties.set(name, into);
}
