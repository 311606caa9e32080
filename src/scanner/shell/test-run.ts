/** Short forms of a run, for tests. */
import { verbatim } from '../../model/source-text.ts';
import { Work } from '../engine/work.ts';
import { runText } from './run-text.ts';
import type { ShellRun } from './shell-run.ts';
import { NO_TREE, type Tree } from './tree.ts';

export function runOf(
  text: string,
  environment: Readonly<Record<string, string>> = {},
  isTemplate = true,
): ShellRun {
  return runText('shell', verbatim('job.sh', text), {
    environment: new Map(Object.entries(environment)),
    work: new Work(),
    tree: NO_TREE,
    isTemplate,
  });
}

export function powershellRunOf(text: string): ShellRun {
  return runText('powershell', verbatim('job.ps1', text), {
    environment: new Map([['POOL', 'pool.example.com']]),
    work: new Work(),
    tree: NO_TREE,
  });
}

/** Every command as its words with a blank between them. */
export function linesOf(run: ShellRun): readonly string[] {
  return run.commands.map((command) => command.words.map((word) => word.text).join(' '));
}

/** The commands of a text. */
export function lines(
  text: string,
  environment: Readonly<Record<string, string>> = {},
): readonly string[] {
  return linesOf(runOf(text, environment));
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Paths of the tree that a text runs as scripts. */
export function scriptsOf(text: string, language: 'shell' | 'powershell' = 'shell'): string[] {
  const paths: string[] = [];
  const open: Tree['open'] = (call) => {
    if (call.kind === 'script') paths.push(call.path);
    return null;
  };
  const context = {
    ...{ environment: new Map<string, string>(), work: new Work(), isTemplate: true },
  };
  runText(language, verbatim('job', text), { ...context, tree: { ...NO_TREE, open } });
  return paths;
}
