/**
 * Scans in worker threads, one input a thread at a time, the shortest first: who sends megabytes
 * waits behind those who do not. A thread that dies or takes longer than `scanMsMax` is replaced,
 * and its input ends as `unchecked`: the states of a thread are idle ──► scanning ──► idle, and
 * scanning ──► (timeout, crash) ──► replaced.
 */
import { Worker } from 'node:worker_threads';
import { scanMsMax } from '../base/limits.ts';
import { type DefinitionInput, inputLength, inputName } from '../model/definition-input.ts';
import { bareReport, type DefinitionReport, gaveUp } from '../model/finding.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { ScanRunner } from '../ports/scan-runner.ts';
import type { IndicatorLists } from '../scanner/indicators/indicators.ts';

interface Task {
  readonly input: DefinitionInput;
  readonly length: number;
  readonly resolve: (report: DefinitionReport) => void;
}

export interface ScanPoolOptions {
  readonly threads: number;
  /** The operator's own; each thread gets a copy. */
  readonly indicators?: Partial<IndicatorLists>;
  readonly clock: Clock;
  readonly log: Log;
  /** Time one scan may take; tests shorten it. */
  readonly scanMsMax?: number;
}

interface Thread {
  readonly worker: Worker;
  /** What it scans now; null when it is idle. */
  task: Task | null;
  cancelTimeout: () => void;
}

export class ScanPool implements ScanRunner {
  readonly #options: ScanPoolOptions;
  /** The longest first; of two of one length the later. */
  readonly #waiting: Task[] = [];
  readonly #threads = new Set<Thread>();
  #closed = false;

  constructor(options: ScanPoolOptions) {
    this.#options = options;
    for (let i = 0; i < options.threads; i++) this.#start();
  }

  scan(input: DefinitionInput): Promise<DefinitionReport> {
    return new Promise((resolve) => {
      this.#wait({ input, length: inputLength(input), resolve });
      this.#next();
    });
  }

  #wait(task: Task): void {
    let [low, high] = [0, this.#waiting.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#waiting[middle]?.length ?? 0) > task.length) low = middle + 1;
      else high = middle;
    }
    this.#waiting.splice(low, 0, task);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #start(): void {
    const worker = new Worker(new URL('./scan-worker.ts', import.meta.url), {
      name: 'scan',
      workerData: this.#options.indicators ?? {},
    });
    const thread: Thread = { worker, task: null, cancelTimeout: () => {} };
    worker.on('message', (report: DefinitionReport) => this.#finish(thread, report));
    worker.on('error', (error) => this.#replace(thread, `the scan failed: ${shortMessage(error)}`));
    worker.on('exit', () => this.#replace(thread, 'the scan ended without a result'));
    // The pool keeps no process up: the server's socket does.
    worker.unref();
    this.#threads.add(thread);
  }

  #next(): void {
    for (const thread of this.#threads) {
      if (thread.task !== null) continue;
      const task = this.#waiting.pop();
      if (task === undefined) return;
      this.#run(thread, task);
    }
  }

  #run(thread: Thread, task: Task): void {
    const { clock, scanMsMax: msMax = scanMsMax } = this.#options;
    const late = (): void => this.#replace(thread, `the scan took longer than ${msMax} ms`);
    thread.task = task;
    thread.cancelTimeout = clock.after(msMax, late);
    thread.worker.postMessage(task.input);
  }

  #finish(thread: Thread, report: DefinitionReport): void {
    thread.cancelTimeout();
    const { task } = thread;
    thread.task = null;
    task?.resolve(report);
    this.#next();
  }

  /** Ends a thread that failed, once, and starts another in its place. */
  #replace(thread: Thread, why: string): void {
    if (!this.#threads.delete(thread)) return;
    thread.cancelTimeout();
    void thread.worker.terminate();
    if (thread.task) thread.task.resolve(uncheckedReport(thread.task.input, why));
    if (this.#closed) return;
    this.#options.log.error('a scan thread was replaced', { why });
    this.#start();
    this.#next();
  }
}

function shortMessage(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}

function uncheckedReport(input: DefinitionInput, why: string): DefinitionReport {
  return bareReport('unchecked', inputName(input), [gaveUp(why)]);
}
