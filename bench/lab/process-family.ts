/**
 * A process and all below it, by `/proc`. Children are read of each process's first thread: Node
 * starts programs from there, and so does whatever has one thread.
 */
import { readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;

export interface Member {
  readonly pid: number;
  readonly name: string;
  /** Its own, and of all children that it has waited for, in ticks of 10 ms. */
  readonly cpuTicks: number;
  readonly childTicks: number;
  readonly residentBytes: number;
  /** Of the resident ones, those that a file stands behind. */
  readonly fileBytes: number;
}

/** Null when it is gone. */
export function memberOf(pid: number): Member | null {
  const stat = readText(`/proc/${pid}/stat`);
  const memory = readText(`/proc/${pid}/statm`).split(' ');
  const close = stat.lastIndexOf(')');
  if (close < 0) return null;
  const fields = stat.slice(close + 2).split(' ');
  // By the numbers of proc(5), where the state after the name is the third field.
  const number = (field: number): number => Number(fields[field - 3]);
  return {
    pid,
    name: stat.slice(stat.indexOf('(') + 1, close),
    cpuTicks: number(14) + number(15),
    childTicks: number(16) + number(17),
    residentBytes: Number(memory[1] ?? 0) * PAGE_BYTES,
    fileBytes: Number(memory[2] ?? 0) * PAGE_BYTES,
  };
}

export function membersBelow(pid: number): readonly Member[] {
  const children = readText(`/proc/${pid}/task/${pid}/children`).split(' ').map(Number);
  return children.flatMap((child) => {
    const member = child > 0 ? memberOf(child) : null;
    return member === null ? [] : [member, ...membersBelow(child)];
  });
}

/** A page that three processes share counts a third for each. */
export function proportionalBytes(pid: number): number {
  const kilobytes = /\nPss:\s{1,20}(\d{1,15}) kB/.exec(readText(`/proc/${pid}/smaps_rollup`));
  return Number(kilobytes?.[1] ?? 0) * 1_024;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
