/** On the real cgroups of this machine, as root; where there are none that is a failure in CI. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CgroupLayout } from '../model/cgroup-layout.ts';
import type { JobRef } from '../model/signal.ts';
import { TestCgroup, writableLayout } from '../sensor/cgroup/test-cgroup.ts';
import { Enforcer } from './enforcer.ts';
import { openJournal } from './journal.ts';
import type { Measure } from './measure.ts';
import type { WantedMeasure } from './run-rule.ts';

const job = 'lab/local/j' as JobRef;
const layout = writableLayout();

if (layout === null) {
  test('cgroups can be made here, or this is nobody’s check', () => {
    assert.notEqual(process.env['CI'], 'true');
  });
} else {
  test('a cap is taken once, renewed, replaced, and undone to what was there', async () => {
    const world = new World(layout);
    const cap = (cpuShare: number) =>
      world.want({ kind: 'cap', cgroup: world.path, caps: { cpuShare } });
    const before = world.quota;
    world.enforcer.enforce(job, [cap(0.5)]);
    const half = world.quota;
    assert.notEqual(half, before);
    world.enforcer.enforce(job, [cap(0.5)]);
    assert.equal(world.count('measure taken'), 1);
    world.enforcer.enforce(job, [cap(0.25)]);
    assert.equal(Number(world.quota.split(' ')[0]) * 2, Number(half.split(' ')[0]));
    world.nowMs += 59_000;
    world.enforcer.expire();
    assert.notEqual(world.quota, before);
    world.nowMs += 1_000;
    world.enforcer.expire();
    assert.equal(world.quota, before);
    assert.deepEqual(world.enforcer.held, []);
    await world.end();
  });

  test('what a killed agent left behind is undone by the next one', async () => {
    const world = new World(layout);
    const before = world.quota;
    const caps = { cpuShare: 0.5, cpuWeight: 10 };
    world.enforcer.enforce(job, [world.want({ kind: 'cap', cgroup: world.path, caps })]);
    const next = world.restart();
    assert.equal(next.held.length, 1);
    world.nowMs += 61_000;
    next.expire();
    assert.equal(world.quota, before);
    assert.deepEqual(world.restart().held, []);
    await world.end();
  });

  test('in a dry run nothing is written, anywhere', async () => {
    const world = new World(layout, true);
    const before = world.quota;
    world.enforcer.enforce(job, [
      world.want({ kind: 'cap', cgroup: world.path, caps: { cpuShare: 0.5 } }),
      world.want({ kind: 'stop', cgroup: world.path }),
    ]);
    assert.equal(world.quota, before);
    assert.equal(world.count('measure would be taken'), 2);
    assert.deepEqual(world.restart().held, []);
    await world.end();
  });

  test('a frozen job stands still, goes on after the undo, and is ended by a stop', async () => {
    const world = new World(layout);
    const child = world.cgroup.spawn(['sleep', '60']);
    await once(child, 'spawn');
    while (world.cgroup.pids.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const freezer = () =>
      layout.version === 2
        ? world.cgroup.read('freezer', 'cgroup.freeze')
        : world.cgroup.read('freezer', 'freezer.state');
    const thawed = freezer();
    world.enforcer.enforce(job, [world.want({ kind: 'freeze', cgroup: world.path })]);
    assert.notEqual(freezer(), thawed);
    assert.equal(world.enforcer.undo(job, 'a person said so'), 1);
    assert.equal(freezer(), thawed);
    world.enforcer.enforce(job, [
      world.want({ kind: 'freeze', cgroup: world.path }),
      world.want({ kind: 'stop', cgroup: world.path }),
    ]);
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGKILL');
    await world.end();
  });

  test('what cannot be done is tried once a minute', async () => {
    const world = new World(layout);
    const gone = world.want({ kind: 'freeze', cgroup: '/no-such-cgroup' });
    for (const seconds of [0, 30, 31, 1]) {
      world.nowMs += seconds * 1_000;
      world.enforcer.expire();
      world.enforcer.enforce(job, [gone]);
    }
    assert.equal(world.count('measure is not possible'), 2);
    await world.end();
  });
}

test('a cut is added, is there, and is deleted, in a network namespace of its own', () => {
  const script = join(import.meta.dirname, 'test-cut.ts');
  const run = spawnSync('unshare', ['-n', process.execPath, script], { encoding: 'utf8' });
  if (run.error !== undefined || run.stderr.includes('Operation not permitted')) {
    assert.notEqual(process.env['CI'], 'true', run.stderr);
    return;
  }
  assert.equal(run.status, 0, run.stderr);
});

class World {
  readonly cgroup: TestCgroup;
  readonly enforcer: Enforcer;
  nowMs = 1_000_000;
  readonly #lines: string[] = [];
  readonly #journal = join(mkdtempSync(join(tmpdir(), 'enforcer-')), 'measures.ndjson');
  readonly #dryRun: boolean;
  static #count = 0;

  constructor(on: CgroupLayout, dryRun = false) {
    this.cgroup = new TestCgroup(on, `/davylamp-test-${process.pid}-${World.#count++}`);
    this.#dryRun = dryRun;
    this.enforcer = this.restart();
  }

  get path(): string {
    return this.cgroup.path;
  }

  get quota(): string {
    const two = this.cgroup.layout.version === 2;
    return this.cgroup.read('cpu', two ? 'cpu.max' : 'cpu.cfs_quota_us');
  }

  restart(): Enforcer {
    const log = (message: string) => void this.#lines.push(message);
    return new Enforcer({
      layout: this.cgroup.layout,
      journal: openJournal(this.#journal, 'boot'),
      log: { debug: log, info: log, warn: log, error: log },
      dryRun: this.#dryRun,
      uptimeMs: () => this.nowMs,
      coresOf: () => 2,
    });
  }

  want(measure: Measure): WantedMeasure {
    return { measure, rule: 'test', ttlSeconds: 60, reason: 'odd' };
  }

  count(message: string): number {
    return this.#lines.filter((line) => line === message).length;
  }

  end(): Promise<void> {
    return this.cgroup.remove();
  }
}
