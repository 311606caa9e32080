import { shortSha256Hex } from '../../base/hash.ts';
import { repositoryFilesMax } from '../../base/limits.ts';

/** Projects of fewer files are much alike. */
const FILES_MIN = 5;

/**
 * A value for the files of a project, by their names in any order; null for too few or too many.
 */
export function repositoryContent(paths: readonly string[]): string | null {
  const distinct = new Set(paths);
  if (distinct.size < FILES_MIN || distinct.size > repositoryFilesMax) return null;
  return shortSha256Hex(JSON.stringify([...distinct].sort()));
}
