import { readdirSync } from 'node:fs';
import { processThreadsMax } from '../../base/sensor-limits.ts';
import { readKernelFile } from '../kernel-file.ts';
import type { ThreadLoad } from '../procfs/thread-load.ts';

/** Samples the threads of a process. */
export function readThreads(proc: string, pid: number, threads: ThreadLoad, nowMs: number): void {
  for (const tid of threadsOf(`${proc}/${pid}/task`).slice(0, processThreadsMax)) {
    const text = readKernelFile(`${proc}/${pid}/task/${tid}/schedstat`);
    if (text !== null) threads.sample(pid, Number(tid), text, nowMs);
  }
}

function threadsOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
