import type { Clock } from '../ports/clock.ts';

/** The machine's clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Processor time of the thread that asks, of the kernel too. */
export function threadWorkedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
