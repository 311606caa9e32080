/** Judges files of one tree, one after the other. */
import type { Scanner } from '../scanner/scanner.ts';
import { type JudgedFile, judgeFile } from './judge-file.ts';
import type { SourceTree } from './source-tree.ts';

export type BatchJudged = Pick<JudgedFile, 'reports' | 'unread'>;

export function judgeBatch(
  paths: readonly string[],
  tree: SourceTree,
  scanner: Scanner,
): BatchJudged {
  const files = paths.map((path) => judgeFile(path, tree, scanner));
  return {
    reports: files.flatMap(({ reports }) => reports),
    unread: files.flatMap(({ unread }) => unread),
  };
}
