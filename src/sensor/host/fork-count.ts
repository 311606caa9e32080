/**
 * What lived and died between two rounds was never seen. The kernel counts forks, threads included,
 * on the whole host: what of them no round has met is the most that was missed.
 */
import { readKernelFile } from '../kernel-file.ts';

export interface ForkCount {
  /** Forks since the last call, less those that were met. */
  unseen(proc: string, met: number): number;
}

export function createForkCount(): ForkCount {
  let before: number | null = null;
  return {
    unseen(proc, met) {
      const text = readKernelFile(`${proc}/stat`) ?? '';
      const at = text.indexOf('\nprocesses ');
      const now = at === -1 ? 0 : Number.parseInt(text.slice(at + 11), 10);
      const forks = before === null ? 0 : now - before;
      before = now;
      return Math.max(0, forks - met);
    },
  };
}
