/**
 * Scans in worker threads, one input a thread at a time, oldest first. A thread that dies or takes
 * longer than `scanMsMax` is replaced, and its input ends as `unchecked`: the states of a thread
 * are idle ──► scanning ──► idle, and scanning ──► (timeout, crash) ──► replaced.
 */
import { Worker } from 'node:worker_threads';
import { scanMsMax } from '../base/limits.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { ScanRunner } from '../ports/scan-runner.ts';

interface Task {
  readonly input: DefinitionInput;
  readonly resolve: (report: DefinitionReport) => void;
}

export interface ScanPoolOptions {
  readonly threads: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Time one scan may take; tests shorten it. */
  readonly scanMsMax?: number;
}

export class ScanPool implements ScanRunner {
  readonly #options: ScanPoolOptions;
  readonly #waiting: Task[] = [];
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  #closed = false;

  constructor(options: ScanPoolOptions) {
    this.#options = options;
    for (let i = 0; i < options.threads; i++) this.#start();
  }

  scan(input: DefinitionInput): Promise<DefinitionReport> {
    return new Promise((resolve) => {
      this.#waiting.push({ input, resolve });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  #start(): void {
    const worker = new Worker(new URL('./scan-worker.ts', import.meta.url));
    // The pool keeps no process up: the server's socket does.
    worker.unref();
    this.#all.add(worker);
    this.#idle.push(worker);
  }

  #next(): void {
    const worker = this.#idle.pop();
    const task = worker === undefined ? undefined : this.#waiting.shift();
    if (worker === undefined) return;
    if (task === undefined) this.#idle.push(worker);
    else this.#run(worker, task);
  }

  #run(worker: Worker, task: Task): void {
    const { clock, scanMsMax: msMax = scanMsMax } = this.#options;
    const cancel = clock.after(msMax, () => fail(`the scan took longer than ${msMax} ms`));
    const settle = (): void => {
      cancel();
      worker.removeAllListeners();
    };
    const fail = (why: string): void => {
      settle();
      this.#replace(worker, why);
      task.resolve(uncheckedReport(task.input, why));
      this.#next();
    };
    worker.once('message', (report: DefinitionReport) => {
      settle();
      this.#idle.push(worker);
      task.resolve(report);
      this.#next();
    });
    worker.once('error', (error: unknown) => fail(`the scan failed: ${shortMessage(error)}`));
    worker.once('exit', () => fail('the scan ended without a result'));
    worker.postMessage(task.input);
  }

  #replace(worker: Worker, why: string): void {
    this.#all.delete(worker);
    void worker.terminate();
    if (this.#closed) return;
    this.#options.log.error('a scan thread was replaced', { why });
    this.#start();
  }
}

function shortMessage(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}

function uncheckedReport(input: DefinitionInput, why: string): DefinitionReport {
  const { path, dialect } =
    input.kind === 'definition'
      ? input.definition
      : { path: input.files[0]?.path ?? '', dialect: input.dialect };
  const empty = { bits: 0, findings: [], identifiers: [] };
  return { path, dialect, verdict: 'unchecked', unchecked: [why], ...empty };
}
