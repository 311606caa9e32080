/**
 * Operations on the ledger in the order in which they were carried out, each with its receipt and
 * what it moved: added at the end and never changed. The index over their keys is written behind
 * (`generations.ts`); a start notes what lies behind its mark again.
 */
import type { DatabaseSync } from 'node:sqlite';
import { shortSha256Hex } from '../../base/hash.ts';
import { storeIndexLagMax } from '../../base/limits.ts';
import { parseDecisionId } from '../../model/ids.ts';
import { OPERATION_COLUMNS, RECEIPT_COLUMNS } from '../ledger-rows.ts';
import { keyOfDecision, type Row } from '../rows.ts';
import { foldNoted, Generations } from './generations.ts';
import { KeyIndex } from './key-index.ts';
import { prepareRow, prepareWalk } from './prepare-rows.ts';

export class OperationLog {
  readonly #index: KeyIndex;
  readonly #append: (row: Row) => number;
  readonly #receipt: (sequence: number) => Row | undefined;
  readonly generations: Generations<number>;

  constructor(database: DatabaseSync, lagMax?: number) {
    this.#index = new KeyIndex(database, 'operation_key', 1);
    this.#append = createAppend(database);
    this.#receipt = prepareRow(
      database,
      `SELECT ${RECEIPT_COLUMNS.map((name) => (name === 'chosen' ? 'lower(hex(chosen))' : name))}
       FROM ledger_operations WHERE sequence = ?`,
    );
    const [mark = 0] = prepareRow(database, 'SELECT operation FROM folded')() ?? [];
    const writeMark = database.prepare(`
      INSERT INTO folded (id, event, decision, operation) VALUES (1, 0, 0, ?)
      ON CONFLICT (id) DO UPDATE SET operation = excluded.operation`);
    this.generations = new Generations(
      [this.#index],
      Number(mark),
      (noted) => void writeMark.run(noted),
      lagMax,
    );
    this.#recover(database);
  }

  /** Where an operation stands, null when there was none of that key. */
  find(key: string): number | null {
    return this.#index.find(indexKeyOf(key))?.[0] ?? null;
  }

  /** Its row of `RECEIPT_COLUMNS`. */
  receipt(key: string): Row | null {
    const sequence = this.find(key);
    return sequence === null ? null : (this.#receipt(sequence) ?? null);
  }

  /** Adds a row of `OPERATION_COLUMNS`, whose key is new. Inside a transaction. */
  add(row: Row): void {
    this.#note(row[0], this.#append(row));
  }

  #note(key: Row[number] | undefined, sequence: number): void {
    this.generations.noted = sequence;
    this.#index.put(indexKeyOf(String(key)), [sequence]);
  }

  /** In steps of one generation, each written whole before the next. */
  #recover(database: DatabaseSync): void {
    const { generations } = this;
    const behind = prepareWalk(
      database,
      `SELECT sequence, key FROM ledger_operations WHERE sequence > ?
       ORDER BY sequence LIMIT ${storeIndexLagMax}`,
    );
    for (let last = -1; last < generations.noted; ) {
      last = generations.noted;
      for (const [sequence, key] of behind(last)) this.#note(key, Number(sequence));
      foldNoted(database, generations);
    }
  }
}

/** Nearly every operation is named by a decision, whose key is one already. */
function indexKeyOf(key: string): string {
  const decision = parseDecisionId(key);
  return decision === null ? shortSha256Hex(key) : keyOfDecision(decision);
}

function createAppend(database: DatabaseSync): (row: Row) => number {
  const places = OPERATION_COLUMNS.map((name) => (name === 'chosen' ? 'unhex(?)' : '?'));
  const append = database.prepare(`
    INSERT INTO ledger_operations (${OPERATION_COLUMNS.join(', ')}) VALUES (${places.join(', ')})`);
  return (row) => Number(append.run(...row).lastInsertRowid);
}
