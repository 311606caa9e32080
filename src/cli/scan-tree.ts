/**
 * Scans trees on disk: lists their files and has each one judged, by this thread while there are
 * few, by others beside it when there are many. Batches are judged by whoever is idle, and taken in
 * their own order, so that two runs print the same.
 *
 * This thread lists ahead, so that there is always something to hand out, and judges the rest file
 * by file. After each it looks whether a thread has room: while it judged whole batches, one of
 * which can take seconds, the others stood still.
 *
 *   listed ──► waiting ──► with a thread ──► judged ──► taken, in the order of the list
 *                     └──► here, file by file ──┘
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { DefinitionReport } from '../model/finding.ts';
import type { DialectReader } from '../model/job-definition.ts';
import type { Scanner } from '../scanner/scanner.ts';
import type { ChangedSince } from './changed-since.ts';
import { Gathering, type TreeScan } from './gathering.ts';
import type { BatchJudged } from './judge-batch.ts';
import { judgeFile, type UnreadInput } from './judge-file.ts';
import { keptReport } from './kept-report.ts';
import { type Listed, listFiles } from './list-files.ts';
import type { ScanThreads } from './scan-threads.ts';
import { DiskTree, type SourceTree } from './source-tree.ts';
import { IGNORE_FILE_NAME } from './suppression-list.ts';
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
  /** Starts threads beside this one once there are many files; null for none. */
  readonly startThreads?: (() => ScanThreads) | null;
}

/** Files that are listed, and not judged yet, before other threads start. */
const ALONE_FILES_MAX = 1_000;
/** Files handed to a thread at once: 6 ms of work on average, against 0.1 ms to hand them over. */
const BATCH_FILES = 32;
/** Batches listed ahead of those that are judged. */
const WAITING_MAX = 8;
/** Batches that may wait for one before them: one definition can take half a second. */
const BATCHES_MAX = 2_048;

export async function scanPaths(trees: TreesToScan): Promise<TreeScan> {
  const scan = new DiskScan(trees);
  try {
    for (const listed of listFiles(trees.paths, trees.directory)) {
      const hasSent = scan.take(listed);
      if (hasSent) await scan.catchUp();
    }
    return await scan.finish();
  } finally {
    await scan.close();
  }
}

/** A batch of files of one tree, until it is taken. */
interface Batch {
  readonly tree: SourceTree;
  readonly paths: readonly string[];
  judged: BatchJudged | null;
  /** Resolves when it is judged, once a thread has it. */
  arrival: Promise<void>;
}

class DiskScan {
  readonly #trees: TreesToScan;
  readonly #gathering: Gathering;
  #tree: DiskTree;
  #threads: ScanThreads | null = null;
  /** Files of the tree of now that go out together. */
  #paths: string[] = [];
  /** Oldest first; results are taken in this order. */
  #batches: Batch[] = [];
  /** Those of them that nobody judges yet. */
  readonly #waiting: Batch[] = [];

  constructor(trees: TreesToScan) {
    this.#trees = trees;
    this.#gathering = new Gathering(trees.scanner, trees.changes);
    this.#tree = new DiskTree('', trees.directory);
  }

  /** Takes a file; true when a batch is full, so that it is time to catch up. */
  take(listed: Listed): boolean {
    const { isExcluded, tracked, given = null, onFile } = this.#trees;
    const gathering = this.#gathering;
    if (listed.kind === 'folder') {
      this.#enterTree(listed.root);
      this.#tree.enter(listed.path, listed.names);
      return false;
    }
    if (isExcluded?.(this.#tree.shown(listed.path))) {
      gathering.excluded++;
      return false;
    }
    if (listed.kind === 'unread') {
      gathering.addUnread(this.#tree.shown(listed.path), listed.why);
      return false;
    }
    if (!listed.isNamed && tracked?.has(listed.path, listed.root) === false) {
      gathering.untracked++;
      return false;
    }
    this.#enterTree(listed.root);
    if (listed.isNamed) gathering.addNamed(listed.path, this.#tree, given);
    else this.#judge(listed.path);
    onFile?.(gathering.files, listed.progress);
    return this.#paths.length === 0 && this.#batches.length > 0;
  }

  #enterTree(root: string): void {
    if (root === this.#tree.root) return;
    this.#endBatch();
    this.#tree = new DiskTree(root, this.#trees.directory);
  }

  #judge(path: string): void {
    const gathering = this.#gathering;
    // What changed is told from all files that a definition reads, which stay in one thread.
    const { startThreads = null, changes = null } = this.#trees;
    const isAlone =
      startThreads === null || changes !== null || path.endsWith(`/${IGNORE_FILE_NAME}`);
    if (isAlone) {
      gathering.add(path, this.#tree);
      return;
    }
    gathering.files++;
    // The first thousand are shared as well: the largest definitions may be among them.
    if (gathering.files > ALONE_FILES_MAX) this.#threads ??= startThreads();
    this.#paths.push(path);
    if (this.#paths.length >= BATCH_FILES) this.#endBatch();
  }

  #endBatch(): void {
    if (this.#paths.length === 0) return;
    const arrival = Promise.resolve();
    const batch: Batch = { tree: this.#tree, paths: this.#paths, judged: null, arrival };
    this.#paths = [];
    this.#batches.push(batch);
    this.#waiting.push(batch);
  }

  /** Has batches judged until few wait, and takes what is next in order. */
  async catchUp(waitingMax: number = WAITING_MAX): Promise<void> {
    // There may be too few files for threads, or they may be about to start.
    if (this.#threads === null && waitingMax > 0) return;
    for (this.#handOut(); this.#waiting.length > waitingMax; this.#handOut()) {
      await this.#judgeHere();
    }
    await turn();
    while (this.#takeJudged() > BATCHES_MAX) await this.#batches[0]?.arrival;
  }

  /** Gives the threads what they have room for. */
  #handOut(): void {
    const threads = this.#threads;
    while (threads?.isFull === false) {
      const batch = this.#waiting.shift();
      if (batch === undefined) return;
      const { paths, tree } = batch;
      batch.arrival = threads.judge({ root: tree.root, paths }).then((judged) => {
        batch.judged = judged;
      });
    }
  }

  /** Judges the batch that waits longest, and keeps the threads busy meanwhile. */
  async #judgeHere(): Promise<void> {
    const batch = this.#waiting.shift();
    if (batch === undefined) return;
    const reports: DefinitionReport[] = [];
    const unread: UnreadInput[] = [];
    for (const path of batch.paths) {
      const file = judgeFile(path, batch.tree, this.#trees.scanner);
      reports.push(...file.reports.map(keptReport));
      unread.push(...file.unread);
      // The others cost next to nothing.
      if (file.reports.length === 0) continue;
      await turn();
      this.#handOut();
    }
    batch.judged = { reports, unread };
  }

  /** Takes results up to the first that is not there yet; tells how many batches are left. */
  #takeJudged(): number {
    let taken = 0;
    for (const { judged, tree } of this.#batches) {
      if (judged === null) break;
      this.#gathering.addJudged(judged, tree);
      taken++;
    }
    this.#batches = this.#batches.slice(taken);
    return this.#batches.length;
  }

  async finish(): Promise<TreeScan> {
    this.#endBatch();
    await this.catchUp(0);
    while (this.#takeJudged() > 0) await this.#batches[0]?.arrival;
    return this.#gathering.scan();
  }

  async close(): Promise<void> {
    await this.#threads?.close();
  }
}
