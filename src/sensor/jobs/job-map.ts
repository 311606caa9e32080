/**
 * Whose job a sighting is of. Asked in this order, the first that knows answers:
 *
 *   rule         the operator's own rules
 *   label        labels of the container, annotations and labels of the pod
 *   environment  of the container, as its engine was told
 *   process      environment of the oldest process in the cgroup that has a whole one
 *
 * Whatever none of them names is no job: a container without labels may be the operator's own
 * database, and nothing is done to it.
 *
 * Answers are kept by cgroup. A job by `process` holds while that process lives, for a runner
 * without containers gives all its jobs one cgroup after the other; no answer holds for 10 s.
 */
import { hostCgroupsMax } from '../../base/sensor-limits.ts';
import type { CgroupLayout } from '../../model/cgroup-layout.ts';
import type { JobRef } from '../../model/signal.ts';
import type { Actor } from '../../ports/sensor-source.ts';
import { processesOf } from '../cgroup/cgroup-files.ts';
import { cgroupOfProcess } from '../cgroup/read-layout.ts';
import { readKernelFile } from '../kernel-file.ts';
import { readEnviron } from '../procfs/environ.ts';
import { parseProcessStat } from '../procfs/process-stat.ts';
import { type CgroupOwner, readCgroupPath } from './cgroup-path.ts';
import { type ContainerFacts, readContainer } from './docker-containers.ts';
import { JOB_LABEL, JOB_VARIABLES, jobOfVariables, toJobRef } from './job-of-variables.ts';
import { type JobRule, jobByRule } from './job-rule.ts';
import type { Pod } from './pod-list.ts';

export const JOB_VIAS = ['rule', 'label', 'environment', 'process'] as const;

export interface MappedJob {
  readonly ref: JobRef;
  /** The cgroup that holds the whole job: what a measure is applied to. */
  readonly cgroup: string;
  readonly via: (typeof JOB_VIAS)[number];
  /** For `process` the process that it holds by. */
  readonly holder: ProcessId | null;
}

interface ProcessId {
  readonly pid: number;
  readonly startTicks: number;
}

export interface JobMapOptions {
  readonly layout: CgroupLayout;
  readonly rules: readonly JobRule[];
  readonly proc: string;
  /** Docker's folder of containers. */
  readonly containers: string;
  readonly pods: () => ReadonlyMap<string, Pod>;
  readonly elapsedMs: () => number;
}

export interface JobMap {
  jobOfCgroup(cgroup: string): MappedJob | null;
  /** `pidOfSocket` finds whose socket it is; only asked when nothing else is known. */
  jobOfActor(actor: Actor, pidOfSocket: (socket: string) => number | null): MappedJob | null;
  cgroupOfPid(pid: number): string | null;
  /** Tells which cgroups there are, so that a container's id finds its own. */
  setCgroups(paths: readonly string[]): void;
}

const NO_JOB_MS = 10_000;
/** Processes of a cgroup whose environment is read; a job's first ones come first. */
const ENVIRONMENTS_MAX = 8;

interface Answer {
  readonly job: MappedJob | null;
  readonly atMs: number;
}

export function createJobMap(options: JobMapOptions): JobMap {
  const { layout, proc, elapsedMs } = options;
  const answers = new Map<string, Answer>();
  let byContainer = new Map<string, string>();
  let byPod = new Map<string, string>();

  const jobOfCgroup = (cgroup: string): MappedJob | null => {
    const known = answers.get(cgroup);
    if (known !== undefined && isFresh(known, proc, elapsedMs())) return known.job;
    if (answers.size >= hostCgroupsMax) answers.clear();
    const job = findJob(cgroup, options);
    answers.set(cgroup, { job, atMs: elapsedMs() });
    return job;
  };
  const cgroupOfPid = (pid: number): string | null => {
    return cgroupOfProcess(readKernelFile(`${proc}/${pid}/cgroup`) ?? '', layout);
  };
  return {
    jobOfCgroup,
    cgroupOfPid,
    jobOfActor({ cgroup, pid, container, pod, socket }, pidOfSocket) {
      const found =
        cgroup ??
        (pid === undefined ? null : cgroupOfPid(pid)) ??
        (container === undefined ? null : byContainer.get(container.slice(0, 12))) ??
        (pod === undefined ? null : byPod.get(pod));
      if (found !== null && found !== undefined) return jobOfCgroup(found);
      const owner = socket === undefined ? null : pidOfSocket(socket);
      const owned = owner === null ? null : cgroupOfPid(owner);
      return owned === null ? null : jobOfCgroup(owned);
    },
    setCgroups(paths) {
      byContainer = new Map();
      byPod = new Map();
      for (const path of paths) {
        const owner = readCgroupPath(path);
        if (owner === null || owner.kind === 'unit') continue;
        if (owner.container !== null) byContainer.set(owner.container.slice(0, 12), owner.cgroup);
        if (owner.kind === 'pod') byPod.set(owner.pod, owner.cgroup);
      }
      const there = new Set(paths);
      for (const path of answers.keys()) if (!there.has(path)) answers.delete(path);
    },
  };
}

