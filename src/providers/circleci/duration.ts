const SECONDS_OF: ReadonlyMap<string, number> = new Map([
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
  ['', 1],
]);

const DURATION_LENGTH_MAX = 40;

/** A length of time as CircleCI writes it: `20m`, `1h30m`, `90s`. Null for anything else. */
export function parseDuration(text: string): number | null {
  if (text.length > DURATION_LENGTH_MAX) return null;
  let seconds = 0;
  let digits = '';
  for (const c of `${text.trim()} `) {
    if ((c >= '0' && c <= '9') || c === '.') {
      digits += c;
      continue;
    }
    const unitSeconds = SECONDS_OF.get(c.trim());
    if (unitSeconds === undefined || (digits === '' && c !== ' ')) return null;
    seconds += Number(digits) * unitSeconds;
    digits = '';
  }
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds) : null;
}
