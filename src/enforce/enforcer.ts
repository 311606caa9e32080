/**
 * Keeps what is done to jobs in step with what is wanted. A measure is
 *
 *   wanted ─► begun (in the journal) ─► done ─► renewed while it is wanted ─► undone at its end
 *
 * Doing a thing twice is doing it once: a measure that holds is only renewed, and one that has
 * other settings is undone first, so that its undo always leads to what was there before us. With
 * the last cut our table of nftables goes, too.
 */
import type { Result } from '../base/result.ts';
import type { CgroupLayout } from '../model/cgroup-layout.ts';
import type { JobRef } from '../model/signal.ts';
import type { Log, LogFields } from '../ports/log.ts';
import { nftRemoveTable } from './cut-flow.ts';
import type { HeldMeasure, Journal } from './journal.ts';
import { keyOfMeasure, type Measure } from './measure.ts';
import { type PerformProblem, perform, readSetting } from './perform.ts';
import { type Operation, type Plan, planOf } from './plan.ts';
import type { WantedMeasure } from './run-rule.ts';

export interface EnforcerOptions {
  readonly layout: CgroupLayout;
  readonly journal: Journal;
  readonly log: Log;
  /** Everything is planned and told, nothing is done. */
  readonly dryRun: boolean;
  /** Milliseconds since boot. */
  readonly uptimeMs: () => number;
  readonly coresOf: (cgroup: string) => number;
}

const RETRY_MS = 60_000;
const RENEW_MS = 10_000;

interface Held extends HeldMeasure {
  /** What was asked for, to see whether it is asked for again. */
  readonly asked: string;
}

export class Enforcer {
  readonly #options: EnforcerOptions;
  readonly #held = new Map<string, Held>();
  /** Until when each measure that could not be done is left alone. */
  readonly #failed = new Map<string, number>();
  #nextId = 1;

  constructor(options: EnforcerOptions) {
    this.#options = options;
    for (const one of options.journal.open) {
      this.#held.set(one.key, { ...one, asked: '' });
      this.#nextId = Math.max(this.#nextId, one.id + 1);
    }
  }

  get held(): readonly HeldMeasure[] {
    return [...this.#held.values()].map(withoutAsked);
  }

  enforce(job: JobRef, wanted: readonly WantedMeasure[]): void {
    // Of one key the last rule's.
    const byKey = new Map(wanted.map((want) => [keyOfMeasure(want.measure), want]));
    for (const [key, want] of byKey) this.#want(job, key, want);
  }

  /** Undoes what has had its time. */
  expire(): void {
    const now = this.#options.uptimeMs();
    for (const one of this.#held.values())
      if (one.untilMs <= now) this.#end(one, 'its time is over');
    for (const [key, until] of this.#failed) if (until <= now) this.#failed.delete(key);
  }

  /** Undoes all that is done to a job, or to all jobs, and says why; returns how many. */
  undo(job: JobRef | null, why: string): number {
    const mine = [...this.#held.values()].filter((one) => job === null || one.job === job);
    for (const one of mine) this.#end(one, why);
    return mine.length;
  }

  #want(job: JobRef, key: string, want: WantedMeasure): void {
    const asked = JSON.stringify(want.measure);
    const now = this.#options.uptimeMs();
    const one = this.#held.get(key);
    if (one?.asked === asked) this.#renew(one, now + want.ttlSeconds * 1_000);
    else if ((this.#failed.get(key) ?? 0) <= now) {
      if (one !== undefined) this.#end(one, 'another one takes its place');
      this.#begin(job, asked, key, want);
    }
  }

  #begin(job: JobRef, asked: string, key: string, want: WantedMeasure): void {
    const { layout, journal, log, dryRun, coresOf, uptimeMs } = this.#options;
    const { measure, rule, reason, ttlSeconds } = want;
    const cores = measure.kind === 'cut' ? 0 : coresOf(measure.cgroup);
    const plan = planOf(measure, { layout, read: readSetting, cores, ttlSeconds });
    const fields = { job, rule, measure: key, ...capsOf(measure), reason, ttlSeconds };
    if (!plan.ok) {
      this.#fail(key, 'measure is not possible', fields, plan.error.message);
      return;
    }
    const untilMs = uptimeMs() + ttlSeconds * 1_000;
    const { undo } = plan.value;
    const one = { id: this.#nextId++, key, job, rule, reason, untilMs, undo, asked };
    this.#held.set(key, one);
    if (dryRun) {
      log.info('measure would be taken', fields);
      return;
    }
    journal.begin(withoutAsked(one));
    const problem = doPlan(plan.value, layout);
    if (problem === null) {
      log.info('measure taken', fields);
      return;
    }
    this.#fail(key, 'measure failed', fields, problem);
    this.#end(one, 'it could not be done whole');
  }

  #fail(key: string, what: string, fields: LogFields, message: string): void {
    this.#failed.set(key, this.#options.uptimeMs() + RETRY_MS);
    this.#options.log.warn(what, { ...fields, message });
  }

  #renew(one: Held, untilMs: number): void {
    // A line every ten seconds is enough: what is lost makes the measure end that much early.
    if (untilMs - one.untilMs < RENEW_MS) return;
    this.#held.set(one.key, { ...one, untilMs });
    if (!this.#options.dryRun) this.#options.journal.renew(one.id, untilMs);
  }

  #isLastCut(one: Held): boolean {
    return hasCut(one) && ![...this.#held.values()].some(hasCut);
  }

  #end(one: Held, why: string): void {
    const { layout, journal, log, dryRun } = this.#options;
    this.#held.delete(one.key);
    const undo = this.#isLastCut(one) ? [...one.undo, REMOVE_TABLE] : one.undo;
    const problems = dryRun ? [] : performAll(undo, layout);
    journal.end(one.id);
    const { job, rule, key } = one;
    const what = dryRun ? 'measure would be undone' : 'measure undone';
    log.info(what, { job, rule, measure: key, why });
    for (const message of problems) log.warn('undo failed', { job, measure: key, message });
  }
}

const REMOVE_TABLE: Operation = { kind: 'nft', script: nftRemoveTable() };

function hasCut({ undo }: HeldMeasure): boolean {
  return undo.some(({ kind }) => kind === 'nft');
}

function withoutAsked({ asked: _, ...one }: Held): HeldMeasure {
  return one;
}

/** All of it or the first problem. */
function doPlan({ apply }: Plan, layout: CgroupLayout): string | null {
  for (const operation of apply) {
    const done = perform(operation, layout);
    if (!done.ok) return done.error.message;
  }
  return null;
}

/** All of it whatever happens; what is gone needs no undo. */
function performAll(operations: readonly Operation[], layout: CgroupLayout): readonly string[] {
  const results: Result<void, PerformProblem>[] = operations.map((one) => perform(one, layout));
  return results.flatMap((result) => {
    return result.ok || result.error.code === 'gone' ? [] : [result.error.message];
  });
}

function capsOf(measure: Measure): Readonly<Record<string, number>> {
  return measure.kind === 'cap' ? { ...measure.caps } : {};
}
