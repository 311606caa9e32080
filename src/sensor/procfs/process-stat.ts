/** What is read of `/proc/PID/stat`. */
export interface ProcessStat {
  /** The first 15 bytes of the name, as the process may set it. */
  readonly name: string;
  readonly parent: number;
  /** User and system time in clock ticks of 10 ms. */
  readonly cpuTicks: number;
  readonly threads: number;
  /** Ticks since boot: with the pid, it names a process for good. */
  readonly startTicks: number;
  readonly residentPages: number;
}

/** The name stands in parentheses and may hold blanks and parentheses: the last one ends it. */
export function parseProcessStat(text: string): ProcessStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open === -1 || close < open) return null;
  // Fields from the third on: state, parent …
  const fields = text.slice(close + 2).split(' ');
  const number = (field: number): number => Number(fields[field - 3]);
  const stat = {
    name: text.slice(open + 1, close),
    parent: number(4),
    cpuTicks: number(14) + number(15),
    threads: number(20),
    startTicks: number(22),
    residentPages: number(24),
  };
  return Number.isFinite(stat.residentPages) && Number.isFinite(stat.cpuTicks) ? stat : null;
}
