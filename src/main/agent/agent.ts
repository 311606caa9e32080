/**
 * `davylamp agent`: what runs on a host, whose job it is, how odd it is, and what is done about it.
 *
 *   sensors ─► job map ─► job book (signals, judgement) ─► rules ─► enforcer
 *                              └─► spool ─► server ─► its decisions ─► enforcer
 *
 * Everything but the sensors' own reading happens in one thread, a sighting at a time.
 */

import type { Enforcer } from '../../enforce/enforcer.ts';
import { type RunRule, wantedMeasures } from '../../enforce/run-rule.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log, LogFields } from '../../ports/log.ts';
import type { SensorSource, Sighting } from '../../ports/sensor-source.ts';
import type { JobMap, MappedJob } from '../../sensor/jobs/job-map.ts';
import type { SocketOwners } from '../../sensor/sockets/socket-owners.ts';
import { type JobBook, type Page, type PageOwner, secondsAt } from './job-book.ts';
import type { SteadyClock } from './steady-clock.ts';

export interface AgentParts {
  readonly clock: SteadyClock;
  readonly log: Log;
  readonly book: JobBook;
  readonly jobs: JobMap;
  readonly owners: SocketOwners;
  readonly enforcer: Enforcer;
  readonly sources: readonly SensorSource[];
  readonly rules: readonly RunRule[];
  readonly outsideJobs: boolean;
  /** Tells the server of a page; absent when the agent is alone. */
  readonly report?: (page: Page) => void;
  /** More for the health line. */
  readonly counts?: () => object;
}

export interface RunningAgent {
  /** Every source's health, and the agent's own counts. */
  health(): LogFields;
  stop(): Promise<void>;
}

const REVIEW_MS = 5_000;
const HEALTH_MS = 60_000;

export async function startAgent(parts: AgentParts): Promise<RunningAgent> {
  const { clock, log, enforcer, sources, book } = parts;
  const state = { sightings: 0, withoutJob: 0 };

  const act = (page: Page): void => {
    parts.report?.(page);
    if (page.ref === null && !parts.outsideJobs) return;
    if (page.cgroup === null || page.verdict.level === 'none') return;
    const { cgroup, isOwnCgroup, verdict, signals } = page;
    const at = secondsAt(page, clock.elapsedMs());
    const job = { cgroup, isOwnCgroup, verdict, signals, secondsAt: at };
    enforcer.enforce(refOf(page), wantedMeasures(parts.rules, job));
  };
  const onSighting = ({ signal, actor }: Sighting): void => {
    state.sightings++;
    const owner = ownerOf(parts, { signal, actor });
    if (owner.ref === null) state.withoutJob++;
    const { page, changed } = book.note(owner, signal);
    log.debug('signal', { job: page.ref, cgroup: page.cgroup, signal: JSON.stringify(signal) });
    if (changed) tellVerdict(log, page);
    act(page);
  };
  for (const source of sources) {
    const started = await source.start(onSighting);
    if (started.ok) continue;
    const { code, message } = started.error;
    log.warn('a sensor does not run', { sensor: source.name, code, message });
  }
  const health = (): LogFields => healthOf(parts, book, state);
  const stopReviews = every(clock, REVIEW_MS, () => {
    const steppedMs = clock.step();
    if (steppedMs !== 0) {
      book.shift(steppedMs);
      log.warn('the clock was set', { steppedMs });
    }
    for (const page of book.review()) tellVerdict(log, page);
    for (const page of book.pages) act(page);
    enforcer.expire();
  });
  const stopHealth = every(clock, HEALTH_MS, () => log.info('health', health()));
  return {
    health,
    async stop() {
      stopReviews();
      stopHealth();
      await Promise.all(sources.map((source) => source.stop()));
      log.info('health', health());
    },
  };
}

function every(clock: Clock, ms: number, task: () => void): () => void {
  let cancel = clock.after(ms, function again() {
    cancel = clock.after(ms, again);
    task();
  });
  return () => cancel();
}

/** A page without a job is enforced under the name of its cgroup. */
function refOf({ ref, cgroup }: Page): NonNullable<Page['ref']> {
  return ref ?? (`host/cgroup${cgroup}` as NonNullable<Page['ref']>);
}

function ownerOf({ jobs, owners }: AgentParts, { signal, actor }: Sighting): PageOwner {
  if (signal.job !== null) return { ref: signal.job, cgroup: null, isOwnCgroup: false };
  const mapped = jobs.jobOfActor(actor, owners.pidOf);
  if (mapped !== null) return ownerOfJob(mapped);
  return { ref: null, cgroup: actor.cgroup ?? null, isOwnCgroup: true };
}

/** A job known by a process's environment may share its cgroup with its runner. */
function ownerOfJob({ ref, cgroup, via }: MappedJob): PageOwner {
  return { ref, cgroup, isOwnCgroup: via !== 'process' };
}

function tellVerdict(log: Log, { ref, cgroup, verdict, signals }: Page): void {
  log.info(ref === null ? 'verdict without a job' : 'verdict', {
    job: ref,
    cgroup,
    verdict: verdict.level,
    bits: verdict.bits,
    reasons: verdict.reasons.map(({ sentence, bits }) => `${sentence} (${bits})`).join('; '),
    signals: signals.length,
  });
}

/** Flat, for it is one line of a log: `packets.lost`. */
function healthOf(
  { sources, enforcer, counts }: AgentParts,
  book: JobBook,
  { sightings, withoutJob }: { readonly sightings: number; readonly withoutJob: number },
): LogFields {
  const fields: Record<string, string | number | null> = {
    jobs: book.size,
    jobsLost: book.lost,
    sightings,
    withoutJob,
    measures: enforcer.held.length,
    residentBytes: process.memoryUsage.rss(),
  };
  for (const source of sources) Object.assign(fields, prefixed(source.name, source.health()));
  if (counts !== undefined) Object.assign(fields, prefixed('server', counts()));
  return fields;
}

function prefixed(name: string, of: object): LogFields {
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [`${name}.${key}`, value]));
}
