/** A step's own folder and variables, said in front of its command. */
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { assignment, commandOfWords } from './command-words.ts';
import { joinSources, SourceBuilder } from './source-builder.ts';

/** The command behind a `cd`, so that the files it names are found; a command keeps its place. */
export function inFolder(command: Command, folder: SourceText | null): Command {
  const { shell, source } = command;
  if (folder === null || (shell !== 'sh' && shell !== 'powershell')) return command;
  const line = new SourceBuilder(source.path);
  line.mark(folder.segments[1] ?? 1, folder.segments[2] ?? 1);
  line.add('cd ');
  line.append(commandOfWords(source.path, [folder]));
  return { shell, source: joinSources(source.path, [line.build(), source], '\n') };
}

/** The command behind assignments. Only a POSIX shell is told; others see the job's variables. */
export function withVariables(command: Command, variables: readonly Variable[]): Command {
  const { shell, source } = command;
  if (shell !== 'sh' || variables.length === 0) return command;
  const lines = variables.map(({ name, value }) => assignment(source.path, name, value));
  return { shell, source: joinSources(source.path, [...lines, source], '\n') };
}

/**
 * Names that have several values among these variables. A job keeps one list, where the last one
 * wins, so a step that sets such a name says its own in front of its command.
 */
export function varyingNames(variables: Iterable<Variable>): ReadonlySet<string> {
  const values = new Map<string, string>();
  const varying = new Set<string>();
  for (const { name, value } of variables) {
    const known = values.get(name);
    if (known !== undefined && known !== value.text) varying.add(name);
    values.set(name, value.text);
  }
  return varying;
}
