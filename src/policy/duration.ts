const SECONDS_OF: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Digits of a year in seconds. */
const DIGITS_MAX = 8;

/** Seconds of `90s`, `30m`, `24h` or `7d`; null when the text is no such duration. */
export function parseDuration(text: string): number | null {
  const unit = SECONDS_OF[text.at(-1) ?? ''];
  const digits = text.slice(0, -1);
  if (unit === undefined || digits === '' || digits.length > DIGITS_MAX) return null;
  for (const c of digits) if (c < '0' || c > '9') return null;
  return Number(digits) * unit;
}
