/**
 * Reports on definitions that were scanned before. A project sends the same definition with every
 * push, a scan is pure, and to find a definition takes 1 µs where a scan of an ordinary one with a
 * script in it takes 60.
 *
 *   print      of lengths and of some characters here and there; few definitions have one in common
 *   definition compared field by field with those of its print, so nobody can make one pass for
 *              another
 *
 * A SHA-256 of all texts as key takes 3.5 µs and leaves 8 KB of garbage, and the texts themselves
 * as key 4. What was asked for least lately goes first; a report that is long is not kept, and
 * definitions come to `scanCacheLengthMax` at most.
 */
import {
  scanCacheAlikeMax,
  scanCacheEntriesMax,
  scanCacheLengthMax,
  scanCacheReportLengthMax,
} from '../base/limits.ts';
import { RecentMap } from '../base/recent-map.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { JobDefinition } from '../model/job-definition.ts';
import { sameInput } from './same-input.ts';

interface Scanned {
  /**
   * A copy. Were it the input itself, V8 would learn that what a reader makes lives long, and put
   * all of it where only a full collection looks: 12 of 50 MB survived each quick one, with a copy
   * 4 do.
   */
  readonly input: DefinitionInput;
  readonly report: DefinitionReport;
  readonly length: number;
}

export class ScanCache {
  /** By print, the last ones of each. */
  readonly #scanned = new RecentMap<number, readonly Scanned[]>(
    scanCacheEntriesMax,
    scanCacheLengthMax,
  );

  get(input: DefinitionInput): DefinitionReport | null {
    for (const scanned of this.#scanned.get(printOf(input)) ?? []) {
      if (sameInput(scanned.input, input)) return scanned.report;
    }
    return null;
  }

  put(input: DefinitionInput, report: DefinitionReport): void {
    if (JSON.stringify(report).length > scanCacheReportLengthMax) return;
    const print = printOf(input);
    const alike = this.#scanned.get(print) ?? [];
    const text = JSON.stringify(input);
    const scanned = { input: JSON.parse(text) as DefinitionInput, report, length: text.length };
    const kept = [...alike, scanned].slice(-scanCacheAlikeMax);
    this.#scanned.put(
      print,
      kept,
      kept.reduce((sum, { length }) => sum + length, 0),
    );
  }
}

function printOf(input: DefinitionInput): number {
  if (input.kind === 'definition') return printOfDefinition(input.definition);
  let print = input.files.length;
  for (const { path, text } of input.files) print = mixed(mixed(print, path), text);
  return print;
}

/** What else a definition holds differs seldom where these are the same. */
function printOfDefinition({ path, jobs }: JobDefinition): number {
  let print = mixed(jobs.length, path);
  for (const { name, commands, images, environment } of jobs) {
    print = mixed(print, name);
    for (const { source } of commands) print = mixed(print, source.text);
    for (const { text } of images) print = mixed(print, text);
    for (const { value } of environment) print = mixed(print, value.text);
  }
  return print;
}

/** Characters of a text that go into the print, spread over its length. */
const SAMPLES = 16;

/** FNV-1a; short texts go in whole. */
function mixed(print: number, text: string): number {
  let hash = Math.imul(print ^ text.length, 0x01000193);
  const step = Math.ceil(text.length / SAMPLES);
  for (let at = 0; at < text.length; at += step) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}
