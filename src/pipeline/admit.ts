/**
 * Admission: bounds what is on its way and keeps the deadline. The states of a request:
 *
 *   admit ──► scanning ──► with the core ──► settled
 *     │           │              │              ▲
 *     │           └──────────────┴─ deadline: the caller gets the default;
 *     │                             the request goes on and its record says so
 *     └─ too many on their way: the caller gets the default at once, nothing is recorded
 *
 * A request is settled exactly once, by `carry-out` or by its deadline, whichever comes first.
 */
import { assert } from '../base/assert.ts';
import { decideMsMax, waitingBytesMax, waitingRequestsMax } from '../base/limits.ts';
import type { Action } from '../model/action.ts';
import type { DefinitionReport } from '../model/finding.ts';
import { type DecisionId, decisionIdOf } from '../model/ids.ts';
import type { DefaultCause } from '../ports/metrics.ts';
import { prepare } from './candidate.ts';
import type { Core } from './core.ts';
import type { PipelinePorts } from './ports.ts';
import type { Answer, DecisionRequest } from './request.ts';
import { type ScanAhead, scanAhead } from './scan-ahead.ts';
import { stageTimer } from './stage-timer.ts';

export class Pending {
  readonly request: DecisionRequest;
  readonly number: number;
  readonly id: DecisionId;
  readonly answer: Promise<Answer>;
  defaulted = false;
  isWithCore = false;
  #resolve: (answer: Answer) => void = () => assert(false, 'settled before it was made');
  #settled = false;
  #cancelDeadline: () => void = () => {};

  constructor(request: DecisionRequest, number: number) {
    this.request = request;
    this.number = number;
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
  readonly #onWay = new Map<number, Pending>();
  #bytesOnWay = 0;
  #admitted = 0;
  /** Whether the last batch could be recorded. */
  healthy = true;
  #whenEmpty: (() => void)[] = [];

  constructor(ports: PipelinePorts) {
    this.#ports = ports;
    this.#scanAhead = scanAhead(ports, stageTimer(ports));
  }

  admit(request: DecisionRequest, core: Core): Promise<Answer> {
    const isFull = this.#onWay.size >= waitingRequestsMax || this.#bytesOnWay >= waitingBytesMax;
    if (isFull) return Promise.resolve(this.#default(request, 'overload'));
    const pending = new Pending(request, ++this.#admitted);
    this.#onWay.set(pending.number, pending);
    this.#bytesOnWay += request.bodyBytes;
    this.#ports.metrics.waiting(this.#onWay.size);
    pending.watch(this.#ports, () => this.#giveUpWaiting(pending, core));
    const scan = this.#scanAhead(request.definition);
    if (scan instanceof Promise) void scan.then((report) => handOver(pending, report, core));
    else handOver(pending, scan, core);
    return pending.answer;
  }

  /** Resolves once every request is recorded or given up. */
  empty(): Promise<void> {
    if (this.#onWay.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  pending(number: number): Pending {
    const pending = this.#onWay.get(number);
    assert(pending !== undefined, 'a request is settled once');
    return pending;
  }

  /** The request is recorded or given up: it is no longer on its way. */
  release(number: number, recorded: boolean): void {
    this.healthy = recorded;
    this.#bytesOnWay -= this.pending(number).request.bodyBytes;
    this.#onWay.delete(number);
    this.#ports.metrics.waiting(this.#onWay.size);
    if (this.#onWay.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  failing(): void {
    this.healthy = false;
  }

  giveDefault(pending: Pending, cause: DefaultCause): void {
    if (pending.defaulted) return;
    pending.settle(this.#default(pending.request, cause));
  }

  /** The deadline. A decision that comes later is to say that its caller had the default. */
  #giveUpWaiting(pending: Pending, core: Core): void {
    this.giveDefault(pending, 'deadline');
    if (pending.isWithCore) core.noteDefault(pending.number);
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

function handOver(pending: Pending, scan: DefinitionReport | null, core: Core): void {
  pending.isWithCore = true;
  core.decide(prepare(pending.request, scan, pending));
}
