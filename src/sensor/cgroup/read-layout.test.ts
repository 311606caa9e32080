import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { countCpus } from './cgroup-files.ts';
import { cgroupOfProcess, enclosing, readLayout } from './read-layout.ts';

const ONE = `25 1 0:22 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755
26 25 0:23 / /sys/fs/cgroup/systemd rw shared:6 - cgroup cgroup rw,xattr,name=systemd
30 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct
31 25 0:28 / /sys/fs/cgroup/memory rw shared:11 - cgroup cgroup rw,memory
32 25 0:29 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer`;
const TWO = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';
const UNIFIED = '40 25 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw';

test('version 1, with two controllers in one tree', () => {
  const layout = readLayout(ONE, () => false);
  assert.deepEqual(layout, {
    version: 1,
    root: '/sys/fs/cgroup/cpu,cpuacct',
    roots: {
      cpu: '/sys/fs/cgroup/cpu,cpuacct',
      cpuacct: '/sys/fs/cgroup/cpu,cpuacct',
      memory: '/sys/fs/cgroup/memory',
      freezer: '/sys/fs/cgroup/freezer',
    },
    treeName: 'cpuacct',
  });
});

test('version 2, also where the host’s own tree is mounted elsewhere', () => {
  assert.equal(readLayout(TWO, () => true, '/host')?.root, '/host/sys/fs/cgroup');
  assert.equal(readLayout(TWO, () => true)?.version, 2);
});

test('both: the tree with the CPU controller counts', () => {
  assert.equal(readLayout(`${ONE}\n${UNIFIED}`, () => false)?.version, 1);
  assert.equal(readLayout(`${ONE}\n${UNIFIED}`, () => true)?.root, '/sys/fs/cgroup/unified');
});

test('no cgroups, or those of a container alone', () => {
  assert.equal(
    readLayout('', () => true),
    null,
  );
  assert.equal(
    readLayout(TWO.replace(' / /sys', ' /docker/x /sys'), () => true),
    null,
  );
  fc.assert(fc.property(fc.string(), (text) => void readLayout(text, () => true)));
});

test('the cgroup of a process in each', () => {
  const one = readLayout(ONE, () => false);
  const two = readLayout(TWO, () => true);
  assert.ok(one !== null && two !== null);
  const text = '12:freezer:/f\n4:cpu,cpuacct:/docker/a:b\n1:name=systemd:/s\n0::/u\n';
  assert.equal(cgroupOfProcess(text, one), '/docker/a:b');
  assert.equal(cgroupOfProcess(text, two), '/u');
  assert.equal(cgroupOfProcess('', two), null);
  assert.ok(cgroupOfProcess(readFileSync('/proc/self/cgroup', 'latin1'), two) !== undefined);
});

test('what a cgroup stands in', () => {
  assert.deepEqual(enclosing('/a/b/c'), ['/a/b/c', '/a/b', '/a']);
  assert.deepEqual(enclosing('/'), []);
});

test('sets of CPUs', () => {
  assert.equal(countCpus('0-3,8\n'), 5);
  assert.equal(countCpus('7'), 1);
  for (const list of ['', '\n', 'x', '3-1']) assert.equal(countCpus(list), null, list);
});
