import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CgroupLayout } from '../model/cgroup-layout.ts';
import type { Measure } from './measure.ts';
import { planOf } from './plan.ts';

const ONE: CgroupLayout = {
  version: 1,
  root: '/cpuacct',
  roots: { cpu: '/cpu', cpuacct: '/cpuacct', memory: '/memory', freezer: '/freezer' },
  treeName: 'cpuacct',
};
const TWO: CgroupLayout = {
  version: 2,
  root: '/cg',
  roots: { cpu: '/cg', cpuacct: '/cg', memory: '/cg', freezer: '/cg', cpuset: '/cg' },
  treeName: '',
};

/** Files as kernels show them in a cgroup that nobody has limited. */
const FILES: Readonly<Record<string, string>> = {
  '/cpu/j/cpu.cfs_quota_us': '-1\n',
  '/cpu/j/cpu.cfs_period_us': '100000\n',
  '/cpu/j/cpu.shares': '1024\n',
  '/memory/j/memory.limit_in_bytes': '9223372036854771712\n',
  '/freezer/j/freezer.state': 'THAWED\n',
  '/cg/j/cpu.max': 'max 100000\n',
  '/cg/j/cpu.weight': '100\n',
  '/cg/j/memory.high': 'max\n',
  '/cg/j/memory.max': 'max\n',
  '/cg/j/cgroup.freeze': '0\n',
};

function plan(measure: Measure, layout: CgroupLayout, files: Readonly<Record<string, string>>) {
  const read = (file: string): string | null => ({ ...FILES, ...files })[file] ?? null;
  return planOf(measure, { layout, read, cores: 4, ttlSeconds: 60 });
}

function writes(measure: Measure, layout: CgroupLayout, files = {}): readonly string[] {
  const made = plan(measure, layout, files);
  assert.ok(made.ok);
  const text = made.value.apply.map((one) =>
    one.kind === 'write' ? `${one.file}=${one.value}` : '',
  );
  const undo = made.value.undo.map((one) =>
    one.kind === 'write' ? `${one.file}=${one.value}` : '',
  );
  return [...text, '|', ...undo];
}

const caps = { cpuShare: 0.5, cpuWeight: 10, memoryHighBytes: 1_000, memoryMaxBytes: 2_000 };
const cap: Measure = { kind: 'cap', cgroup: '/j', caps };

test('a cap on version 1, where there is no mild cap on memory', () => {
  assert.deepEqual(writes(cap, ONE), [
    '/cpu/j/cpu.cfs_quota_us=200000',
    '/cpu/j/cpu.shares=102',
    '/memory/j/memory.limit_in_bytes=2000',
    '|',
    '/cpu/j/cpu.cfs_quota_us=-1',
    '/cpu/j/cpu.shares=1024',
    '/memory/j/memory.limit_in_bytes=9223372036854771712',
  ]);
});

test('a cap on version 2', () => {
  assert.deepEqual(writes(cap, TWO), [
    '/cg/j/cpu.max=200000 100000',
    '/cg/j/cpu.weight=10',
    '/cg/j/memory.high=1000',
    '/cg/j/memory.max=2000',
    '|',
    '/cg/j/cpu.max=max 100000',
    '/cg/j/cpu.weight=100',
    '/cg/j/memory.high=max',
    '/cg/j/memory.max=max',
  ]);
});

test('a limit of the job that is stricter already stays', () => {
  const strict = { '/cg/j/cpu.max': '50000 100000\n', '/cg/j/cpu.weight': '5\n' };
  const own = { ...strict, '/cg/j/memory.high': '500\n', '/cg/j/memory.max': '2000\n' };
  assert.deepEqual(writes(cap, TWO, own), ['|']);
});

test('a job that is frozen already is neither frozen nor thawed by us', () => {
  const freeze: Measure = { kind: 'freeze', cgroup: '/j' };
  assert.deepEqual(writes(freeze, ONE), [
    '/freezer/j/freezer.state=FROZEN',
    '|',
    '/freezer/j/freezer.state=THAWED',
  ]);
  assert.deepEqual(writes(freeze, TWO), ['/cg/j/cgroup.freeze=1', '|', '/cg/j/cgroup.freeze=0']);
  assert.deepEqual(writes(freeze, TWO, { '/cg/j/cgroup.freeze': '1\n' }), ['|']);
});

test('what a cgroup has no files for cannot be done', () => {
  for (const measure of [cap, { kind: 'freeze', cgroup: '/j' }] as const) {
    const gone = planOf(measure, { layout: TWO, read: () => null, cores: 1, ttlSeconds: 1 });
    assert.ok(!gone.ok);
  }
});

test('only addresses get into the script of a cut', () => {
  const cut = (client: string, server: string) => plan({ kind: 'cut', client, server }, TWO, {});
  const made = cut('127.0.0.1:40000', '127.0.0.1:3333');
  assert.ok(made.ok && made.value.apply[0]?.kind === 'nft');
  const { script } = made.value.apply[0];
  assert.match(script, /cut4 \{ 127\.0\.0\.1 \. 40000 \. 127\.0\.0\.1 \. 3333 timeout 60s, /);
  assert.ok(cut('[::1]:1', '[2001:db8::1]:2').ok);
  for (const [a, b] of [
    ['127.0.0.1:40000', '[::1]:1'],
    ['127.0.0.1:0', '127.0.0.1:1'],
    ['127.0.0.1; flush ruleset:1', '127.0.0.1:1'],
    ['[::1%lo]:1', '[::1]:1'],
    ['', ''],
  ]) {
    assert.ok(!cut(a ?? '', b ?? '').ok, `${a} ${b}`);
  }
});
