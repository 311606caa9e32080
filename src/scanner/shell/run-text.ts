import type { SourceText } from '../../model/source-text.ts';
import type { Work } from '../engine/work.ts';
import { ShellEvaluator } from './evaluator.ts';
import { PowershellEvaluator } from './powershell-evaluator.ts';
import type { Language } from './program-call.ts';
import { ShellRecord } from './record.ts';
import type { ShellRun } from './shell-run.ts';
import type { Tree } from './tree.ts';

/** What a text runs in. */
export interface RunContext {
  readonly environment: ReadonlyMap<string, string>;
  readonly work: Work;
  readonly tree: Tree;
  /** A service fills `${{ … }}` into the text. */
  readonly isTemplate?: boolean;
  /** Files from the first definition to the text's own, both included; empty for the first. */
  readonly via?: readonly string[];
}

/** Runs a text of any language, each of which may start a text of another. */
export function runText(
  language: Language,
  source: SourceText,
  { environment, work, tree, isTemplate = false, via = [] }: RunContext,
): ShellRun {
  const record = new ShellRecord({ source, via }, tree, work, isTemplate);
  // Nearly no text starts one of the other language.
  let powershell: PowershellEvaluator | null = null;
  const shell = new ShellEvaluator(environment, work, record, (text, span, layers) => {
    powershell ??= new PowershellEvaluator(environment, work, record, shell);
    powershell.run(text, span, layers);
  });
  shell.runOpen(source.text, language);
  return { ...record.finish(), leadsPath: shell.variables.leadsPath };
}
