/**
 * What GNU `sed` gives to a shell: `e COMMAND`, `e` alone, which runs the line as it is, and the
 * flag of `s/a/b/e`, which runs what was made of it.
 */
import { pattern } from '../../base/regex.ts';
import { type Printed, textOfPrinted } from './printed.ts';
import { applySed, type SedOptions, sedScript } from './sed.ts';

/** `e`, also behind an address: `1e date`, `/a/e`, `$!e date`. */
const EXECUTES = pattern('^(?:[0-9$,~+! ]{0,32}|/[^/]{0,100}/[! ]{0,4})e(?:$|[ \\t](.{0,4096})$)');
const COMMANDS_MAX = 64;

/** `input` gives the lines that it works on, or null. */
export function sedCommands(
  scripts: readonly string[],
  input: () => Printed | null,
  options: SedOptions,
): readonly string[] {
  const found: string[] = [];
  const kept: string[] = [];
  let runsLines = false;
  for (const command of scripts.flatMap((script) => sedScript(script) ?? [])) {
    const executes = EXECUTES.exec(command.trim());
    const made = withoutFlag(command.trim());
    if (executes?.[1] !== undefined) found.push(executes[1]);
    runsLines ||= made !== null || (executes !== null && executes[1] === undefined);
    if (executes === null) kept.push(made ?? command);
  }
  const lines = runsLines ? input() : null;
  if (lines === null) return found.slice(0, COMMANDS_MAX);
  const text = applySed(kept.join('\n'), textOfPrinted(lines), options);
  return text === null ? found.slice(0, COMMANDS_MAX) : [...found.slice(0, COMMANDS_MAX), text];
}

/** The substitution without its flag `e`, or null when it has none. */
function withoutFlag(command: string): string | null {
  const divider = command[1];
  if (command[0] !== 's' || divider === undefined) return null;
  const flagsAt = command.lastIndexOf(divider) + 1;
  const flags = command.slice(flagsAt);
  return flags.includes('e') && flags.length < 8
    ? command.slice(0, flagsAt) + flags.replaceAll('e', '')
    : null;
}
