/**
 * From a measure to what has to be written, run and killed for it, and how to undo it. Pure: it
 * gets what stands in the files now. A plan that changes nothing has no operations.
 *
 * Values are only ever made stricter: an own limit of the job's that is lower already stays.
 */
import { assertNever } from '../base/assert.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { CgroupLayout } from '../model/cgroup-layout.ts';
import { type CutFlow, nftAdd, nftDelete } from './cut-flow.ts';
import type { Caps, Measure } from './measure.ts';

export type Operation =
  | { readonly kind: 'write'; readonly file: string; readonly value: string }
  /** `flow`: what the script cuts, for hosts without nftables. */
  | { readonly kind: 'nft'; readonly script: string; readonly flow?: CutFlow }
  /** Ends every process in the cgroup and below. */
  | { readonly kind: 'kill'; readonly cgroup: string };

export interface Plan {
  readonly apply: readonly Operation[];
  /** In the order in which they are to be done. */
  readonly undo: readonly Operation[];
}

export interface PlanProblem {
  readonly code: 'cannot';
  readonly message: string;
}

export interface PlanInput {
  readonly layout: CgroupLayout;
  /** What stands in a file; null when there is none. */
  readonly read: (file: string) => string | null;
  /** Cores that the cgroup may use. */
  readonly cores: number;
  readonly ttlSeconds: number;
}

export function planOf(measure: Measure, input: PlanInput): Result<Plan, PlanProblem> {
  switch (measure.kind) {
    case 'cap':
      return planCap(measure.cgroup, measure.caps, input);
    case 'freeze':
      return planFreeze(measure.cgroup, input);
    case 'cut':
      return planCut(measure.client, measure.server, input.ttlSeconds);
    case 'stop':
      return ok({ apply: [{ kind: 'kill', cgroup: measure.cgroup }], undo: [] });
    default:
      return assertNever(measure);
  }
}

interface Setting {
  readonly file: string;
  readonly before: string;
  readonly value: string;
}

function planCap(cgroup: string, caps: Caps, input: PlanInput): Result<Plan, PlanProblem> {
  const settings = [
    ...settingOf(caps.cpuShare, (share) => quota(cgroup, share, input)),
    ...settingOf(caps.cpuWeight, (weight) => cpuWeight(cgroup, weight, input)),
    ...settingOf(caps.memoryHighBytes, (bytes) => memoryHigh(cgroup, bytes, input)),
    ...settingOf(caps.memoryMaxBytes, (bytes) => memoryMax(cgroup, bytes, input)),
  ];
  if (settings.length === 0) return cannot(`${cgroup} has none of the files that a cap needs`);
  const changed = settings.filter(({ before, value }) => before !== value);
  return ok({
    apply: changed.map(({ file, value }) => ({ kind: 'write', file, value })),
    undo: changed.map(({ file, before }) => ({ kind: 'write', file, value: before })),
  });
}

function settingOf(
  wanted: number | undefined,
  make: (wanted: number) => Setting | null,
): readonly Setting[] {
  const setting = wanted === undefined ? null : make(wanted);
  return setting === null ? [] : [setting];
}

function quota(cgroup: string, share: number, { layout, read, cores }: PlanInput): Setting | null {
  const folder = `${layout.roots.cpu}${cgroup}`;
  const two = layout.version === 2;
  const file = two ? `${folder}/cpu.max` : `${folder}/cpu.cfs_quota_us`;
  const before = read(file)?.trim();
  if (before === undefined) return null;
  const period = Number(two ? before.split(' ')[1] : read(`${folder}/cpu.cfs_period_us`));
  const own = Number(before.split(' ')[0]);
  const wanted = Math.max(1_000, Math.round(share * cores * period));
  const value = own > 0 ? Math.min(own, wanted) : wanted;
  return { file, before, value: two ? `${value} ${period}` : `${value}` };
}

/** Shares of version 1 have 1,024 as the default where weights of version 2 have 100. */
function cpuWeight(cgroup: string, weight: number, { layout, read }: PlanInput): Setting | null {
  const two = layout.version === 2;
  const file = `${layout.roots.cpu}${cgroup}/${two ? 'cpu.weight' : 'cpu.shares'}`;
  const before = read(file)?.trim();
  if (before === undefined) return null;
  const wanted = two ? weight : Math.max(2, Math.round((weight * 1_024) / 100));
  return { file, before, value: `${Math.min(Number(before), wanted)}` };
}

/** Version 1 has nothing like it: its soft limit only matters when the whole host is short. */
function memoryHigh(cgroup: string, bytes: number, { layout, read }: PlanInput): Setting | null {
  if (layout.version !== 2) return null;
  return memorySetting(`${layout.root}${cgroup}/memory.high`, bytes, read);
}

function memoryMax(cgroup: string, bytes: number, { layout, read }: PlanInput): Setting | null {
  const name = layout.version === 2 ? 'memory.max' : 'memory.limit_in_bytes';
  return memorySetting(`${layout.roots.memory}${cgroup}/${name}`, bytes, read);
}

function memorySetting(
  file: string,
  bytes: number,
  read: (file: string) => string | null,
): Setting | null {
  const before = read(file)?.trim();
  if (before === undefined) return null;
  const own = before === 'max' ? Number.POSITIVE_INFINITY : Number(before);
  return { file, before, value: own <= bytes ? before : `${bytes}` };
}

function planFreeze(cgroup: string, { layout, read }: PlanInput): Result<Plan, PlanProblem> {
  const two = layout.version === 2;
  const file = `${layout.roots.freezer}${cgroup}/${two ? 'cgroup.freeze' : 'freezer.state'}`;
  const before = read(file)?.trim();
  if (before === undefined) return cannot(`${cgroup} has no freezer`);
  const [frozen, thawed] = two ? ['1', '0'] : ['FROZEN', 'THAWED'];
  if (before === frozen) return ok({ apply: [], undo: [] });
  return ok({
    apply: [{ kind: 'write', file, value: frozen ?? '' }],
    undo: [{ kind: 'write', file, value: thawed ?? '' }],
  });
}

function planCut(client: string, server: string, ttlSeconds: number): Result<Plan, PlanProblem> {
  const add = nftAdd(client, server, ttlSeconds);
  const remove = nftDelete(client, server);
  if (add === null || remove === null) return cannot(`${client} or ${server} is no address`);
  const flow = { client, server };
  return ok({
    apply: [{ kind: 'nft', script: add, flow }],
    undo: [{ kind: 'nft', script: remove }],
  });
}

function cannot(message: string): Result<never, PlanProblem> {
  return fail({ code: 'cannot', message });
}
