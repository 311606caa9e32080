/**
 * The pools of a policy file: by provider what it gives away in a month, what is assumed of a job
 * that does not say how long it may run, how many jobs its machines run at once, and the worth of
 * credit and challenges.
 */
import {
  balanceVcpuSecondsMax,
  jobSecondsMax,
  jobVcpuMax,
  policyIdLengthMax,
  queueSlotsMax,
  vcpuSecondsMax,
} from '../base/limits.ts';
import type { YamlNode } from '../base/yaml.ts';
import { type Assumed, type Pool, UNLIMITED_POOL } from '../model/pool.ts';
import type { PolicyProblems } from './policy-problem.ts';
import { type NumberRange, readFields, readMap, readNumber, readText } from './yaml-fields.ts';

export type PoolOf = (provider: string) => Pool;

const POOL = {
  monthlyVcpuSeconds: 'optional',
  assumed: 'optional',
  slots: 'optional',
  creditVcpuSeconds: 'optional',
  challenges: 'optional',
} as const;

const MONTHLY = { least: 0, most: balanceVcpuSecondsMax / 2, whole: true };
const CREDIT = { least: 0.001, most: vcpuSecondsMax, whole: false };
const CHALLENGE = { least: 1, most: vcpuSecondsMax, whole: true };
const SLOTS = { least: 1, most: queueSlotsMax, whole: true };

export function readPools(node: YamlNode, problems: PolicyProblems): PoolOf {
  const pools = new Map<string, Pool>();
  for (const { key, value, duplicate } of readMap(node, 'pools', problems)?.entries ?? []) {
    if (problems.full) break;
    if (duplicate) problems.add('duplicate-key', 'pools names a provider twice', key.start);
    const fields = readFields(value, 'a pool', POOL, problems);
    if (fields !== null) pools.set(key.value, readPool(fields, problems));
  }
  // An instance of a kind, `gitlab-eu`, has the terms of its kind where it has none of its own.
  return (provider) =>
    pools.get(provider) ?? pools.get(provider.split('-', 1)[0] ?? '') ?? UNLIMITED_POOL;
}

function readPool(
  fields: Partial<Record<keyof typeof POOL, YamlNode>>,
  problems: PolicyProblems,
): Pool {
  const { assumed, challenges } = fields;
  const read = (name: keyof typeof POOL, range: NumberRange): number | null => {
    const field = fields[name];
    return (field && readNumber(field, name, range, problems)) ?? null;
  };
  return {
    monthlyVcpuSeconds: read('monthlyVcpuSeconds', MONTHLY),
    assumed: (assumed && readAssumed(assumed, problems)) ?? null,
    slots: read('slots', SLOTS),
    creditVcpuSeconds: read('creditVcpuSeconds', CREDIT),
    challenges: challenges ? readChallenges(challenges, problems) : new Map(),
  };
}

function readChallenges(node: YamlNode, problems: PolicyProblems): ReadonlyMap<string, number> {
  const challenges = new Map<string, number>();
  for (const { key, value, duplicate } of readMap(node, 'challenges', problems)?.entries ?? []) {
    if (problems.full) break;
    if (duplicate) problems.add('duplicate-key', 'challenges has a name twice', key.start);
    const name = readText(key, 'a challenge', policyIdLengthMax, problems);
    const vcpuSeconds = readNumber(value, 'a challenge', CHALLENGE, problems);
    if (name !== null && vcpuSeconds !== null) challenges.set(name.value, vcpuSeconds);
  }
  return challenges;
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
