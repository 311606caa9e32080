/**
 * How much of the time a thread wants a CPU: the time it ran plus the time it stood in line for
 * one, by `/proc/PID/task/TID/schedstat`. Standing in line counts, for a job that is capped, or has
 * busy neighbours, wants no less than before; by run time alone every measure would hide what it
 * was taken for. (On Linux 6.18 a loop capped to 20 % runs 0.2 s and waits 0.8 s a second.)
 *
 * A thread is busy while its demand stays at or above `BUSY_DEMAND_MIN`; two samples below end it,
 * so that one that waited a moment for the kernel does not begin anew.
 */
import { hostThreadsMax } from '../../base/sensor-limits.ts';

const BUSY_DEMAND_MIN = 0.85;
/** Below in one sample: forgiven once. */
const SLIPS_MAX = 1;
const NANOSECONDS = 1e6;

/** A thread that has been busy without a pause. */
export interface BusyThread {
  readonly pid: number;
  readonly tid: number;
  readonly busyMs: number;
  /** The least and the mean demand of a sample while it was busy. */
  readonly demandMin: number;
  readonly demandMean: number;
}

interface Thread {
  readonly pid: number;
  wantedNs: number;
  seenMs: number;
  busySinceMs: number | null;
  slips: number;
  samples: number;
  demandSum: number;
  demandMin: number;
}

export interface ThreadLoad {
  /** One reading of one thread at a monotonic time. */
  sample(pid: number, tid: number, schedstat: string, nowMs: number): void;
  /** The busy threads among those sampled since the last call; forgets all others of these pids. */
  busyOf(pids: ReadonlySet<number>, nowMs: number): readonly BusyThread[];
  /** Forgets threads that were not sampled since that time. */
  forgetBefore(ms: number): void;
  readonly size: number;
  /** Threads that found no room since it was last asked. */
  takeLost(): number;
}

export function createThreadLoad(): ThreadLoad {
  const threads = new Map<number, Thread>();
  let lost = 0;
  return {
    sample(pid, tid, schedstat, nowMs) {
      const wantedNs = parseWanted(schedstat);
      if (wantedNs === null) return;
      const thread = threads.get(tid);
      if (thread === undefined || thread.pid !== pid || wantedNs < thread.wantedNs) {
        if (thread === undefined && threads.size >= hostThreadsMax) lost++;
        else threads.set(tid, newThread(pid, wantedNs, nowMs));
      } else advance(thread, wantedNs, nowMs);
    },
    busyOf(pids, nowMs) {
      const busy: BusyThread[] = [];
      for (const [tid, thread] of threads) {
        if (!pids.has(thread.pid) || thread.busySinceMs === null) continue;
        if (thread.seenMs < nowMs) threads.delete(tid);
        else busy.push(shown(tid, thread, thread.busySinceMs));
      }
      return busy;
    },
    forgetBefore(ms) {
      for (const [tid, { seenMs }] of threads) if (seenMs < ms) threads.delete(tid);
    },
    get size() {
      return threads.size;
    },
    takeLost() {
      const taken = lost;
      lost = 0;
      return taken;
    },
  };
}

/** `RUN_NS WAIT_NS SLICES` */
function parseWanted(schedstat: string): number | null {
  const [run = Number.NaN, wait = Number.NaN] = schedstat.split(' ', 2).map(Number);
  return Number.isFinite(run + wait) ? run + wait : null;
}

function newThread(pid: number, wantedNs: number, nowMs: number): Thread {
  const none = { busySinceMs: null, slips: 0, samples: 0, demandSum: 0, demandMin: 1 };
  return { pid, wantedNs, seenMs: nowMs, ...none };
}

function advance(thread: Thread, wantedNs: number, nowMs: number): void {
  const elapsedMs = nowMs - thread.seenMs;
  if (elapsedMs <= 0) return;
  const demand = Math.min(1, (wantedNs - thread.wantedNs) / NANOSECONDS / elapsedMs);
  const sinceMs = thread.seenMs;
  thread.wantedNs = wantedNs;
  thread.seenMs = nowMs;
  if (demand < BUSY_DEMAND_MIN && ++thread.slips > SLIPS_MAX) {
    thread.busySinceMs = null;
    return;
  }
  if (demand >= BUSY_DEMAND_MIN) thread.slips = 0;
  if (thread.busySinceMs === null) {
    if (demand < BUSY_DEMAND_MIN) return;
    Object.assign(thread, { busySinceMs: sinceMs, samples: 0, demandSum: 0, demandMin: 1 });
  }
  thread.samples++;
  thread.demandSum += demand;
  thread.demandMin = Math.min(thread.demandMin, demand);
}

function shown(tid: number, thread: Thread, busySinceMs: number): BusyThread {
  const { pid, demandMin, demandSum, samples, seenMs } = thread;
  return { pid, tid, busyMs: seenMs - busySinceMs, demandMin, demandMean: demandSum / samples };
}
