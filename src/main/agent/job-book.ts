/**
 * What is known of each running job: its signals, the judgement on them, and since when. Bounded in
 * jobs and in signals a job; who has shown least for longest gives way.
 *
 * A cgroup that is no job's has a page of its own, so that what it does is told; it is no job, and
 * nothing is done to it unless the operator said so.
 */
import { agentJobsMax } from '../../base/sensor-limits.ts';
import { RUN_LEVELS, type RunLevel, type RunVerdict } from '../../model/run-verdict.ts';
import { type JobRef, keyOfSignal, type Signal } from '../../model/signal.ts';
import type { Clock } from '../../ports/clock.ts';
import { holdSignal } from '../../runtime/hold-signal.ts';
import { judgeRun } from '../../runtime/judge-run.ts';

export interface Page {
  readonly ref: JobRef | null;
  /** Null when only a flow or a recording told of it, and nobody knows its cgroup. */
  readonly cgroup: string | null;
  readonly isOwnCgroup: boolean;
  signals: readonly Signal[];
  verdict: RunVerdict;
  /** Monotonic times since which it has been at each level or above; null: it is not. */
  sinceMs: Record<RunLevel, number | null>;
  /** When it was last told to the server, and what of it then. */
  told: Told;
  lastMs: number;
  readonly firstMs: number;
}

export interface Told {
  readonly atMs: number;
  readonly level: RunLevel;
  readonly keys: string;
  /** By an agent before this one. */
  readonly isRecalled: boolean;
}

export type PageOwner = Pick<Page, 'ref' | 'cgroup' | 'isOwnCgroup'>;

export interface JobBook {
  /** Writes a signal down and judges anew; whether the level is another than before. */
  note(owner: PageOwner, signal: Signal): { readonly page: Page; readonly changed: boolean };
  /** Judges everything again, for evidence fades; the pages whose level changed. */
  review(): readonly Page[];
  /** The clock was set: all times move with it. */
  shift(ms: number): void;
  pageOf(job: JobRef): Page | null;
  readonly pages: Iterable<Page>;
  readonly size: number;
  /** Pages that gave way. */
  readonly lost: number;
}

const NOTHING: RunVerdict = { level: 'none', bits: 0, reasons: [] };

export function createJobBook(clock: Clock): JobBook {
  const pages = new Map<string, Page>();
  let lost = 0;
  const judge = (page: Page): boolean => {
    const before = page.verdict.level;
    page.verdict = judgeRun(page.signals, clock.now());
    const reached = RUN_LEVELS.indexOf(page.verdict.level);
    for (const [i, level] of RUN_LEVELS.entries()) {
      page.sinceMs[level] = i <= reached ? (page.sinceMs[level] ?? clock.elapsedMs()) : null;
    }
    return page.verdict.level !== before;
  };
  const pageOf = (owner: PageOwner): Page => {
    const key = owner.ref ?? `cgroup ${owner.cgroup}`;
    const known = pages.get(key);
    if (known !== undefined) return known;
    if (pages.size >= agentJobsMax) {
      pages.delete(leastOf(pages));
      lost++;
    }
    const page = newPage(owner, clock.elapsedMs());
    pages.set(key, page);
    return page;
  };
  return {
    note(owner, signal) {
      const page = pageOf(owner);
      page.signals = holdSignal(page.signals, { ...signal, job: owner.ref }, clock.now());
      page.lastMs = clock.elapsedMs();
      return { page, changed: judge(page) };
    },
    review() {
      const changed = [...pages.values()].filter(judge);
      const oldest = clock.elapsedMs() - FORGET_MS;
      for (const [key, { verdict, lastMs }] of pages) {
        if (verdict.bits === 0 && lastMs < oldest) pages.delete(key);
      }
      return changed;
    },
    shift(ms) {
      for (const page of pages.values()) {
        page.signals = page.signals.map((signal) => ({ ...signal, at: signal.at + ms }));
      }
    },
    pageOf: (job) => pages.get(job) ?? null,
    get pages() {
      return pages.values();
    },
    get size() {
      return pages.size;
    },
    get lost() {
      return lost;
    },
  };
}

/** A job that shows nothing any more is forgotten after ten minutes. */
const FORGET_MS = 600_000;

function newPage(owner: PageOwner, nowMs: number): Page {
  return {
    ...owner,
    signals: [],
    verdict: NOTHING,
    sinceMs: { none: nowMs, suspected: null, mining: null },
    told: { atMs: Number.NEGATIVE_INFINITY, level: 'none', keys: '', isRecalled: false },
    lastMs: nowMs,
    firstMs: nowMs,
  };
}

/** The page with the least evidence, the longest silent among equals. */
function leastOf(pages: ReadonlyMap<string, Page>): string {
  let least: [string, Page] | null = null;
  for (const entry of pages) {
    if (least === null || isLess(entry[1], least[1])) least = entry;
  }
  return least?.[0] ?? '';
}

function isLess(a: Page, b: Page): boolean {
  return a.verdict.bits === b.verdict.bits ? a.lastMs < b.lastMs : a.verdict.bits < b.verdict.bits;
}

export function secondsAt(page: Page, nowMs: number): Record<RunLevel, number> {
  const seconds = (level: RunLevel): number => {
    const since = page.sinceMs[level];
    return since === null ? 0 : (nowMs - since) / 1_000;
  };
  return { none: seconds('none'), suspected: seconds('suspected'), mining: seconds('mining') };
}

/** What a page says, without when: two pages of one content need to be told once. */
export function contentOf({ signals }: Page): string {
  return signals.map(keyOfSignal).sort().join('\n');
}
