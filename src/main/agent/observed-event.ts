import type { JsonObject } from '../../base/json.ts';
import { type EpochMs, formatTime } from '../../base/time.ts';
import { RUN_LEVELS, type RunLevel } from '../../model/run-verdict.ts';
import { contentOf, type Page, type Told } from './job-book.ts';

/** A page is told again when it says something new, at most this often, and at least that often. */
const TELL_MS_MIN = 5_000;
const TELL_MS_MAX = 60_000;
/** Less is not worth a message. */
const TELL_BITS_MIN = 1;

/**
 * Whether the server should hear of a page now. What an agent before this one told counts as told:
 * for a minute, while the page is only filling up again, no less than that is news.
 */
export function isNews(page: Page, nowMs: number): boolean {
  const { told, verdict } = page;
  const sinceMs = nowMs - told.atMs;
  if (page.ref === null) return false;
  if (told.isRecalled && sinceMs < TELL_MS_MAX) return isMore(page);
  if (sinceMs < TELL_MS_MIN) return false;
  if (verdict.level !== told.level) return true;
  if (verdict.bits < TELL_BITS_MIN) return false;
  // A program's traits come one after the other: what is not odd yet can wait for the rest.
  if (verdict.level === 'none' && nowMs - page.firstMs < TELL_MS_MIN) return false;
  return contentOf(page) !== told.keys || (verdict.level !== 'none' && sinceMs >= TELL_MS_MAX);
}

/** A `job.observed` event: all signals held of the job, so that it can be judged by itself. */
export function observedEvent(page: Page, id: string, source: string, at: EpochMs): JsonObject {
  // Signals are plain data, so they are their own JSON.
  const signals = page.signals as unknown as readonly JsonObject[];
  return {
    specversion: '1.0',
    type: 'job.observed',
    id,
    source,
    subject: `${page.ref}`,
    time: formatTime(at),
    data: { signals },
  };
}

/** Whether the page says something that was not told, or is at a higher level. */
function isMore(page: Page): boolean {
  const { told, verdict } = page;
  if (RUN_LEVELS.indexOf(verdict.level) > RUN_LEVELS.indexOf(told.level)) return true;
  const known = new Set(told.keys.split('\n'));
  return contentOf(page)
    .split('\n')
    .some((key) => key !== '' && !known.has(key));
}

/** What was told by an agent before, from its spool; null when there is none. */
export function recalled(value: JsonObject | null, nowMs: number): Told | null {
  const level = RUN_LEVELS.find((known) => known === value?.['level']);
  const keys = value?.['keys'];
  if (level === undefined || typeof keys !== 'string') return null;
  return { atMs: nowMs, level: level satisfies RunLevel, keys, isRecalled: true };
}
