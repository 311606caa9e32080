/**
 * What can be done to a running job from outside, mildest first. All but `stop` can be undone.
 *
 * cap     less CPU and memory for its cgroup
 * freeze  its processes stand still
 * cut     one of its connections is reset, and packets of it are refused
 * stop    its processes are ended
 *
 * What cannot be done: transparent huge pages are switched off by a process for itself and its
 * children (`prctl`), or for the whole host; there is no such setting of a cgroup.
 */
export const MEASURE_KINDS = ['cap', 'freeze', 'cut', 'stop'] as const;

export type MeasureKind = (typeof MEASURE_KINDS)[number];

export interface Caps {
  /** Of the cores that the job may use, 0 to 1: a quota, which holds on an idle host too. */
  readonly cpuShare?: number;
  /** Beside neighbours, 1 to 10,000 with 100 as the default: costs nothing on an idle host. */
  readonly cpuWeight?: number;
  /** Beyond it the job is slowed and its memory reclaimed. Version 2 only. */
  readonly memoryHighBytes?: number;
  /** Beyond it the job is killed for want of memory: not mild. */
  readonly memoryMaxBytes?: number;
}

export type Measure =
  | { readonly kind: 'cap'; readonly cgroup: string; readonly caps: Caps }
  | { readonly kind: 'freeze'; readonly cgroup: string }
  | { readonly kind: 'cut'; readonly client: string; readonly server: string }
  | { readonly kind: 'stop'; readonly cgroup: string };

/** Names what is done to what: of two measures of one key the later replaces the other. */
export function keyOfMeasure(measure: Measure): string {
  if (measure.kind === 'cut') return `cut ${measure.client} ${measure.server}`;
  return `${measure.kind} ${measure.cgroup}`;
}
