import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROCESSORS_USUAL, processorsOf } from './processors.ts';

function check(expected: Readonly<Record<string, number>>): void {
  for (const [label, processors] of Object.entries(expected)) {
    assert.equal(processorsOf([label]), processors, label);
  }
}

test('a number with its name, as each dialect has it', () => {
  check({
    ...{ 'cpu=8': 8, 'cpus 8': 8, 'cpus:8': 8, 'vcpus=16': 16, 'cpu:12': 12, 'cpu_count 6': 6 },
    ...{ 'ocpus=8': 16, 'ocpus 4': 8, 'cpu=16000m': 16, 'cpus 2.5': 3, 'cpu_quota 800000': 8 },
  });
});

test('a label that says how many, and a size', () => {
  check({
    ...{ 'ubuntu-16-core': 16, 'linux-8cpu': 8, 'ubuntu-latest-4-cores': 4, 'x-64vcpu-2204': 64 },
    ...{ 'ubuntu-latest-x64-16x': 16, 'large': 4, 'xlarge': 8, '2xlarge': 16, 'x-large': 8 },
    ...{ '2x-large': 16, 'arm.large': 4, 'saas-linux-2xlarge-amd64': 16, 'macos-14-xlarge': 8 },
  });
});

test('types of machines in clouds', () => {
  check({
    ...{ 'n1-standard-16': 16, 'e2-highcpu-8': 8, 'e1-standard-4': 4, 'Standard_D16s_v3': 16 },
    ...{ 'c6.4xlarge': 16, 'ecs.c7.16xlarge': 64, 'm5.large': 2, 'm5.xlarge': 4 },
    ...{ 'VM.Standard2.16': 32, 'BM.Standard.A1.160': 320, 'BM.Standard3.64': 128 },
  });
});

test('what says nothing of processors, or nothing credible, is a usual machine', () => {
  const labels = ['', 'ubuntu-22.04', 'self-hosted', 'cpu=500m', 'cpus 0.5', 'cpu_shares 1024'];
  const odd = ['cpu=x', 'cpu=1e9', '99999-core', 'nvidia.com/gpu=8', 'memory=64Gi', 'standard'];
  for (const label of [...labels, ...odd, '9'.repeat(100_000)]) {
    assert.equal(processorsOf([label]), PROCESSORS_USUAL, label.slice(0, 40));
  }
  assert.equal(processorsOf([]), PROCESSORS_USUAL);
  assert.equal(processorsOf(['large', 'cpu=64', 'ubuntu-8-core']), 64);
});
