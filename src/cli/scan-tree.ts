/** Scans trees on disk: lists their files and has each one judged. */
import type { DialectReader } from '../model/job-definition.ts';
import type { Scanner } from '../scanner/scanner.ts';
import type { ChangedSince } from './changed-since.ts';
import { Gathering, type TreeScan } from './gathering.ts';
import { listFiles } from './list-files.ts';
import { DiskTree, type SourceTree } from './source-tree.ts';
import type { TrackedFiles } from './tracked-files.ts';

export interface TreesToScan {
  readonly paths: readonly string[];
  readonly scanner: Scanner;
  /** The folder that the command was started in. */
  readonly directory: string;
  /** Whether the operator leaves out a path, as it is shown. */
  readonly isExcluded?: (path: string) => boolean;
  /** Reads files that are named themselves, whatever their name. */
  readonly given?: DialectReader | null;
  /** Only what changed counts. */
  readonly changes?: ChangedSince | null;
  /** Only what git tracks counts. */
  readonly tracked?: TrackedFiles | null;
  readonly onFile?: (files: number, progress: number) => void;
}

export function scanPaths(trees: TreesToScan): TreeScan {
  const { paths, scanner, directory } = trees;
  const gathering = new Gathering(scanner, trees.changes);
  let tree: SourceTree = new DiskTree('', directory);
  for (const listed of listFiles(paths, directory)) {
    if (trees.isExcluded?.(tree.shown(listed.path))) {
      gathering.excluded++;
      continue;
    }
    if (listed.kind === 'unread') {
      gathering.addUnread(tree.shown(listed.path), listed.why);
      continue;
    }
    if (!listed.isNamed && trees.tracked?.has(listed.path, listed.root) === false) {
      gathering.untracked++;
      continue;
    }
    if (listed.root !== tree.root) tree = new DiskTree(listed.root, directory);
    if (listed.isNamed) gathering.addNamed(listed.path, tree, trees.given ?? null);
    else gathering.add(listed.path, tree);
    trees.onFile?.(gathering.files, listed.progress);
  }
  return gathering.scan();
}
