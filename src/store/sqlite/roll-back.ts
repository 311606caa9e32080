import type { Behind } from './generations.ts';
import { isSqliteError } from './sqlite-error.ts';

/**
 * Takes back what each part has in memory, whatever another throws. A part that cannot read what it
 * goes back to is out of step with the database, and would write over pages that are in use. That
 * is no error of SQLite's any more, after which a batch is tried again: as after a sync that
 * failed, it ends the process, and the next start reads what is there.
 */
export function rollBack(parts: readonly Pick<Behind, 'rollback'>[]): void {
  const thrown: unknown[] = [];
  for (const part of parts) {
    try {
      part.rollback();
    } catch (error) {
      thrown.push(error);
    }
  }
  if (thrown.length === 0) return;
  const [first] = thrown;
  if (!isSqliteError(first)) throw first;
  const message = `memory is out of step with the database: after a rollback, ${first.message}`;
  throw new Error(message, { cause: first });
}
