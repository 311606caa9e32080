import type { DatabaseSync } from 'node:sqlite';
import { activityHoursKept } from '../../base/limits.ts';
import type { Value } from '../rows.ts';

/** What the decisions of a batch add to one account in one clock hour. */
interface HourSum {
  readonly provider: Value;
  readonly account: Value;
  readonly hour: number;
  jobs: number;
  refused: number;
}

/** The sums of one batch: an account with fifty jobs in it costs one write, not fifty. */
export class HourSums {
  readonly #sums = new Map<string, HourSum>();

  /** Adds a row of `ACTIVITY_COLUMNS`. */
  add(row: readonly Value[]): void {
    const [provider = null, account = null, hour, jobs, refused] = row;
    // Stored text has no NUL, so the key is unambiguous.
    const key = `${provider}\0${account}\0${hour}`;
    const sum = this.#sums.get(key) ?? {
      provider,
      account,
      hour: Number(hour),
      jobs: 0,
      refused: 0,
    };
    sum.jobs += Number(jobs);
    sum.refused += Number(refused);
    this.#sums.set(key, sum);
  }

  all(): Iterable<HourSum> {
    return this.#sums.values();
  }
}

/**
 * Adds a sum to its hour. The first sum of an hour drops the account's hours that no answer will
 * ask for any more, so that an account keeps few rows and nothing has to sweep them.
 */
export function createAddHour(database: DatabaseSync): (sum: HourSum) => void {
  const add = database.prepare(`
    UPDATE account_hours SET jobs = jobs + ?, refused = refused + ?
    WHERE provider = ? AND account = ? AND hour = ?`);
  const insert = database.prepare(`
    INSERT INTO account_hours (jobs, refused, provider, account, hour) VALUES (?, ?, ?, ?, ?)`);
  const prune = database.prepare(`
    DELETE FROM account_hours WHERE provider = ? AND account = ? AND hour <= ?`);
  return ({ provider, account, hour, jobs, refused }) => {
    if (jobs === 0 && refused === 0) return;
    if (add.run(jobs, refused, provider, account, hour).changes > 0) return;
    insert.run(jobs, refused, provider, account, hour);
    prune.run(provider, account, hour - activityHoursKept);
  };
}
