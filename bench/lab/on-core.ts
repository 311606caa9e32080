import { readFileSync } from 'node:fs';

/** A command that runs on one core and starts nothing elsewhere. */
export function onCore(core: number, words: readonly string[]): readonly string[] {
  return ['taskset', '-c', `${core}`, ...words];
}

/** The last of the cores that we may use: the first has most of the interrupts. */
export function lastCore(): number {
  const status = readFileSync('/proc/self/status', 'latin1');
  const list = /^Cpus_allowed_list:\s(.{1,999})$/m.exec(status)?.[1] ?? '0';
  return Number(list.split(/[,-]/).at(-1));
}
