import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaseMsMax } from '../base/limits.ts';
import { parseSubject } from '../model/ids.ts';
import type { LeaseId, PoolName, QueuedJobKey } from '../model/lease.ts';
import type { AccountRef, PartyMove } from '../model/party.ts';
import type { AdmittedJob, QueueReply } from '../model/queue-request.ts';
import type { Store } from '../ports/store.ts';
import type { Links } from './links.ts';
import { QueueDesk } from './queue-desk.ts';
import { openWorld } from './test-world.ts';

const POOL = 'linux' as PoolName;
const AT = Date.UTC(2026, 0, 1, 12);

function job(name: string, account = `gitlab/${name}`): AdmittedJob {
  const ref = account as AccountRef;
  const key = `${account}/${name}` as QueuedJobKey;
  return { key, account: ref, facts: {}, costVcpuSeconds: 60 };
}

function leaseIn(reply: QueueReply): { readonly id: LeaseId; readonly job: string } {
  assert.equal(reply.kind, 'leased');
  assert(reply.lease !== null, 'a job could start');
  return reply.lease;
}

async function openDesk(t: { after(task: () => Promise<void>): void }) {
  const world = await openWorld();
  t.after(world.close);
  let now = AT;
  const clock = { ...world.ports.clock, now: () => now };
  const { store, policy } = { store: world.store, policy: world.ports.policy };
  const { links } = world.ports;
  const again = (): QueueDesk => new QueueDesk({ store, links, policy, clock });
  const later = (ms: number) => (now += ms);
  return { desk: again(), again, store, links, policy, clock, later };
}

test('a pool serves what is queued, keeps it while it runs, and lets it go', async (t) => {
  const { desk } = await openDesk(t);
  const unknown = await desk.ask({ kind: 'look', pool: POOL });
  assert.equal(unknown.kind === 'refused' && unknown.code, 'no-pool');
  await desk.ask({ kind: 'resize', pool: POOL, slots: 1 });
  const queued = await desk.ask({ kind: 'enqueue', pool: POOL, job: job('a') });
  assert.equal(queued.kind === 'queued' && queued.advice.position, 0);
  await desk.ask({ kind: 'enqueue', pool: POOL, job: job('b') });
  const { id, job: first } = leaseIn(await desk.ask({ kind: 'lease', pool: POOL, runner: 'r1' }));
  assert.equal(first, 'gitlab/a/a');
  const none = await desk.ask({ kind: 'lease', pool: POOL, runner: 'r2' });
  assert.deepEqual(none, { kind: 'leased', lease: null, dropped: [] });
  assert.equal((await desk.ask({ kind: 'heartbeat', pool: POOL, lease: id })).kind, 'kept');
  const over = { kind: 'release', pool: POOL, lease: id, vcpuSeconds: 5 } as const;
  assert.equal((await desk.ask(over)).kind, 'job');
  const lost = await desk.ask(over);
  assert.equal(lost.kind === 'refused' && lost.code, 'lease-lost');
  const second = leaseIn(await desk.ask({ kind: 'lease', pool: POOL, runner: 'r2' }));
  assert.equal(second.job, 'gitlab/b/b');
});

/** The accounts turn out to read one mailbox. */
function link(links: Links, names: readonly string[]): readonly PartyMove[] {
  const shown = ['verified-email', 'one', 'o…@mail.example'];
  const moves = names.flatMap((name) => {
    const subject = parseSubject(`gitlab/${name}`);
    assert(subject !== null, 'an account');
    const written = {
      source: 's',
      id: name,
      subject,
      time: AT,
      bodyHash: '',
      body: '{}',
      definition: null,
    };
    return links.see({ ...written, type: 'account.verified' }, shown, AT);
  });
  links.commit();
  return moves;
}

async function leased(desk: QueueDesk): Promise<string> {
  return leaseIn(await desk.ask({ kind: 'lease', pool: POOL, runner: 'r' })).job;
}

test('accounts that are linked while their jobs wait share one place at once', async (t) => {
  const { desk, again, links } = await openDesk(t);
  await desk.ask({ kind: 'resize', pool: POOL, slots: 20 });
  for (const name of ['a', 'b', 'honest']) {
    await desk.ask({ kind: 'enqueue', pool: POOL, job: job(name) });
  }
  desk.follow(link(links, ['a', 'b']));
  assert.equal(await leased(desk), 'gitlab/a/a');
  assert.equal(await leased(desk), 'gitlab/honest/honest', 'b comes behind: a had its turn');
  const restarted = again();
  assert.equal(await leased(restarted), 'gitlab/b/b');
});

test('a server that starts finds who was linked while it could not say so', async (t) => {
  const { desk, again, links } = await openDesk(t);
  await desk.ask({ kind: 'resize', pool: POOL, slots: 20 });
  for (const name of ['a', 'b', 'honest']) {
    await desk.ask({ kind: 'enqueue', pool: POOL, job: job(name) });
  }
  link(links, ['a', 'b']);
  const restarted = again();
  assert.equal(await leased(restarted), 'gitlab/a/a');
  assert.equal(await leased(restarted), 'gitlab/honest/honest');
});

