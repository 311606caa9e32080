import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCgroupPath } from './cgroup-path.ts';

const id = '3fd4b1f0c7e95c3d0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef';
const uid = '8dbc4577-4dbb-4bf4-9b9c-3b1b4d8a1a77';
const uidAsUnit = uid.replaceAll('-', '_');
const slice = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uidAsUnit}.slice`;

/** The forms that runtimes and kubelets really make, by driver. */
const FORMS: readonly (readonly [path: string, expected: object | null])[] = [
  [`/docker/${id}`, { kind: 'container', container: id, cgroup: `/docker/${id}` }],
  [`/docker/${id}/init.scope`, { kind: 'unit', unit: 'init.scope' }],
  [`/system.slice/docker-${id}.scope`, { kind: 'container', container: id }],
  [`/machine.slice/libpod-${id}.scope`, { kind: 'container', container: id }],
  [
    `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope/container`,
    { kind: 'container', container: id },
  ],
  [`/kubepods/burstable/pod${uid}/${id}`, { kind: 'pod', pod: uid, container: id }],
  [`/kubepods/pod${uid}/${id}`, { kind: 'pod', pod: uid, container: id }],
  [`/kubepods/besteffort/pod${uid}`, { kind: 'pod', pod: uid, container: null }],
  [`${slice}/cri-containerd-${id}.scope`, { kind: 'pod', pod: uid, container: id }],
  [`${slice}/crio-${id}.scope`, { kind: 'pod', pod: uid, container: id }],
  [`${slice}/docker-${id}.scope`, { kind: 'pod', pod: uid, container: id }],
  [slice, { kind: 'pod', pod: uid, container: null, cgroup: slice }],
  [
    `/kubepods.slice/kubepods-pod${uidAsUnit}.slice/cri-containerd-${id}.scope`,
    { kind: 'pod', pod: uid, container: id },
  ],
  [`/kubepods/pod${'ab'.repeat(16)}/${id}`, { kind: 'pod', pod: 'ab'.repeat(16), container: id }],
  [
    `/docker/${'f'.repeat(64)}/kubelet/kubepods/burstable/pod${uid}/${id}`,
    { kind: 'pod', pod: uid, container: id },
  ],
  [`/system.slice/containerd.service/:cri-containerd:${id}`, { kind: 'container', container: id }],
  [
    '/system.slice/actions.runner.acme-web.host1.service',
    { kind: 'unit', unit: 'actions.runner.acme-web.host1.service' },
  ],
  ['/system.slice/run-r4f2.scope', { kind: 'unit', unit: 'run-r4f2.scope' }],
  ['/user.slice', null],
  ['/', null],
  ['', null],
  [`/docker/${id.slice(1)}`, null],
  ['/podium', null],
  ['/kubepods/podracer', null],
];

for (const [path, expected] of FORMS) {
  test(`the owner of ${path || 'nothing'}`, () => {
    const owner = readCgroupPath(path);
    if (expected === null || owner === null) assert.equal(owner, expected);
    else assert.deepEqual({ ...owner, ...expected }, owner);
  });
}

test('whatever a path is, its owner stands in it', () => {
  const part = fc.oneof(fc.string(), fc.constantFrom('docker', `pod${uid}`, id, 'a.scope'));
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const path = `/${parts.join('/')}`;
      const owner = readCgroupPath(path);
      if (owner !== null) assert.ok(path.startsWith(owner.cgroup));
    }),
  );
});