function isFresh({ job, atMs }: Answer, proc: string, nowMs: number): boolean {
  if (job === null) return nowMs - atMs < NO_JOB_MS;
  return job.holder === null || startOf(proc, job.holder.pid) === job.holder.startTicks;
}

function findJob(cgroup: string, options: JobMapOptions): MappedJob | null {
  const owner = readCgroupPath(cgroup);
  const pod = owner?.kind === 'pod' ? (options.pods().get(owner.pod) ?? null) : null;
  const container = containerOf(owner, options.containers);
  const labels = { ...container?.labels, ...pod?.labels, ...pod?.annotations };
  const rule = jobByRule(options.rules, { cgroup, owner, pod, labels });
  if (rule !== null) return { ...rule, via: 'rule', holder: null };
  const job = { cgroup: jobCgroup(cgroup, owner), holder: null };
  // Labels of a pod are often the tenant's own words, so only an annotation names a job there.
  const named = pod === null ? container?.labels : { [JOB_LABEL]: pod.annotations[JOB_LABEL] };
  const ref = jobOfTexts(named) ?? null;
  const variables = container === null ? null : jobOfVariables(container.variables);
  // Both may know; the environment then knows the account as well, and the label proves the job.
  if (ref !== null && !(variables !== null && isProjectOnly(ref))) {
    return { ref, via: 'label', ...job };
  }
  if (variables !== null) return { ref: variables, via: 'environment', ...job };
  return byProcess(cgroup, options);
}

/** GitLab's labels have no account. */
function isProjectOnly(ref: JobRef): boolean {
  return ref.startsWith('gitlab/project-');
}

function jobOfTexts(texts: Readonly<Record<string, string | undefined>> | undefined) {
  if (texts === undefined) return null;
  const own = texts[JOB_LABEL];
  return own === undefined ? jobOfVariables(texts as Record<string, string>) : toJobRef(own);
}

function containerOf(owner: CgroupOwner | null, folder: string): ContainerFacts | null {
  return owner?.kind === 'container' ? readContainer(folder, owner.container) : null;
}

/** All containers of a pod are one job. */
function jobCgroup(cgroup: string, owner: CgroupOwner | null): string {
  if (owner === null) return cgroup;
  if (owner.kind !== 'pod' || owner.container === null) return owner.cgroup;
  return owner.cgroup.slice(0, owner.cgroup.lastIndexOf('/'));
}

function byProcess(cgroup: string, { layout, proc }: JobMapOptions): MappedJob | null {
  const processes = processesOf(layout, cgroup)
    .slice(0, 4 * ENVIRONMENTS_MAX)
    .map((pid) => ({ pid, startTicks: startOf(proc, pid) }))
    .filter((process): process is ProcessId => process.startTicks !== null)
    .sort((a, b) => a.startTicks - b.startTicks)
    .slice(0, ENVIRONMENTS_MAX);
  for (const holder of processes) {
    const text = readKernelFile(`${proc}/${holder.pid}/environ`) ?? '';
    const ref = jobOfVariables(readEnviron(text, JOB_VARIABLES));
    if (ref !== null) return { ref, cgroup, via: 'process', holder };
  }
  return null;
}

function startOf(proc: string, pid: number): number | null {
  return parseProcessStat(readKernelFile(`${proc}/${pid}/stat`) ?? '')?.startTicks ?? null;
}
