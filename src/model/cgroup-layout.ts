/** Where a host keeps its cgroups; `sensor/cgroup/read-layout.ts` finds it. */
export const CONTROLLERS = ['cpu', 'cpuacct', 'cpuset', 'memory', 'freezer', 'pids'] as const;

export type Controller = (typeof CONTROLLERS)[number];

export interface CgroupLayout {
  readonly version: 1 | 2;
  /** Folder of the tree that is walked: on version 1 that of `cpuacct`. */
  readonly root: string;
  /** Folder of a controller's tree; on version 2 always `root`. */
  readonly roots: Readonly<Partial<Record<Controller, string>>>;
  /** The name of the tree in `/proc/PID/cgroup`: empty on version 2. */
  readonly treeName: string;
}
