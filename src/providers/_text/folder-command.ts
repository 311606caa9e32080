import type { Command } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { commandOfWords } from './command-words.ts';
import { joinSources, SourceBuilder } from './source-builder.ts';

/** The command behind a `cd`, so that the files it names are found; a command keeps its place. */
export function inFolder(command: Command, folder: SourceText | null): Command {
  const { shell, source } = command;
  const isKnown = folder !== null && !folder.text.includes('${{');
  if (!isKnown || (shell !== 'sh' && shell !== 'powershell')) return command;
  const line = new SourceBuilder(source.path);
  line.mark(folder.segments[1] ?? 1, folder.segments[2] ?? 1);
  line.add('cd ');
  line.append(commandOfWords(source.path, [folder]));
  return { shell, source: joinSources(source.path, [line.build(), source], '\n') };
}
