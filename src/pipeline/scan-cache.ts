/**
 * Reports on definitions that were scanned before. A project sends the same definition with every
 * push, a scan is pure, and a key costs 3 µs where a scan of an ordinary definition with a script
 * in it costs 60. (The text itself as key, not hashed, costs 4: V8 hashes and compares it too.)
 * What was asked for least lately goes first; a report that is long is not kept, so that the cache
 * holds at most `scanCacheEntriesMax` × `scanCacheReportLengthMax` characters.
 */
import { sha256Hex } from '../base/hash.ts';
import { scanCacheEntriesMax, scanCacheReportLengthMax } from '../base/limits.ts';
import { RecentMap } from '../base/recent-map.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { JobDefinition } from '../model/job-definition.ts';
import type { SourceText } from '../model/source-text.ts';

export class ScanCache {
  readonly #reports = new RecentMap<DefinitionReport>(scanCacheEntriesMax);

  /** Everything of the input that a scan reads, as one short text. */
  keyOf(input: DefinitionInput): string {
    return sha256Hex(input.kind === 'files' ? JSON.stringify(input) : textOf(input.definition));
  }

  get(key: string): DefinitionReport | null {
    return this.#reports.get(key) ?? null;
  }

  put(key: string, report: DefinitionReport): void {
    if (JSON.stringify(report).length <= scanCacheReportLengthMax) this.#reports.put(key, report);
  }
}

/**
 * All texts of a definition and where they begin, each with its length, so that none can pass for
 * another. Quicker than JSON by half. Of a text's segments the number and the first stand for all:
 * with the same text, the others could only move a finding by columns.
 */
function textOf({ dialect, path, jobs, unread }: JobDefinition): string {
  let all = `${dialect}${path.length}${path}`;
  const add = ({ path: file, text, segments }: SourceText): void => {
    all += `\n${file.length} ${text.length} ${segments.length} ${segments[1]} ${segments[2]}`;
    all += file + text;
  };
  for (const job of jobs) {
    all += `\njob ${job.name.length}${job.name} ${job.fanOut} ${job.timeoutSeconds}`;
    all += lengthened(job.schedules) + lengthened(job.machine) + lengthened(job.needs ?? []);
    for (const { shell, source, encoded, atStart } of job.commands) {
      all += `${shell}${atStart ?? ''}`;
      add(source);
      if (encoded !== undefined) all += JSON.stringify(encoded);
    }
    for (const { name, value } of job.environment) {
      all += `${name.length}${name}`;
      add(value);
    }
    all += '\nimages';
    for (const image of job.images) add(image);
    all += '\nremote';
    for (const code of job.remoteCode) add(code);
    all += '\nfiles';
    for (const file of job.filesRun) add(file);
  }
  return all + JSON.stringify(unread);
}

/** Texts one behind the other, each with its length. */
function lengthened(texts: readonly string[]): string {
  let all = `\n${texts.length}`;
  for (const text of texts) all += ` ${text.length} ${text}`;
  return all;
}
