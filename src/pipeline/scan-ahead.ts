/**
 * Scanning runs ahead of the batch, because it is pure and its findings are an input to `decide`.
 * Nearly every definition is cleared by the sweep on the event loop; what it cannot clear is read
 * in a worker, so that a hostile definition costs its own request time and nobody else's.
 */
import { sweepInlineLengthMax } from '../base/limits.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { PipelinePorts } from './ports.ts';
import type { StageTimer } from './stage-timer.ts';

export function scanAhead(
  input: DefinitionInput | null,
  ports: Pick<PipelinePorts, 'scanner' | 'scans'>,
  timed: StageTimer,
): DefinitionReport | null | Promise<DefinitionReport> {
  if (input === null) return null;
  if (lengthOf(input) <= sweepInlineLengthMax && ports.scanner.isClear(input)) return clear(input);
  return timed('scan', () => ports.scans.scan(input));
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

function clear(input: DefinitionInput): DefinitionReport {
  const { path, dialect } =
    input.kind === 'definition'
      ? input.definition
      : { path: input.files[0]?.path ?? '', dialect: input.dialect };
  return { path, dialect, verdict: 'clear', bits: 0, unchecked: [], findings: [], identifiers: [] };
}
