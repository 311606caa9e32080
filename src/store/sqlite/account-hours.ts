import { activityHoursKept } from '../../base/limits.ts';

/**
 * Counters of an account by clock hour: hour, jobs, refused, one triple behind the other, in the
 * order of the hours. A flat list is its own JSON, 12 characters an hour, which `json_each` reads.
 */
export type AccountHours = readonly number[];

const WIDTH = 3;
const DAY_HOURS = 24;

/**
 * Adds to an hour. A new one drops those that no answer will ask for any more. A clock may have
 * been ahead for a while, so that hours ahead are kept too, the nearest, while there is room.
 */
export function addToHour(
  hours: AccountHours,
  hour: number,
  jobs: number,
  refused: number,
): AccountHours {
  if (jobs === 0 && refused === 0) return hours;
  let at = hours.length;
  while (at > 0 && (hours[at - WIDTH] ?? 0) >= hour) at -= WIDTH;
  if (hours[at] !== hour) return keep(hours.toSpliced(at, 0, hour, jobs, refused), hour);
  const added = hours.slice();
  added[at + 1] = (hours[at + 1] ?? 0) + jobs;
  added[at + 2] = (hours[at + 2] ?? 0) + refused;
  return added;
}

/** The hours that may be asked for from `hour` on, which is one of them, and so the first 48. */
function keep(hours: AccountHours, hour: number): AccountHours {
  let start = 0;
  while ((hours[start] ?? hour) <= hour - activityHoursKept) start += WIDTH;
  return hours.slice(start, start + activityHoursKept * WIDTH);
}

/** Jobs in an hour, and jobs and refusals in it and the 23 before it. */
export function sumOfDay(
  hours: AccountHours,
  now: number,
): readonly [jobsThisHour: number, jobsLastDay: number, refusedLastDay: number] {
  let thisHour = 0;
  let lastDay = 0;
  let refusedLastDay = 0;
  for (let i = 0; i < hours.length; i += WIDTH) {
    const hour = hours[i] ?? 0;
    if (hour > now || hour <= now - DAY_HOURS) continue;
    const jobs = hours[i + 1] ?? 0;
    if (hour === now) thisHour = jobs;
    lastDay += jobs;
    refusedLastDay += hours[i + 2] ?? 0;
  }
  return [thisHour, lastDay, refusedLastDay];
}
