/**
 * Scanning runs ahead of the batch, because it is pure and its findings are an input to `decide`.
 * The cheapest way that settles a definition is taken:
 *
 *   cache    the same definition was scanned before: 3 µs to find it by its bytes, nothing when it
 *            is the very one, as a provider hands it on that knows it from before
 *   sweep    up to 64 KiB on the event loop, 7 µs for an ordinary definition
 *   inline   up to 8 KiB within a budget of work, since a worker costs more to ask
 *   worker   everything else, so that a hostile definition costs nobody else time
 */
import { scanInlineLengthMax, scanInlineWorkMax, sweepInlineLengthMax } from '../base/limits.ts';
import { type DefinitionInput, inputLength, inputName } from '../model/definition-input.ts';
import { bareReport, type DefinitionReport, gaveUp } from '../model/finding.ts';
import type { PipelinePorts } from './ports.ts';
import { ScanCache } from './scan-cache.ts';
import type { StageTimer } from './stage-timer.ts';

export type ScanAhead = (
  input: DefinitionInput | null,
) => DefinitionReport | null | Promise<DefinitionReport>;

export function scanAhead(
  { scanner, scans, log }: Pick<PipelinePorts, 'scanner' | 'scans' | 'log'>,
  timed: StageTimer,
): ScanAhead {
  const cache = new ScanCache();

  async function inWorker(input: DefinitionInput, isKept: boolean): Promise<DefinitionReport> {
    const report = await timed('scan', () => scans.scan(input));
    // One that is broken may have been given up for time, and may do better next time.
    if (isKept && !report.broken) cache.put(input, report);
    return report;
  }

  function scan(input: DefinitionInput): DefinitionReport | Promise<DefinitionReport> {
    const recurring = cache.ofRecurring(input);
    if (recurring !== null) return recurring;
    const length = inputLength(input);
    if (length > sweepInlineLengthMax) return inWorker(input, false);
    const known = cache.get(input);
    if (known !== null) return known;
    const report = scanHere(input, length);
    if (report === null) return inWorker(input, true);
    cache.put(input, report);
    return report;
  }

  /** On the event loop; null when that could cost too much. */
  function scanHere(input: DefinitionInput, length: number): DefinitionReport | null {
    if (scanner.isClear(input)) return bareReport('clear', inputName(input));
    return length > scanInlineLengthMax ? null : scanner.scanWithin(input, scanInlineWorkMax);
  }

  return (input) => {
    if (input === null) return null;
    try {
      return scan(input);
    } catch (error) {
      // Attackers write definitions: one that trips the scanner must harm no other request.
      const message = error instanceof Error ? error.message.slice(0, ERROR_LENGTH_MAX) : '';
      log.error('a scan failed', { message, ...inputName(input) });
      return bareReport('unchecked', inputName(input), [gaveUp(`the scan failed: ${message}`)]);
    }
  };
}

const ERROR_LENGTH_MAX = 200;
