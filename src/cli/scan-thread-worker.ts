/** A thread that judges files of trees on disk: batches of paths in, what was found out. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { DefinitionReport } from '../model/finding.ts';
import { READERS } from '../providers/registry.ts';
import { Indicators } from '../scanner/indicators/indicators.ts';
import { createScanner } from '../scanner/scanner.ts';
import { judgeBatch } from './judge-batch.ts';
import type { BatchDone, BatchOfFiles, ReportFromThread, ThreadSettings } from './scan-threads.ts';
import { DiskTree } from './source-tree.ts';

assert(parentPort !== null, 'this file runs in a thread');
const port = parentPort;
// The main thread makes it of this type.
const { directory, lists } = workerData as ThreadSettings;
const indicators = lists === undefined ? {} : { indicators: new Indicators(lists) };
const scanner = createScanner({ readers: READERS, ...indicators });
let tree = new DiskTree('', directory);

port.on('message', ({ root, paths }: BatchOfFiles) => port.postMessage(judged(root, paths)));

function judged(root: string, paths: readonly string[]): BatchDone {
  // What is known of the files of a tree is kept as long as the tree goes on.
  if (root !== tree.root) tree = new DiskTree(root, directory);
  const { reports, unread } = judgeBatch(paths, tree, scanner);
  return { reports: reports.map(forMessage), unread };
}

/** A clear report is sent without what every clear report says. */
function forMessage(report: DefinitionReport): ReportFromThread {
  const isBare = report.verdict === 'clear' && report.findings.length === 0;
  const isFirst = (report.via ?? []).length === 0;
  return isBare && isFirst ? [report.path, report.dialect] : report;
}
