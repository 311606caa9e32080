/** Scans trees: lists their files, has each one judged, and puts the reports together. */
import type { DefinitionReport } from '../model/finding.ts';
import { mergeReports, type Scanner } from '../scanner/scanner.ts';
import { judgeFile, type UnreadInput } from './judge-file.ts';
import { type Listed, listFiles } from './list-files.ts';
import { DiskTree, type SourceTree } from './source-tree.ts';

export interface TreeScan {
  /** Files that were looked at, whether definitions or not. */
  readonly files: number;
  readonly reports: readonly DefinitionReport[];
  /** Inputs that could not be read at all, with the reason. */
  readonly unread: readonly UnreadInput[];
}

export function scanPaths(
  paths: readonly string[],
  scanner: Scanner,
  directory: string,
  onFile: (files: number) => void = () => {},
): TreeScan {
  const reports: DefinitionReport[] = [];
  const unread: UnreadInput[] = [];
  let files = 0;
  let tree: SourceTree = new DiskTree('', directory);
  for (const listed of listFiles(paths, directory)) {
    if (listed.kind === 'unread') {
      unread.push({ path: tree.shown(listed.path), why: listed.why });
      continue;
    }
    onFile(++files);
    if (listed.root !== tree.root) tree = new DiskTree(listed.root, directory);
    const judged = judgeListed(listed, tree, scanner);
    reports.push(...judged.reports);
    unread.push(...judged.unread);
  }
  return { files, reports: mergeReports(reports), unread };
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
