/** How long commands wait, and how often schedules come round. */
import { pattern } from '../../base/regex.ts';
import type { CommandPassage } from './job-view.ts';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

const DURATION = pattern('^(\\d{1,9})(\\.\\d{1,6})?([smhd]?)$');
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  m: MINUTE_SECONDS,
  h: HOUR_SECONDS,
  d: DAY_SECONDS,
};

/** `3300`, `55m`, `5.5h` as `sleep` and `timeout` take them, or null. `infinity` is for ever. */
export function durationSeconds(word: string): number | null {
  if (word === 'infinity' || word === 'inf') return Infinity;
  const match = word.length <= 32 ? DURATION.exec(word) : null;
  if (!match) return null;
  const [, whole = '', fraction = '', unit = ''] = match;
  return Number(whole + fraction) * (UNIT_SECONDS[unit] ?? 1);
}

/** Beginnings of loops that never end by themselves, without blanks. */
const ENDLESS = ['whiletrue', 'while:', 'while[1]', 'while[[1]]', 'while((1))', 'untilfalse'];
const ENDLESS_FOR = 'for((;;))';
/** Characters before a sleep that are searched for the loop around it. */
const LOOP_TEXT_LENGTH_MAX = 2_000;

/** Programs that a job waits with. */
export const WAITERS: ReadonlySet<string> = new Set(['sleep', 'start-sleep', 'tail']);

/**
 * How long a command keeps its job waiting: `sleep 55m`, `tail -f /dev/null`, a sleep in a loop
 * without end. 0 for everything else.
 */
export function waitSeconds(command: CommandPassage): number {
  const { program, arguments: given } = command;
  if (program === 'tail') {
    return given.includes('/dev/null') && given.some((word) => word.startsWith('-f'))
      ? Infinity
      : 0;
  }
  if (program !== 'sleep' && program !== 'start-sleep') return 0;
  const seconds = given.reduce((sum, word) => sum + (durationSeconds(word) ?? 0), 0);
  return seconds > 0 && standsInEndlessLoop(command) ? Infinity : seconds;
}

function standsInEndlessLoop(command: CommandPassage): boolean {
  const { layers, source, start } = command;
  const text = layers.at(-1) ?? source.text;
  const before = layers.length === 0 ? text.slice(0, start) : text;
  if (before.endsWith('while ')) return true;
  const dense = before.slice(-LOOP_TEXT_LENGTH_MAX).replaceAll(' ', '').replaceAll('\t', '');
  const opened = Math.max(...[...ENDLESS, ENDLESS_FOR].map((loop) => dense.lastIndexOf(loop)));
  // A `done` behind it has closed the loop.
  if (opened < 0) return false;
  return layers.length > 0 || !dense.slice(opened).includes('\ndone');
}

/** The duration that the prefix `timeout` gives the program, or null. */
export function timeoutSeconds(command: CommandPassage): number | null {
  const prefixes = command.words.length - command.arguments.length - 1;
  const at = command.words.findIndex((word) => word === 'timeout' || word === 'gtimeout');
  if (at < 0 || at >= prefixes) return null;
  // Other durations and numbers of the prefixes, such as that of `-k`, are shorter.
  const seconds = command.words
    .slice(at + 1, prefixes)
    .flatMap((word) => durationSeconds(word) ?? []);
  return seconds.length === 0 ? null : Math.max(...seconds);
}

const NICKNAMES: Readonly<Record<string, number>> = { '@hourly': 24, '@daily': 1, '@midnight': 1 };
const FIELD_RANGES = [60, 24, 31, 12, 7] as const;
const CRON_LENGTH_MAX = 200;

/** How often a cron line comes round in a day, on average. 0 for what is no cron line. */
export function runsPerDay(schedule: string): number {
  if (Object.hasOwn(NICKNAMES, schedule)) return NICKNAMES[schedule] ?? 0;
  if (schedule.length > CRON_LENGTH_MAX) return 0;
  const fields = schedule
    .trim()
    .split(' ')
    .filter((field) => field !== '');
  if (fields.length !== FIELD_RANGES.length) return 0;
  const shares = fields.map((field, i) => fieldCount(field, FIELD_RANGES[i] ?? 1));
  const [minutes = 0, hours = 0, days = 0, months = 0, weekdays = 0] = shares;
  return minutes * hours * (days / 31) * (months / 12) * (weekdays / 7);
}

/** How many of a field's values a cron field names: `*`, a step, a range, a list. */
function fieldCount(field: string, range: number): number {
  return Math.min(
    range,
    field.split(',').reduce((sum, part) => sum + partCount(part, range), 0),
  );
}

function partCount(part: string, range: number): number {
  const [span = '', step = '1'] = part.split('/');
  const [low = '', high] = span.split('-');
  const steps = Math.max(1, Number(step) || 1);
  if (span === '*' || span === '?') return Math.ceil(range / steps);
  if (high === undefined) return part.includes('/') ? Math.ceil((range - Number(low)) / steps) : 1;
  return Math.max(0, Math.ceil((Number(high) - Number(low) + 1) / steps)) || 0;
}
