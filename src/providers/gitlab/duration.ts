/**
 * A length of time as GitLab writes it: `1h 30m`, `3600 seconds`, `2 hours 20 min`. A number
 * without a unit is seconds. Null for anything else.
 */
export function parseDuration(text: string): number | null {
  if (text.length > DURATION_LENGTH_MAX) return null;
  const parts = partsOf(text.toLowerCase());
  let seconds = 0;
  for (let i = 0; i < parts.length; i++) {
    const count = Number(parts[i]);
    if (!Number.isFinite(count)) return null;
    const unit = parts[i + 1];
    const isUnit = unit !== undefined && Number.isNaN(Number(unit));
    const unitSeconds = isUnit ? SECONDS_OF.get(unit) : 1;
    if (unitSeconds === undefined) return null;
    seconds += count * unitSeconds;
    if (isUnit) i++;
  }
  return seconds > 0 ? Math.round(seconds) : null;
}

const DURATION_LENGTH_MAX = 100;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const SECONDS_OF: ReadonlyMap<string, number> = new Map([
  ...named(1, 's', 'sec', 'secs', 'second', 'seconds'),
  ...named(MINUTE, 'm', 'min', 'mins', 'minute', 'minutes'),
  ...named(HOUR, 'h', 'hr', 'hrs', 'hour', 'hours'),
  ...named(DAY, 'd', 'day', 'days'),
  ...named(7 * DAY, 'w', 'wk', 'week', 'weeks'),
  ...named(30 * DAY, 'mo', 'mon', 'mos', 'month', 'months'),
  ...named(365 * DAY, 'y', 'yr', 'yrs', 'year', 'years'),
]);

function named(
  seconds: number,
  ...names: readonly string[]
): readonly (readonly [string, number])[] {
  return names.map((name) => [name, seconds] as const);
}

/** Runs of digits and runs of letters; blanks, commas and `and` only part them. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    const kind = kindOf(character);
    if (part !== '' && kind !== kindOf(part[0] ?? '')) {
      parts.push(part);
      part = '';
    }
    if (kind !== 'gap') part += character;
  }
  if (part !== '') parts.push(part);
  return parts.filter((each) => each !== 'and');
}

function kindOf(character: string): 'number' | 'letter' | 'gap' {
  if ((character >= '0' && character <= '9') || character === '.') return 'number';
  return ' ,\t\n'.includes(character) ? 'gap' : 'letter';
}
