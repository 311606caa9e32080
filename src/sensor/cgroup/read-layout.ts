/**
 * Where a host keeps its cgroups. Version 2 is one tree with every controller in it; version 1 has
 * a tree for each controller, and a process may stand elsewhere in each, though all known runners
 * use one path in all of them. Hybrid hosts have both; there the tree with the CPU controller is
 * the one that counts.
 */
import { cgroupDepthMax } from '../../base/sensor-limits.ts';
import { type CgroupLayout, CONTROLLERS } from '../../model/cgroup-layout.ts';

interface Mount {
  readonly type: string;
  readonly folder: string;
  readonly controllers: readonly string[];
}

/**
 * The layout by `/proc/PID/mountinfo`. `hasCpuController` tells whether a version 2 tree at a
 * folder has the CPU controller; `prefix` is where the host's own tree is mounted for us.
 */
export function readLayout(
  mountInfo: string,
  hasCpuController: (folder: string) => boolean,
  prefix = '',
): CgroupLayout | null {
  const mounts = mountInfo.split('\n').flatMap((line) => readMount(line, prefix) ?? []);
  const two = mounts.find(({ type }) => type === 'cgroup2')?.folder ?? null;
  if (two !== null && hasCpuController(two)) {
    const roots = Object.fromEntries(CONTROLLERS.map((name) => [name, two]));
    return { version: 2, root: two, roots, treeName: '' };
  }
  const roots = Object.fromEntries(
    CONTROLLERS.flatMap((name) => {
      const mount = mounts.find(({ type, controllers }) => {
        return type === 'cgroup' && controllers.includes(name);
      });
      return mount === undefined ? [] : [[name, mount.folder]];
    }),
  ) as CgroupLayout['roots'];
  if (roots.cpuacct === undefined) return null;
  return { version: 1, root: roots.cpuacct, roots, treeName: 'cpuacct' };
}

/** `36 25 0:31 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu` */
function readMount(line: string, prefix: string): Mount | null {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root = '', folder = ''] = before.split(' ');
  const [type = '', , options = ''] = after.split(' ');
  if (root !== '/' || !type.startsWith('cgroup')) return null;
  return { type, folder: prefix + folder, controllers: options.split(',') };
}

/** The cgroup of a process in the tree that is walked, by its `/proc/PID/cgroup`. */
export function cgroupOfProcess(text: string, { treeName }: CgroupLayout): string | null {
  for (const line of text.split('\n')) {
    const first = line.indexOf(':');
    const second = line.indexOf(':', first + 1);
    if (second === -1) continue;
    const names = line.slice(first + 1, second);
    if (treeName === '' ? names === '' : names.split(',').includes(treeName)) {
      return line.slice(second + 1);
    }
  }
  return null;
}

/** A cgroup and those it stands in, innermost first, without the root. */
export function enclosing(cgroup: string): readonly string[] {
  const paths: string[] = [];
  for (let path = cgroup; path.length > 1 && paths.length < cgroupDepthMax; ) {
    paths.push(path);
    path = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  }
  return paths;
}
