/**
 * Threads that judge files of trees beside the main thread. A thread costs its start, 0.3 s of
 * loading on another core, and 60 MB, so that it pays for a thousand files and not for a hundred.
 *
 * The main thread lists, hands out batches, and judges one itself whenever every thread has as many
 * as it may wait for (`scan-tree.ts`), so that nobody idles and what is in memory does not grow
 * with the tree.
 *
 * A thread that dies takes its batch with it: the files of it are unread, and another thread takes
 * its place.
 */
import { Worker } from 'node:worker_threads';
import { bareReport, type DefinitionReport } from '../model/finding.ts';
import type { Dialect } from '../model/job-definition.ts';
import type { IndicatorLists } from '../scanner/indicators/indicators.ts';
import type { BatchJudged } from './judge-batch.ts';
import type { UnreadInput } from './judge-file.ts';
import { DiskTree } from './source-tree.ts';

export interface ThreadSettings {
  /** The folder that the command was started in. */
  readonly directory: string;
  /** The operator's own indicators. */
  readonly lists: Partial<IndicatorLists> | undefined;
}

/** Files of one tree. */
export interface BatchOfFiles {
  readonly root: string;
  readonly paths: readonly string[];
}

/** Nearly all reports are clear, and say no more than of which file. */
export type ReportFromThread = DefinitionReport | readonly [path: string, dialect: Dialect];

export interface BatchDone {
  readonly reports: readonly ReportFromThread[];
  readonly unread: readonly UnreadInput[];
}

interface Waiting extends BatchOfFiles {
  readonly resolve: (judged: BatchJudged) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Batches that it was given, oldest first. */
  readonly given: Waiting[];
}

/** Batches that a thread is given ahead: one is judged, and one lies ready when it is done. */
const WAITING_MAX = 2;

export class ScanThreads {
  readonly #settings: ThreadSettings;
  readonly #threads: Thread[] = [];
  #closed = false;

  constructor(count: number, settings: ThreadSettings) {
    this.#settings = settings;
    for (let i = 0; i < count; i++) this.#threads.push(this.#start());
  }

  /** Whether every thread has as many batches as it may wait for. */
  get isFull(): boolean {
    return this.#threads.every(({ given }) => given.length >= WAITING_MAX);
  }

  judge(batch: BatchOfFiles): Promise<BatchJudged> {
    return new Promise((resolve) => this.#give({ ...batch, resolve }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread {
    const worker = new Worker(new URL('./scan-thread-worker.ts', import.meta.url), {
      workerData: this.#settings,
    });
    const thread: Thread = { worker, given: [] };
    worker.on('message', (done: BatchDone) => thread.given.shift()?.resolve(withReports(done)));
    worker.on('error', () => this.#replace(thread));
    worker.on('exit', () => this.#replace(thread));
    return thread;
  }

  #give(waiting: Waiting): void {
    const thread = this.#threads.reduce((a, b) => (b.given.length < a.given.length ? b : a));
    thread.given.push(waiting);
    thread.worker.postMessage({ root: waiting.root, paths: waiting.paths });
  }

  /** Puts another thread in the place of one that ended; the batch that it had is lost. */
  #replace(thread: Thread): void {
    const at = this.#threads.indexOf(thread);
    if (this.#closed || at < 0) return;
    this.#threads[at] = this.#start();
    const [lost, ...others] = thread.given;
    const why = 'the thread that was to judge it ended';
    const tree = new DiskTree(lost?.root ?? '', this.#settings.directory);
    const unread = (lost?.paths ?? []).map((path) => ({ path: tree.shown(String(path)), why }));
    lost?.resolve({ reports: [], unread });
    for (const waiting of others) this.#give(waiting);
  }
}

function withReports({ reports, unread }: BatchDone): BatchJudged {
  const isBare = (one: ReportFromThread): one is readonly [string, Dialect] => Array.isArray(one);
  return {
    unread,
    reports: reports.map((one) => {
      return isBare(one) ? bareReport('clear', { path: one[0], dialect: one[1] }) : one;
    }),
  };
}