test('what a store that failed did not keep of it is followed when it works again', async (t) => {
  const { desk, store, links, policy, clock } = await openDesk(t);
  await desk.ask({ kind: 'resize', pool: POOL, slots: 20 });
  for (const name of ['a', 'b', 'honest']) {
    await desk.ask({ kind: 'enqueue', pool: POOL, job: job(name) });
  }
  let failures = 0;
  const keepQueue: Store['keepQueue'] = (changes) =>
    failures++ === 0 ? Promise.reject(new Error('disk full')) : store.keepQueue(changes);
  const ports = { store: { ...store, queue: () => store.queue(), keepQueue }, links };
  const failing = new QueueDesk({ ...ports, policy, clock });
  await failing.ask({ kind: 'look', pool: POOL });
  failing.follow(link(links, ['a', 'b']));
  // Asked in a batch of its own.
  await new Promise(setImmediate);
  assert.equal(await leased(failing), 'gitlab/a/a');
  assert.equal(failures, 2);
  assert.equal(await leased(failing), 'gitlab/honest/honest');
});

test('one party has one turn, however many accounts it has', async (t) => {
  const { desk, links } = await openDesk(t);
  await desk.ask({ kind: 'resize', pool: POOL, slots: 20 });
  const gang = [0, 1, 2, 3, 4, 5].map((i) => `g${i}`);
  link(links, gang);
  for (const name of gang) {
    await desk.ask({ kind: 'enqueue', pool: POOL, job: job(name) });
  }
  await desk.ask({ kind: 'enqueue', pool: POOL, job: job('honest') });
  const first = leaseIn(await desk.ask({ kind: 'lease', pool: POOL, runner: 'r' }));
  const second = leaseIn(await desk.ask({ kind: 'lease', pool: POOL, runner: 'r' }));
  assert.deepEqual([first.job, second.job], ['gitlab/g0/g0', 'gitlab/honest/honest']);
});

test('what was answered is there after a restart, leases too', async (t) => {
  const { desk, again, later } = await openDesk(t);
  await desk.ask({ kind: 'resize', pool: POOL, slots: 2 });
  for (const name of ['a', 'b', 'c']) {
    await desk.ask({ kind: 'enqueue', pool: POOL, job: job(name) });
  }
  const { id } = leaseIn(await desk.ask({ kind: 'lease', pool: POOL, runner: 'r1' }));
  const restarted = again();
  const seen = await restarted.ask({ kind: 'look', pool: POOL });
  assert.deepEqual(seen.kind === 'pool' && seen.view, {
    ...{ pool: POOL, slots: 2, waiting: 2, running: 1 },
  });
  assert.equal((await restarted.ask({ kind: 'heartbeat', pool: POOL, lease: id })).kind, 'kept');
  later(leaseMsMax + 1);
  const next = leaseIn(await restarted.ask({ kind: 'lease', pool: POOL, runner: 'r2' }));
  assert.equal(next.job, 'gitlab/b/b', 'the other party had no turn yet');
  const after = await restarted.ask({ kind: 'look', pool: POOL });
  const { waiting, running } = after.kind === 'pool' ? after.view : assert.fail(after.kind);
  assert.deepEqual({ waiting, running }, { waiting: 2, running: 1 }, 'the lost job waits again');
  const lost = await restarted.ask({ kind: 'heartbeat', pool: POOL, lease: id });
  assert.equal(lost.kind === 'refused' && lost.code, 'lease-lost');
});

test('what could not be stored did not happen', async (t) => {
  const { desk, again, store, links, policy, clock } = await openDesk(t);
  await desk.ask({ kind: 'resize', pool: POOL, slots: 1 });
  let fails = true;
  const failing = new QueueDesk({
    store: {
      ...store,
      queue: () => store.queue(),
      keepQueue: (changes) =>
        fails ? Promise.reject(new Error('disk full')) : store.keepQueue(changes),
    },
    links,
    policy,
    clock,
  });
  const asked = { kind: 'enqueue', pool: POOL, job: job('a') } as const;
  await assert.rejects(failing.ask(asked), /disk full/);
  fails = false;
  const seen = await failing.ask({ kind: 'look', pool: POOL });
  assert.equal(seen.kind === 'pool' && seen.view.waiting, 0);
  assert.equal((await failing.ask(asked)).kind, 'queued');
  const stored = await again().ask({ kind: 'look', pool: POOL });
  assert.equal(stored.kind === 'pool' && stored.view.waiting, 1);
});

test('many who ask at once are answered each, and once', async (t) => {
  const { desk } = await openDesk(t);
  await desk.ask({ kind: 'resize', pool: POOL, slots: 500 });
  const names = Array.from({ length: 300 }, (_, i) => `j${i}`);
  const enqueue = (name: string) => desk.ask({ kind: 'enqueue', pool: POOL, job: job(name) });
  await Promise.all([...names, ...names].map(enqueue));
  const leases = await Promise.all(
    names.map(() => desk.ask({ kind: 'lease', pool: POOL, runner: 'r' })),
  );
  const jobs = leases.flatMap((reply) => (reply.kind === 'leased' && reply.lease?.job) || []);
  assert.equal(new Set(jobs).size, jobs.length, 'no job has two leases');
});
