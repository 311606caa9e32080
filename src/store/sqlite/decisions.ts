/** Reading decisions, one or a page, and the one thing that may change about them. */
import type { DatabaseSync } from 'node:sqlite';
import { decisionsScannedMax } from '../../base/limits.ts';
import type { Row, Value } from '../rows.ts';
import { prepareRow, prepareWalk } from './prepare-rows.ts';
import { transaction } from './transaction.ts';

/** A decision is found through its event, which has the same key. */
const BY_KEY = 'event = (SELECT sequence FROM events WHERE key = unhex(?))';

/** A row of `body` and `answered`, or null. */
export function createDecision(database: DatabaseSync): (key: string) => Row | null {
  const byKey = prepareRow(database, `SELECT body, answered FROM decisions WHERE ${BY_KEY}`);
  return (key) => byKey(key) ?? null;
}

export function createMarkDefaulted(database: DatabaseSync): (keys: readonly string[]) => void {
  const mark = database.prepare(`UPDATE decisions SET answered = 'default' WHERE ${BY_KEY}`);
  return (keys) =>
    transaction(database, () => {
      for (const key of keys) mark.run(key);
    });
}

/** Columns with an index, the most selective first. */
const INDEXED = ['account', 'party', 'action'] as const;
const FILTERS = [...INDEXED, 'provider'] as const;

type Indexed = (typeof INDEXED)[number];
type Filters = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>;

export interface PageInput extends Filters {
  /** Only decisions below this sequence number. */
  readonly below: number;
  readonly limit: number;
}

export interface PageOutput {
  /** Rows of `body` and `answered`. */
  readonly rows: readonly Row[];
  /** The sequence number to go on below, or null when nothing is left. */
  readonly next: number | null;
}

/**
 * A page is a walk down one index, that of the filter which leaves the fewest rows; the other
 * filters are checked on the way. After `decisionsScannedMax` rows the walk stops and the page is
 * short: however rare a combination is, nobody's decision waits long behind a list.
 */
export function createDecisions(database: DatabaseSync): (input: PageInput) => PageOutput {
  const walks = new Map([...INDEXED, null].map((index) => [index, createWalk(database, index)]));
  const body = prepareRow(database, 'SELECT body, answered FROM decisions WHERE sequence = ?');
  return (input) => {
    const index = INDEXED.find((name) => input[name] !== undefined) ?? null;
    const start = index === null ? [] : [input[index] ?? null];
    const rows = walks.get(index)?.(...start, input.below) ?? [];
    const { found, next } = choose(rows, input);
    return { rows: found.map((sequence) => body(sequence) ?? []), next };
  };
}

function createWalk(
  database: DatabaseSync,
  index: Indexed | null,
): (...parameters: readonly Value[]) => Iterable<Row> {
  const source = index === null ? 'NOT INDEXED WHERE' : `INDEXED BY decisions_by_${index} WHERE`;
  const condition = index === null ? '' : `${index} = ? AND`;
  return prepareWalk(
    database,
    `SELECT sequence, ${FILTERS.join(', ')} FROM decisions ${source} ${condition} sequence < ?
     ORDER BY sequence DESC`,
  );
}

function choose(
  rows: Iterable<Row>,
  input: PageInput,
): { readonly found: readonly number[]; readonly next: number | null } {
  const found: number[] = [];
  let scanned = 0;
  for (const [sequence, ...columns] of rows) {
    if (FILTERS.every((name, i) => input[name] === undefined || input[name] === columns[i])) {
      if (found.length === input.limit) return { found, next: found.at(-1) ?? null };
      found.push(Number(sequence));
    }
    if (++scanned === decisionsScannedMax) return { found, next: Number(sequence) };
  }
  return { found, next: null };
}
