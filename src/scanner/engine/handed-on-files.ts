/**
 * Files that one job writes and another reads, as services hand them on: artifacts, caches, a
 * workspace, a folder that targets share. Which they are no text tells for certain, so a job that
 * asks for a file which only another one wrote is seen through once more with what all have
 * written.
 */
import { pattern } from '../../base/regex.ts';
import type { Printed } from '../shell/printed.ts';
import type { JobSight } from './job-sight.ts';

/** What follows a redirection, `tee`, `-o` or `of=`. */
const TARGET = pattern(
  '(?:>[>|]?|\\btee(?: -a)?| -o|\\bof=)[ \\t]{0,8}["\']?([^ \\t\\n"\'<>|;&()]{1,256})',
  'g',
);
const TARGETS_MAX = 1_000;

export type HandedOn = ReadonlyMap<string, Printed>;

/** What all of them wrote. */
export function writtenBy(sights: readonly JobSight[]): HandedOn {
  const all = new Map<string, Printed>();
  for (const { files } of sights) for (const [path, content] of files) all.set(path, content);
  return all;
}

/** Those that asked for a file which another one wrote. */
export function lacking(sights: readonly JobSight[]): readonly JobSight[] {
  if (sights.length < 2) return [];
  /** The one that wrote a path, or null where several did. */
  const writers = new Map<string, JobSight | null>();
  for (const sight of sights) {
    for (const path of sight.files.keys()) writers.set(path, writers.has(path) ? null : sight);
  }
  return sights.filter((sight) => {
    for (const path of sight.missed) {
      const writer = writers.get(path);
      if (writer !== undefined && writer !== sight) return true;
    }
    return false;
  });
}

/** What any of them asked for in vain. */
export function missedBy(sights: readonly JobSight[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const { missed } of sights) for (const path of missed) all.add(path);
  return all;
}

/** Whether a text writes one of these files. */
export function writesAny(text: string, paths: ReadonlySet<string>): boolean {
  if (paths.size === 0) return false;
  let left = TARGETS_MAX;
  for (const [, target = ''] of text.matchAll(TARGET)) {
    if (paths.has(target.startsWith('./') ? target.slice(2) : target)) return true;
    if (left-- === 0) break;
  }
  return false;
}
