/**
 * Scans trees on disk: lists their files and has each one judged, by this thread while there are
 * few, by others beside it when there are many. Batches are judged by whoever is idle, and taken in
 * their own order, so that two runs print the same.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { DialectReader } from '../model/job-definition.ts';
import type { Scanner } from '../scanner/scanner.ts';
import type { ChangedSince } from './changed-since.ts';
import { Gathering, type TreeScan } from './gathering.ts';
import { type BatchJudged, judgeBatch } from './judge-batch.ts';
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

/** Files that this thread judges before it starts others. */
const ALONE_FILES_MAX = 1_000;
/** Files handed to a thread at once: 3 ms of work, against 0.1 ms to hand them over. */
const BATCH_FILES = 128;
/** Batches that may wait for one before them: one definition can take half a second. */
const SENT_MAX = 512;

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

/** A batch that is judged or on its way, and the tree that its files belong to. */
interface Sent {
  readonly tree: SourceTree;
  judged: BatchJudged | null;
  /** Resolves when it is judged. */
  arrival: Promise<void>;
}

class DiskScan {
  readonly #trees: TreesToScan;
  readonly #gathering: Gathering;
  #tree: DiskTree;
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

  /** Takes a file; true when batches were sent or judged, so that it is time to catch up. */
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
    return this.#batch.length === 0 && this.#sent.length > 0;
  }

  #enterTree(root: string): void {
    if (root === this.#tree.root) return;
    this.#send();
    this.#tree = new DiskTree(root, this.#trees.directory);
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
    const threads = this.#threads;
    if (threads === null || this.#batch.length === 0) return;
    const paths = this.#batch;
    const tree = this.#tree;
    const sent: Sent = { tree, judged: null, arrival: Promise.resolve() };
    this.#batch = [];
    this.#sent.push(sent);
    if (threads.isFull) {
      sent.judged = judgeBatch(paths, tree, this.#trees.scanner);
      return;
    }
    sent.arrival = threads.judge({ root: tree.root, paths }).then((judged) => {
      sent.judged = judged;
    });
  }

  /** Lets the threads say what they have, and takes what is next in order. */
  async catchUp(): Promise<void> {
    await turn();
    while (this.#takeJudged() > SENT_MAX) await this.#sent[0]?.arrival;
  }

  /** Takes results up to the first that is not there yet; tells how many batches are left. */
  #takeJudged(): number {
    let taken = 0;
    for (const { judged, tree } of this.#sent) {
      if (judged === null) break;
      this.#gathering.addJudged(judged, tree);
      taken++;
    }
    this.#sent = this.#sent.slice(taken);
    return this.#sent.length;
  }

  async finish(): Promise<TreeScan> {
    this.#send();
    while (this.#takeJudged() > 0) await this.#sent[0]?.arrival;
    return this.#gathering.scan();
  }

  async close(): Promise<void> {
    await this.#threads?.close();
  }
}
