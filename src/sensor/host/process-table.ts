/**
 * Processes that were seen, by pid. A pid may be used again, and a process may become another
 * program: `exec` keeps the pid. So a process is looked at when it is new, once more in the round
 * after (a shell forks first and becomes the program then), and, in cgroups that use CPU, whenever
 * its name or its start differs from before.
 */
import { hostProcessesMax } from '../../base/sensor-limits.ts';
import type { ProcessStat } from '../procfs/process-stat.ts';

export interface KnownProcess {
  readonly pid: number;
  looks: number;
  round: number;
  stat: ProcessStat | null;
  io: { readonly bytes: number; readonly atMs: number };
  readAtMs: number;
  /** The file was looked into. */
  isRead: boolean;
  /** Since when its memory has had the shape that it has. */
  shape: { readonly name: string; readonly sinceMs: number } | null;
  codeSinceMs: number | null;
  mapsAtMs: number;
}

export interface ProcessTable {
  /** The process of a pid in this round, and whether it was not there in the last one. */
  meet(pid: number, round: number): KnownProcess | null;
  /** Forgets what was not met in the last two rounds. */
  sweep(round: number): void;
  /** New ones since it was last asked. */
  takeMet(): number;
  readonly size: number;
}

/** Looks that a process gets without doing anything. */
export const LOOKS = 2;

export function createProcessTable(): ProcessTable {
  const processes = new Map<number, KnownProcess>();
  let met = 0;
  return {
    meet(pid, round) {
      const known = processes.get(pid);
      if (known !== undefined) {
        known.round = round;
        return known;
      }
      if (processes.size >= hostProcessesMax) return null;
      const fresh = newProcess(pid, round);
      processes.set(pid, fresh);
      met++;
      return fresh;
    },
    sweep(round) {
      for (const [pid, known] of processes) if (known.round < round - 1) processes.delete(pid);
    },
    takeMet() {
      const taken = met;
      met = 0;
      return taken;
    },
    get size() {
      return processes.size;
    },
  };
}

function newProcess(pid: number, round: number): KnownProcess {
  return {
    pid,
    looks: 0,
    round,
    stat: null,
    io: { bytes: 0, atMs: 0 },
    readAtMs: 0,
    isRead: false,
    shape: null,
    codeSinceMs: null,
    mapsAtMs: Number.NEGATIVE_INFINITY,
  };
}

/** Whether the same pid is another program now. */
export function isOther(before: ProcessStat | null, now: ProcessStat): boolean {
  return before !== null && (before.startTicks !== now.startTicks || before.name !== now.name);
}
