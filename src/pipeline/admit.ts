/**
 * Admission: bounds what is on its way and keeps the deadline. The states of a request:
 *
 *   admit ──► scanning ──► ready ──► taken ──► settled
 *     │           │          │         │          ▲
 *     │           └──────────┴─────────┴─ deadline: the caller gets the default;
 *     │                                   the request goes on and its record says so
 *     └─ too many on their way: the caller gets the default at once, nothing is recorded
 *
 * A request is settled exactly once, by `carry-out` or by its deadline, whichever comes first.
 */
import { assert } from '../base/assert.ts';
import {
  batchBytesMax,
  batchRequestsMax,
  decideMsMax,
  waitingBytesMax,
  waitingRequestsMax,
} from '../base/limits.ts';
import type { Action } from '../model/action.ts';
import type { DefinitionReport } from '../model/finding.ts';
import { type DecisionId, decisionIdOf } from '../model/ids.ts';
import type { DefaultCause } from '../ports/metrics.ts';
import type { PipelinePorts } from './ports.ts';
import type { Answer, Candidate, DecisionRequest } from './request.ts';
import { type ScanAhead, scanAhead } from './scan-ahead.ts';
import type { StageTimer } from './stage-timer.ts';

export class Pending implements Candidate {
  readonly request: DecisionRequest;
  readonly id: DecisionId;
  readonly answer: Promise<Answer>;
  scan: DefinitionReport | null = null;
  defaulted = false;
  /** How often a store that failed has sent it back. */
  retries = 0;
  #resolve: (answer: Answer) => void = () => assert(false, 'settled before it was made');
  #settled = false;
  #cancelDeadline: () => void = () => {};

  constructor(request: DecisionRequest) {
    this.request = request;
    this.id = decisionIdOf(request.event.source, request.event.id);
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Calls `onDeadline` unless the request is settled by `decideMsMax` after its arrival. */
  watch(ports: PipelinePorts, onDeadline: () => void): void {
    const elapsed = ports.clock.elapsedMs() - this.request.startedMs;
    this.#cancelDeadline = ports.clock.after(Math.max(0, decideMsMax - elapsed), onDeadline);
  }

  /** False when the caller has been answered before. */
  settle(answer: Answer): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.defaulted = answer.kind === 'default';
    this.#cancelDeadline();
    this.#resolve(answer);
    return true;
  }
}

export class Admission {
  readonly #ports: PipelinePorts;
  readonly #scanAhead: ScanAhead;
  #ready: Pending[] = [];
  #onWay = 0;
  #bytesOnWay = 0;
  /** Whether the last batch could be recorded. */
  healthy = true;
  /** Wakes the pipeline that waits for a request to become ready. */
  #wake: (() => void) | null = null;
  #whenEmpty: (() => void)[] = [];

  constructor(ports: PipelinePorts, timed: StageTimer) {
    this.#ports = ports;
    this.#scanAhead = scanAhead(ports, timed);
  }

  admit(request: DecisionRequest): Promise<Answer> {
    const isFull = this.#onWay >= waitingRequestsMax || this.#bytesOnWay >= waitingBytesMax;
    if (isFull) {
      return Promise.resolve(this.#default(request, 'overload'));
    }
    this.#onWay++;
    this.#bytesOnWay += request.bodyBytes;
    this.#ports.metrics.waiting(this.#onWay);
    const pending = new Pending(request);
    pending.watch(this.#ports, () => this.giveDefault(pending, 'deadline'));
    const scan = this.#scanAhead(request.definition);
    if (scan instanceof Promise) void scan.then((report) => this.#becomeReady(pending, report));
    else this.#becomeReady(pending, scan);
    return pending.answer;
  }

  /** The next batch: all that is ready, oldest first, once there is something. */
  async next(): Promise<readonly Pending[]> {
    while (this.#ready.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const batch = this.#ready.splice(0, this.#nextLength());
    this.#ports.metrics.batch(batch.length);
    return batch;
  }

  /** How many of the ready requests make a batch: as many as fit, and one at least. */
  #nextLength(): number {
    let bytes = 0;
    for (const [i, { request }] of this.#ready.entries()) {
      bytes += request.bodyBytes;
      if (i === batchRequestsMax || (i > 0 && bytes > batchBytesMax)) return i;
    }
    return this.#ready.length;
  }

  /** Resolves once every request is recorded or given up. */
  empty(): Promise<void> {
    if (this.#onWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  /** Puts a batch that could not be recorded back at the front. */
  putBack(batch: readonly Pending[]): void {
    this.healthy = false;
    this.#ready = [...batch, ...this.#ready];
    this.#wakeUp();
  }

  /** The batch is recorded or given up: its requests are no longer on their way. */
  release(batch: readonly Pending[], recorded: boolean): void {
    this.healthy = recorded;
    this.#onWay -= batch.length;
    for (const { request } of batch) this.#bytesOnWay -= request.bodyBytes;
    assert(this.#onWay >= 0, 'more requests released than admitted');
    this.#ports.metrics.waiting(this.#onWay);
    if (this.#onWay === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  giveDefault(pending: Pending, cause: DefaultCause): void {
    if (pending.defaulted) return;
    pending.settle(this.#default(pending.request, cause));
  }

  #becomeReady(pending: Pending, scan: DefinitionReport | null): void {
    pending.scan = scan;
    this.#ready.push(pending);
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #default(request: DecisionRequest, cause: DefaultCause): Answer {
    const { checkpoint, event } = request;
    const { mode, policy, metrics, log } = this.#ports;
    const action: Action = mode === 'shadow' ? 'allow' : policy().defaults[checkpoint];
    const id = decisionIdOf(event.source, event.id);
    metrics.defaulted(checkpoint, cause);
    log.warn('answered by the default', { checkpoint, cause, action, decision: id });
    return { kind: 'default', action, checkpoint, id, cause };
  }
}
