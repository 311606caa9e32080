/**
 * Definitions that were read before: a Makefile is run by every workflow and script of its tree,
 * and each of them read it anew, which took a twelfth of the whole way. Reading is a function of
 * the reader, the path and the text, and what it costs is spent by whoever asks, so that no verdict
 * depends on what is kept.
 */
import { readCacheEntriesMax, readCacheLengthMax } from '../../base/limits.ts';
import type { DialectReader, JobDefinition } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';

/** A longer text, and one whose commands come to more, is read anew. */
const LENGTH_MAX = readCacheLengthMax / 4;
/** What a job, a command or a variable takes besides its text. */
const SOURCE_LENGTH = 128;

interface Kept {
  readonly reader: DialectReader;
  readonly text: string;
  readonly definition: JobDefinition;
}

/** By path, the one that was asked for last at the end. */
const kept = new Map<string, Kept>();
let keptLength = 0;

export function readDefinition(reader: DialectReader, path: string, text: string): JobDefinition {
  const before = kept.get(path);
  if (before !== undefined && before.reader === reader && before.text === text) {
    kept.delete(path);
    kept.set(path, before);
    return before.definition;
  }
  const definition = reader.read(path, text);
  keep(path, { reader, text, definition });
  return definition;
}

function keep(path: string, one: Kept): void {
  const length = lengthOf(one);
  if (length > LENGTH_MAX) return;
  forget(path);
  kept.set(path, one);
  keptLength += length;
  for (const oldest of kept.keys()) {
    if (keptLength <= readCacheLengthMax && kept.size <= readCacheEntriesMax) break;
    forget(oldest);
  }
}

function forget(path: string): void {
  const before = kept.get(path);
  if (before === undefined) return;
  kept.delete(path);
  keptLength -= lengthOf(before);
}

/** About the bytes that an entry keeps. Jobs share their variables and their commands. */
function lengthOf({ text, definition }: Kept): number {
  const sources = new Set<SourceText>();
  for (const { commands, environment } of definition.jobs) {
    for (const { source } of commands) sources.add(source);
    for (const { value } of environment) sources.add(value);
  }
  let length = text.length;
  for (const one of sources) length += one.text.length + SOURCE_LENGTH + one.segments.length * 8;
  return length + definition.jobs.length * SOURCE_LENGTH;
}
