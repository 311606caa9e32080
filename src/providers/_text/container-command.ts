import type { SourceText } from '../../model/source-text.ts';
import { joinSources } from './source-builder.ts';

/** What a container is told to run; null where nothing is said. */
export interface ContainerOrder {
  readonly image: SourceText | null;
  readonly entrypoint: SourceText | null;
  readonly command: SourceText | null;
}

/**
 * The command line of a container, or null when it only runs what its image says. The image's own
 * entry point is not known. Most images have none or one that runs what it is told, so a command
 * that begins with a program stands alone and `sh -c` in it is seen through; one that begins with
 * arguments goes to the image's program, for which the image's name stands in.
 */
export function containerCommand(path: string, order: ContainerOrder): SourceText | null {
  const { image, entrypoint, command } = order;
  if (entrypoint === null && command === null) return null;
  const program = command !== null && beginsWithArguments(command.text) ? image : null;
  const parts = [entrypoint ?? program, command].filter((part) => part !== null);
  return joinSources(path, parts, ' ');
}

/** A flag, or an address such as `pool.example.org:3333`: no program is called that. */
function beginsWithArguments(command: string): boolean {
  const [word = ''] = command.slice(0, WORD_LENGTH_MAX).trimStart().split(' ', 1);
  return word.startsWith('-') || word.includes(':');
}

const WORD_LENGTH_MAX = 256;
