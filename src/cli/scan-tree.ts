/**
 * Scans trees on disk: lists their files and has each one judged, by this thread while there are
 * few, by several at once when there are many.
 */
import type { DialectReader } from '../model/job-definition.ts';
import type { Scanner } from '../scanner/scanner.ts';
import type { ChangedSince } from './changed-since.ts';
import { Gathering, type TreeScan } from './gathering.ts';
import { type Listed, listFiles } from './list-files.ts';
import type { BatchJudged, ScanThreads } from './scan-threads.ts';
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
  /** Starts other threads once there are many files; null for none. */
  readonly startThreads?: (() => ScanThreads) | null;
}

/** Files that one thread judges in the time that others take to start. */
const ALONE_FILES_MAX = 4_000;
/** Files handed to a thread at once: 3 ms of work, against 0.1 ms to hand them over. */
const BATCH_FILES = 128;

export async function scanPaths(trees: TreesToScan): Promise<TreeScan> {
  const scan = new DiskScan(trees);
  try {
    for (const listed of listFiles(trees.paths, trees.directory)) {
      const isWaiting = scan.take(listed);
      if (isWaiting) await scan.catchUp();
    }
    return await scan.finish();
  } finally {
    await scan.close();
  }
}

/** A batch on its way, and the tree that its files belong to. */
interface Sent {
  readonly judged: Promise<BatchJudged>;
  readonly tree: SourceTree;
}

class DiskScan {
  readonly #trees: TreesToScan;
  readonly #gathering: Gathering;
  #tree: SourceTree;
  #threads: ScanThreads | null = null;
  /** Files of the tree of now that go out together. */
  #batch: string[] = [];
  /** Oldest first; results are taken in this order. */
  #sent: Sent[] = [];

  constructor(trees: TreesToScan) {
    this.#trees = trees;
    this.#gathering = new Gathering(trees.scanner, trees.changes);
    this.#tree = new DiskTree('', trees.directory);
  }

  /** Takes a file; true when the caller should wait until the threads have caught up. */
  take(listed: Listed): boolean {
    const { isExcluded, tracked, given = null, onFile, directory } = this.#trees;
    const gathering = this.#gathering;
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
    if (listed.root !== this.#tree.root) {
      this.#send();
      this.#tree = new DiskTree(listed.root, directory);
    }
    if (listed.isNamed) gathering.addNamed(listed.path, this.#tree, given);
    else this.#judge(listed.path);
    onFile?.(gathering.files, listed.progress);
    return this.#threads?.isFull === true;
  }

  #judge(path: string): void {
    const gathering = this.#gathering;
    // What changed is told from all files that a definition reads, which stay in one thread.
    const { startThreads = null, changes = null } = this.#trees;
    const isAlone =
      startThreads === null || changes !== null || path.endsWith(`/${IGNORE_FILE_NAME}`);
    if (isAlone || gathering.files < ALONE_FILES_MAX) {
      gathering.add(path, this.#tree);
      return;
    }
    this.#threads ??= startThreads();
    gathering.files++;
    this.#batch.push(path);
    if (this.#batch.length >= BATCH_FILES) this.#send();
  }

  #send(): void {
    if (this.#threads === null || this.#batch.length === 0) return;
    const judged = this.#threads.judge({ root: this.#tree.root, paths: this.#batch });
    this.#sent.push({ judged, tree: this.#tree });
    this.#batch = [];
  }

  /** Takes results until a thread has room for more. */
  async catchUp(): Promise<void> {
    while (this.#threads?.isFull === true) await this.#takeOldest();
  }

  async #takeOldest(): Promise<void> {
    const oldest = this.#sent.shift();
    if (oldest !== undefined) this.#gathering.addJudged(await oldest.judged, oldest.tree);
  }

  async finish(): Promise<TreeScan> {
    this.#send();
    while (this.#sent.length > 0) await this.#takeOldest();
    return this.#gathering.scan();
  }

  async close(): Promise<void> {
    await this.#threads?.close();
  }
}
