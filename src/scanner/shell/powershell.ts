import type { SourceText } from '../../model/source-text.ts';
import type { Work } from '../engine/work.ts';
import { runText } from './run-text.ts';
import type { ShellRun } from './shell-run.ts';

/** What the commands of a PowerShell text come to, in the form that shell commands have. */
export function runPowershell(
  source: SourceText,
  environment: ReadonlyMap<string, string>,
  work: Work,
): ShellRun {
  return runText('powershell', source, environment, work);
}
