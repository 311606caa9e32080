import type { JsonObject } from '../../base/json.ts';
import { type EpochMs, formatTime } from '../../base/time.ts';
import { contentOf, type Page } from './job-book.ts';

/** A page is told again when it says something new, at most this often, and at least that often. */
const TELL_MS_MIN = 5_000;
const TELL_MS_MAX = 60_000;
/** Less is not worth a message. */
const TELL_BITS_MIN = 1;

/** Whether the server should hear of a page now. */
export function isNews(page: Page, nowMs: number): boolean {
  const { told, verdict } = page;
  const sinceMs = nowMs - told.atMs;
  if (page.ref === null || sinceMs < TELL_MS_MIN) return false;
  if (verdict.level !== told.level) return true;
  if (verdict.bits < TELL_BITS_MIN) return false;
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
