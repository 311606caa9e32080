/** Short forms of a run, for tests. */
import { verbatim } from '../../model/source-text.ts';
import { Work } from '../engine/work.ts';
import { runPowershell } from './powershell.ts';
import { runShell } from './shell.ts';
import type { ShellRun } from './shell-run.ts';

export function runOf(text: string, environment: Readonly<Record<string, string>> = {}): ShellRun {
  return runShell(verbatim('job.sh', text), new Map(Object.entries(environment)), new Work());
}

export function powershellRunOf(text: string): ShellRun {
  return runPowershell(
    verbatim('job.ps1', text),
    new Map([['POOL', 'pool.example.com']]),
    new Work(),
  );
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
