/**
 * Scanning runs ahead of the batch, because it is pure and its findings are an input to `decide`.
 * Most definitions are cleared by the sweep on the event loop, and a small one that is not is
 * scanned there within a budget, since a worker costs more to ask than that. All others are read in
 * a worker, so that a hostile definition costs its own request time and nobody else's.
 */
import { scanInlineLengthMax, scanInlineWorkMax, sweepInlineLengthMax } from '../base/limits.ts';
import { type DefinitionInput, inputName } from '../model/definition-input.ts';
import { bareReport, type DefinitionReport } from '../model/finding.ts';
import type { PipelinePorts } from './ports.ts';
import type { StageTimer } from './stage-timer.ts';

export function scanAhead(
  input: DefinitionInput | null,
  { scanner, scans }: Pick<PipelinePorts, 'scanner' | 'scans'>,
  timed: StageTimer,
): DefinitionReport | null | Promise<DefinitionReport> {
  if (input === null) return null;
  const length = lengthOf(input);
  if (length <= sweepInlineLengthMax && scanner.isClear(input)) {
    return bareReport('clear', inputName(input));
  }
  const report =
    length <= scanInlineLengthMax ? scanner.scanWithin(input, scanInlineWorkMax) : null;
  if (report !== null) return report;
  return timed('scan', () => scans.scan(input));
}

/** Characters that a sweep of the input reads. */
function lengthOf(input: DefinitionInput): number {
  let length = 0;
  if (input.kind === 'files') {
    for (const file of input.files) length += file.text.length;
    return length;
  }
  for (const job of input.definition.jobs) {
    for (const command of job.commands) length += command.source.text.length;
    for (const variable of job.environment) length += variable.value.text.length;
  }
  return length;
}
