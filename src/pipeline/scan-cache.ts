/**
 * Reports on definitions that were scanned before. A project sends the same definition with every
 * push, a scan is pure, and to find a definition takes 1.5 µs where a scan of an ordinary one with
 * a script in it takes 60. It is found by a print of its bytes and compared with the bytes kept, so
 * that nobody can make one pass for another. What was asked for least lately goes first; a report
 * that is long is not kept.
 *
 * As keys, a SHA-256 of all texts takes 3.5 µs and leaves 8 KB of garbage, and the texts themselves
 * take 4. To keep the definitions and compare field by field takes 2 µs alone and 7 in a server,
 * whose memory is elsewhere; and V8 then takes all that a reader makes for long-lived.
 */
import {
  scanCacheBytesMax,
  scanCacheEntriesMax,
  scanCacheReportLengthMax,
} from '../base/limits.ts';
import { RecentMap } from '../base/recent-map.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { DefinitionReport } from '../model/finding.ts';
import { DefinitionBytes } from './definition-bytes.ts';

interface Scanned {
  readonly bytes: Uint8Array;
  readonly report: DefinitionReport;
}

export class ScanCache {
  /** By print. */
  readonly #scanned = new RecentMap<number, Scanned>(scanCacheEntriesMax, scanCacheBytesMax);
  readonly #asked = new DefinitionBytes();
  /** Of inputs that come again themselves, which takes 3 µs less than by their bytes. */
  readonly #recurring = new WeakMap<DefinitionInput, DefinitionReport>();

  get(input: DefinitionInput): DefinitionReport | null {
    const report = this.#byBytes(input);
    if (report !== null && recurs(input)) this.#recurring.set(input, report);
    return report;
  }

  /** Of the very input, without a look at it: its parts are nowhere near the processor. */
  ofRecurring(input: DefinitionInput): DefinitionReport | null {
    return recurs(input) ? (this.#recurring.get(input) ?? null) : null;
  }

  #byBytes(input: DefinitionInput): DefinitionReport | null {
    const { bytes } = this.#asked;
    if (!this.#asked.write(input)) return null;
    const scanned = this.#scanned.get(this.#asked.print());
    if (scanned === undefined) return null;
    const { length } = scanned.bytes;
    const isSame =
      this.#asked.end === length && bytes.compare(scanned.bytes, 0, length, 0, length) === 0;
    return isSame ? scanned.report : null;
  }

  put(input: DefinitionInput, report: DefinitionReport): void {
    if (JSON.stringify(report).length > scanCacheReportLengthMax) return;
    if (!this.#asked.write(input)) return;
    const bytes = Uint8Array.from(this.#asked.bytes.subarray(0, this.#asked.end));
    this.#scanned.put(this.#asked.print(), { bytes, report }, bytes.length);
  }
}

function recurs(input: DefinitionInput): boolean {
  return input.kind === 'definition' && input.recurs === true;
}
