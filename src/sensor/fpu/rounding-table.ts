/**
 * Rounding modes by thread. RandomX sets all four many hundred times a hash; interval arithmetic
 * sets up and down; nearly everything else leaves the default. One look at a thread finds the
 * default once in four times, and one odd look may be a test of rounding: so modes are gathered
 * over `WINDOW_MS`, at least two must be seen on one thread, and what was not seen means nothing.
 */
import { hostThreadsMax } from '../../base/sensor-limits.ts';
import { SECOND_MS } from '../../base/time.ts';

const WINDOW_MS = 60 * SECOND_MS;
const MODES_MIN = 2;

/** That many samples of a thread had that mode, 1 to 3: down, up, toward zero. */
export interface RoundingCount {
  readonly pid: number;
  readonly tid: number;
  readonly mode: number;
  readonly samples: number;
}

export interface SeenRounding {
  readonly pid: number;
  /** Most modes seen on one thread. */
  readonly modes: number;
  readonly threads: number;
  readonly samples: number;
  readonly lastedSeconds: number;
}

export interface RoundingTable {
  add(counts: readonly RoundingCount[], nowMs: number): void;
  /** Processes with a thread of two modes or more. */
  seen(nowMs: number): readonly SeenRounding[];
  readonly size: number;
  takeLost(): number;
}

interface Thread {
  readonly pid: number;
  readonly firstMs: number;
  lastMs: number;
  /** When each mode was last seen, and in how many samples. */
  readonly modes: Map<number, { atMs: number; samples: number }>;
}

export function createRoundingTable(): RoundingTable {
  const threads = new Map<number, Thread>();
  let lost = 0;
  return {
    add(counts, nowMs) {
      for (const { pid, tid, mode, samples } of counts) {
        const known = threads.get(tid);
        const isSame = known?.pid === pid;
        if (!isSame && known === undefined && threads.size >= hostThreadsMax) {
          lost += samples;
          continue;
        }
        const thread = isSame ? known : newThread(pid, nowMs);
        thread.lastMs = nowMs;
        const before = thread.modes.get(mode)?.samples ?? 0;
        thread.modes.set(mode, { atMs: nowMs, samples: before + samples });
        threads.set(tid, thread);
      }
    },
    seen(nowMs) {
      for (const [tid, thread] of threads) {
        for (const [mode, { atMs }] of thread.modes) {
          if (atMs < nowMs - WINDOW_MS) thread.modes.delete(mode);
        }
        if (thread.modes.size === 0) threads.delete(tid);
      }
      return byProcess([...threads.values()].filter(({ modes }) => modes.size >= MODES_MIN));
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

function newThread(pid: number, nowMs: number): Thread {
  return { pid, firstMs: nowMs, lastMs: nowMs, modes: new Map() };
}

function byProcess(threads: readonly Thread[]): readonly SeenRounding[] {
  const pids = [...new Set(threads.map(({ pid }) => pid))];
  return pids.map((pid) => {
    const mine = threads.filter((thread) => thread.pid === pid);
    const samples = mine.flatMap(({ modes }) => [...modes.values()].map((one) => one.samples));
    const firstMs = Math.min(...mine.map((thread) => thread.firstMs));
    const lastMs = Math.max(...mine.map((thread) => thread.lastMs));
    return {
      pid,
      modes: Math.max(...mine.map(({ modes }) => modes.size)),
      threads: mine.length,
      samples: samples.reduce((sum, one) => sum + one, 0),
      lastedSeconds: Math.floor((lastMs - firstMs) / SECOND_MS),
    };
  });
}
