/**
 * The pools of a policy file: by provider what it gives away in a month, what is assumed of a job
 * that does not say how long it may run, and how many jobs its machines run at once.
 */
import { balanceVcpuSecondsMax, jobSecondsMax, jobVcpuMax, queueSlotsMax } from '../base/limits.ts';
import type { YamlNode } from '../base/yaml.ts';
import { type Assumed, type Pool, UNLIMITED_POOL } from '../model/pool.ts';
import type { PolicyProblems } from './policy-problem.ts';
import { readFields, readMap, readNumber } from './yaml-fields.ts';

export type PoolOf = (provider: string) => Pool;

const POOL = { monthlyVcpuSeconds: 'optional', assumed: 'optional', slots: 'optional' } as const;

const MONTHLY = { least: 0, most: balanceVcpuSecondsMax / 2, whole: true };
const SLOTS = { least: 1, most: queueSlotsMax, whole: true };

export function readPools(node: YamlNode, problems: PolicyProblems): PoolOf {
  const pools = new Map<string, Pool>();
  for (const { key, value, duplicate } of readMap(node, 'pools', problems)?.entries ?? []) {
    if (problems.full) break;
    if (duplicate) problems.add('duplicate-key', 'pools names a provider twice', key.start);
    const fields = readFields(value, 'a pool', POOL, problems);
    const { monthlyVcpuSeconds: limit, assumed, slots } = fields ?? {};
    pools.set(key.value, {
      monthlyVcpuSeconds:
        (limit && readNumber(limit, 'monthlyVcpuSeconds', MONTHLY, problems)) ?? null,
      assumed: (assumed && readAssumed(assumed, problems)) ?? null,
      slots: (slots && readNumber(slots, 'slots', SLOTS, problems)) ?? null,
    });
  }
  return (provider) => pools.get(provider) ?? UNLIMITED_POOL;
}

const ASSUMED = {
  vcpu: 'required',
  timeoutSeconds: 'required',
  usedSeconds: 'required',
  shareMax: 'required',
} as const;

function readAssumed(node: YamlNode, problems: PolicyProblems): Assumed | null {
  const fields = readFields(node, 'assumed', ASSUMED, problems);
  if (fields === null) return null;
  const read = (name: keyof Assumed, least: number, most: number, whole: boolean): number => {
    const field = fields[name];
    return (field && readNumber(field, name, { least, most, whole }, problems)) ?? least;
  };
  const assumed = {
    vcpu: read('vcpu', 0.001, jobVcpuMax, false),
    timeoutSeconds: read('timeoutSeconds', 1, jobSecondsMax, true),
    usedSeconds: read('usedSeconds', 1, jobSecondsMax, true),
    shareMax: read('shareMax', 0.001, 1, false),
  };
  if (fields.timeoutSeconds && assumed.usedSeconds > assumed.timeoutSeconds) {
    const message = 'usedSeconds is at most timeoutSeconds: no job runs longer than it may';
    problems.add('wrong-value', message, (fields.usedSeconds ?? node).start);
  }
  return assumed;
}
