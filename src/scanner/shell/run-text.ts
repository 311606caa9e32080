import type { SourceText } from '../../model/source-text.ts';
import type { Work } from '../engine/work.ts';
import { ShellEvaluator } from './evaluator.ts';
import { PowershellEvaluator } from './powershell-evaluator.ts';
import { ShellRecord } from './record.ts';
import type { ShellRun } from './shell-run.ts';

/** Runs a text of either language, each of which may start a text of the other. */
export function runText(
  language: 'shell' | 'powershell',
  source: SourceText,
  environment: ReadonlyMap<string, string>,
  work: Work,
): ShellRun {
  const record = new ShellRecord();
  const powershell = new PowershellEvaluator(environment, work, record, (text, span, layers) =>
    shell.runWithin(text, span, layers),
  );
  const shell = new ShellEvaluator(environment, work, record, (text, span, layers) =>
    powershell.run(text, span, layers),
  );
  if (language === 'shell') shell.runOpen(source.text);
  else powershell.run(source.text, null, []);
  return record.finish(source);
}
