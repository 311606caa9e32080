/**
 * Keeps what is done to jobs in step with what is wanted. A measure is
 *
 *   wanted ─► begun (in the journal) ─► done ─► renewed while it is wanted ─► undone at its end
 *
 * Doing a thing twice is doing it once: a measure that holds already is only renewed, and one that
 * could not be done is not tried again before `RETRY_MS`. One of the same key but with other
 * settings is undone first, so that its undo always leads to what was there before us.
 */
import type { Result } from '../base/result.ts';
import type { CgroupLayout } from '../model/cgroup-layout.ts';
import type { JobRef } from '../model/signal.ts';
import type { Log } from '../ports/log.ts';
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

export interface Enforcer {
  enforce(job: JobRef, wanted: readonly WantedMeasure[]): void;
  /** Undoes what has had its time. */
  expire(): void;
  /** Undoes all that is done to a job, or to all jobs, and says why; returns how many. */
  undo(job: JobRef | null, why: string): number;
  readonly held: readonly HeldMeasure[];
}

const RETRY_MS = 60_000;
const RENEW_MS = 10_000;

interface Held extends HeldMeasure {
  /** What was asked for, to see whether it is asked for again. */
  readonly asked: string;
}

export function createEnforcer(options: EnforcerOptions): Enforcer {
  const { layout, journal, log, dryRun, uptimeMs, coresOf } = options;
  const held = new Map<string, Held>();
  const failedUntil = new Map<string, number>();
  for (const one of journal.open) held.set(one.key, { ...one, asked: '' });
  let nextId = journal.open.reduce((id, one) => Math.max(id, one.id), 0) + 1;

  const end = (one: Held, why: string): void => {
    const problems = dryRun ? [] : performAll(one.undo, layout);
    journal.end(one.id);
    held.delete(one.key);
    const { job, rule, key } = one;
    log.info(dryRun ? 'measure would be undone' : 'measure undone', {
      job,
      rule,
      measure: key,
      why,
    });
    for (const message of problems) log.warn('undo failed', { job, measure: key, message });
  };
  const begin = (job: JobRef, asked: string, key: string, want: WantedMeasure): void => {
    const { measure, rule, reason, ttlSeconds } = want;
    const cores = measure.kind === 'cut' ? 0 : coresOf(measure.cgroup);
    const plan = planOf(measure, { layout, read: readSetting, cores, ttlSeconds });
    const fields = { job, rule, measure: key, ...capsOf(measure), reason, ttlSeconds };
    if (!plan.ok) {
      failedUntil.set(key, uptimeMs() + RETRY_MS);
      log.warn('measure is not possible', { ...fields, message: plan.error.message });
      return;
    }
    const untilMs = uptimeMs() + ttlSeconds * 1_000;
    const one = { id: nextId++, key, job, rule, reason, untilMs, undo: plan.value.undo, asked };
    held.set(key, one);
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
    log.warn('measure failed', { ...fields, message: problem });
    failedUntil.set(key, uptimeMs() + RETRY_MS);
    end(one, 'it could not be done whole');
  };
  const renew = (one: Held, untilMs: number): void => {
    // A line every ten seconds is enough: what is lost makes the measure end that much early.
    if (untilMs - one.untilMs < RENEW_MS) return;
    held.set(one.key, { ...one, untilMs });
    if (!dryRun) journal.renew(one.id, untilMs);
  };
  return {
    enforce(job, wanted) {
      const byKey = new Map(wanted.map((want) => [keyOfMeasure(want.measure), want]));
      for (const [key, want] of byKey) {
        const asked = JSON.stringify(want.measure);
        const now = uptimeMs();
        const one = held.get(key);
        if (one?.asked === asked) renew(one, now + want.ttlSeconds * 1_000);
        else if ((failedUntil.get(key) ?? 0) <= now) {
          if (one !== undefined) end(one, 'another one takes its place');
          begin(job, asked, key, want);
        }
      }
    },
    expire() {
      const now = uptimeMs();
      for (const one of held.values()) if (one.untilMs <= now) end(one, 'its time is over');
      for (const [key, until] of failedUntil) if (until <= now) failedUntil.delete(key);
    },
    undo(job, why) {
      const mine = [...held.values()].filter((one) => job === null || one.job === job);
      for (const one of mine) end(one, why);
      return mine.length;
    },
    get held() {
      return [...held.values()].map(withoutAsked);
    },
  };
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
