/** Scans trees: lists their files, has each one judged, and puts the reports together. */
import { ignoreFilesMax } from '../base/limits.ts';
import type { DefinitionReport } from '../model/finding.ts';
import { mergeReports, type Scanner } from '../scanner/scanner.ts';
import { judgeFile, type UnreadInput } from './judge-file.ts';
import { type Listed, listFiles } from './list-files.ts';
import { DiskTree, decodeText, type SourceTree } from './source-tree.ts';
import { IGNORE_FILE_NAME, type IgnoreFile } from './suppression-list.ts';

export interface TreeScan {
  /** Files that were looked at, whether definitions or not. */
  readonly files: number;
  /** Files that the operator left out. */
  readonly excluded: number;
  readonly reports: readonly DefinitionReport[];
  /** Inputs that could not be read at all, with the reason. */
  readonly unread: readonly UnreadInput[];
  /** Requests of the scanned tree itself to ignore findings. */
  readonly ignoreFiles: readonly IgnoreFile[];
}

export interface TreesToScan {
  readonly paths: readonly string[];
  readonly scanner: Scanner;
  /** The folder that the command was started in. */
  readonly directory: string;
  /** Whether the operator leaves out a path, as it is shown. */
  readonly isExcluded?: (path: string) => boolean;
  readonly onFile?: (files: number) => void;
}

export function scanPaths(trees: TreesToScan): TreeScan {
  const { paths, scanner, directory } = trees;
  const reports: DefinitionReport[] = [];
  const unread: UnreadInput[] = [];
  const ignoreFiles: IgnoreFile[] = [];
  let files = 0;
  let excluded = 0;
  let tree: SourceTree = new DiskTree('', directory);
  for (const listed of listFiles(paths, directory)) {
    if (trees.isExcluded?.(tree.shown(listed.path))) {
      excluded++;
      continue;
    }
    if (listed.kind === 'unread') {
      unread.push({ path: tree.shown(listed.path), why: listed.why });
      continue;
    }
    files++;
    trees.onFile?.(files);
    if (listed.root !== tree.root) tree = new DiskTree(listed.root, directory);
    if (listed.path.endsWith(`/${IGNORE_FILE_NAME}`)) {
      if (ignoreFiles.length < ignoreFilesMax) ignoreFiles.push(...ignoreFileAt(listed.path, tree));
      continue;
    }
    const judged = judgeListed(listed, tree, scanner);
    reports.push(...judged.reports);
    unread.push(...judged.unread);
  }
  return { files, excluded, reports: mergeReports(reports), unread, ignoreFiles };
}

function ignoreFileAt(path: string, tree: SourceTree): readonly IgnoreFile[] {
  const content = tree.read(path);
  return content.kind === 'bytes'
    ? [{ path: tree.shown(path), text: decodeText(content.bytes) }]
    : [];
}

function judgeListed(
  { path, isNamed }: Extract<Listed, { kind: 'file' }>,
  tree: SourceTree,
  scanner: Scanner,
) {
  const judged = judgeFile(path, tree, scanner);
  if (!isNamed || judged.reports.length + judged.unread.length > 0) return judged;
  const unread = [{ path: tree.shown(path), why: 'it is not of a known dialect' }];
  return { ...judged, unread };
}
