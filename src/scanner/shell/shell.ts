import type { SourceText } from '../../model/source-text.ts';
import type { Work } from '../engine/work.ts';
import { runText } from './run-text.ts';
import type { ShellRun } from './shell-run.ts';

/**
 * What the commands of a POSIX shell or Bash text come to, as far as the text alone tells. Pure,
 * bounded by `work` and the limits of `shell…Max`, and total: any text has a run.
 */
export function runShell(
  source: SourceText,
  environment: ReadonlyMap<string, string>,
  work: Work,
): ShellRun {
  return runText('shell', source, environment, work);
}
