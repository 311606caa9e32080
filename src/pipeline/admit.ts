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
import type { Checkpoint } from '../model/checkpoint.ts';
import type { DefinitionReport } from '../model/finding.ts';
import { type DecisionId, decisionIdOf } from '../model/ids.ts';
import type { DefaultCause } from '../ports/metrics.ts';
import { prepare } from './candidate.ts';
import type { Core, Settled } from './core.ts';
import type { Identify } from './identify.ts';
import { OnWay } from './on-way.ts';
import type { PipelinePorts } from './ports.ts';
import type { Answer, DecisionRequest } from './request.ts';
import { type ScanAhead, scanAhead } from './scan-ahead.ts';
import { stageTimer } from './stage-timer.ts';

/**
 * A request on its way. It lives until its batch is on the disk, so it keeps nothing long: with the
 * event and the definition in it the garbage collector took 16 microseconds a decision, and 5
 * without.
 */
export class Pending {
  readonly number: number;
  readonly source: string;
  readonly eventId: string;
  readonly checkpoint: Checkpoint;
  readonly bodyBytes: number;
  readonly startedMs: number;
  readonly answer: Promise<Answer>;
  defaulted = false;
  isWithCore = false;
  #resolve: (answer: Answer) => void = () => assert(false, 'settled before it was made');
  #settled = false;
  #cancelDeadline: () => void = () => {};

  constructor(request: DecisionRequest, number: number) {
    const { event, checkpoint, bodyBytes, startedMs } = request;
    this.number = number;
    this.source = event.source;
    this.eventId = event.id;
    this.checkpoint = checkpoint;
    this.bodyBytes = bodyBytes;
    this.startedMs = startedMs;
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Calls `onDeadline` unless the request is settled by `decideMsMax` after its arrival. */
  watch({ clock }: Pick<PipelinePorts, 'clock'>, onDeadline: () => void): void {
    const left = decideMsMax - (clock.elapsedMs() - this.startedMs);
    // One that comes too late to be answered is decided for the record, which has to say so.
    if (left <= 0) onDeadline();
    else this.#cancelDeadline = clock.after(left, onDeadline);
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
  readonly #onWay = new OnWay<Pending>(waitingRequestsMax);
  #bytesOnWay = 0;
  /** Decisions whose callers had the default, and whose records are yet to say so. */
  readonly late: DecisionId[] = [];
  /** Whether the last batch could be recorded. */
  healthy = true;
  #whenEmpty: (() => void)[] = [];

  constructor(ports: PipelinePorts) {
    this.#ports = ports;
    this.#scanAhead = scanAhead(ports, stageTimer(ports));
  }

  admit(request: DecisionRequest, core: Core): Promise<Answer> {
    const isFull = this.#onWay.size >= waitingRequestsMax || this.#bytesOnWay >= waitingBytesMax;
    const pending = new Pending(request, this.#onWay.nextNumber());
    if (isFull) return Promise.resolve(this.#default(pending, 'overload'));
    this.#onWay.add(pending);
    this.#bytesOnWay += pending.bodyBytes;
    this.#ports.metrics.waiting(this.#onWay.size);
    this.#watch(pending, core);
    const scan = this.#scanAhead(request.definition);
    const next = { request, pending, core, identify: this.#ports.identify };
    if (scan instanceof Promise) void scan.then((report) => handOver(report, next));
    else handOver(scan, next);
    return pending.answer;
  }

  /** In a function of its own, so that the timer holds nothing else. */
  #watch(pending: Pending, core: Core): void {
    pending.watch(this.#ports, () => {
      this.giveDefault(pending, 'deadline');
      // A decision that comes later is to say that its caller had the default.
      if (pending.isWithCore) core.noteDefault(pending.number);
    });
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

  /** They are recorded or given up: they are no longer on their way. */
  release(batch: readonly Settled[]): void {
    for (const { number, kind } of batch) {
      this.healthy = kind !== 'failed';
      this.#bytesOnWay -= this.pending(number).bodyBytes;
      this.#onWay.delete(number);
    }
    this.#ports.metrics.waiting(this.#onWay.size);
    if (this.#onWay.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  failing(): void {
    this.healthy = false;
  }

  giveDefault(pending: Pending, cause: DefaultCause): void {
    if (pending.defaulted) return;
    pending.settle(this.#default(pending, cause));
  }

  #default({ checkpoint, source, eventId }: Pending, cause: DefaultCause): Answer {
    const { mode, policy, metrics } = this.#ports;
    const action: Action = mode === 'shadow' ? 'allow' : policy().defaults[checkpoint];
    const id = decisionIdOf(source, eventId);
    metrics.defaulted(checkpoint, cause);
    return { kind: 'default', action, checkpoint, id, cause };
  }
}

interface Next {
  readonly request: DecisionRequest;
  readonly pending: Pending;
  readonly core: Core;
  readonly identify: Identify;
}

function handOver(scan: DefinitionReport | null, { request, pending, core, identify }: Next): void {
  pending.isWithCore = true;
  const shown = identify(request.event, request.definition, scan);
  const { number, defaulted } = pending;
  core.decide(prepare(request, scan, { number, defaulted, shown }));
}
