import type { Command } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { commandOfWords } from './command-words.ts';
import { joinSources, SourceBuilder } from './source-builder.ts';

/** The command behind a `cd`, so that the files it names are found; a command keeps its place. */
export function inFolder(command: Command, folder: SourceText | null): Command {
  const { shell, source } = command;
  const isKnown = folder !== null && isPath(folder.text);
  if (!isKnown || (shell !== 'sh' && shell !== 'powershell')) return command;
  const line = new SourceBuilder(source.path);
  line.mark(folder.segments[1] ?? 1, folder.segments[2] ?? 1);
  line.add('cd ');
  line.append(commandOfWords(source.path, [folder]));
  return { shell, source: joinSources(source.path, [line.build(), source], '\n') };
}

/** An expression is no path that is known, and Linux takes no path longer than 4,096 bytes. */
function isPath(folder: string): boolean {
  return folder.length <= PATH_LENGTH_MAX && !folder.includes('${{');
}

const PATH_LENGTH_MAX = 4_096;
