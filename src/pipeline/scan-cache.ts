/**
 * Reports on definitions that were scanned before. A project sends the same definition with every
 * push, a scan is pure, and a key costs 10 µs where a scan of an ordinary definition with a script
 * in it costs 60. The least recently asked goes first; a report that is long is not kept, so that
 * the cache holds at most `scanCacheEntriesMax` × `scanCacheReportLengthMax` characters.
 */
import { sha256Hex } from '../base/hash.ts';
import { scanCacheEntriesMax, scanCacheReportLengthMax } from '../base/limits.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { DefinitionReport } from '../model/finding.ts';

export class ScanCache {
  readonly #reports = new Map<string, DefinitionReport>();

  /** Everything of the input that a scan reads, as one short text. */
  keyOf(input: DefinitionInput): string {
    return sha256Hex(JSON.stringify(input));
  }

  get(key: string): DefinitionReport | null {
    const report = this.#reports.get(key);
    if (report === undefined) return null;
    this.#reports.delete(key);
    this.#reports.set(key, report);
    return report;
  }

  put(key: string, report: DefinitionReport): void {
    if (JSON.stringify(report).length > scanCacheReportLengthMax) return;
    this.#reports.set(key, report);
    if (this.#reports.size <= scanCacheEntriesMax) return;
    for (const oldest of this.#reports.keys()) {
      this.#reports.delete(oldest);
      return;
    }
  }
}
