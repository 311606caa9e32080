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
 * entry point is not known, so its name stands in: `metal/renderer --frames 9` reads like the
 * program that it most likely is.
 */
export function containerCommand(path: string, order: ContainerOrder): SourceText | null {
  const { image, entrypoint, command } = order;
  if (entrypoint === null && command === null) return null;
  const parts = [entrypoint ?? image, command].filter((part) => part !== null);
  return joinSources(path, parts, ' ');
}
