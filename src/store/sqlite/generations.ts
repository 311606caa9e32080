/**
 * Indexes that follow from one log and are written behind it (`write-behind.ts`), together, in
 * generations:
 *
 *   - For n rows of the log that are noted, up to 2n entries of the generation that is being
 *     folded are written, so that it is written before the next has half its size. They are written
 *     `storeFoldMin` at a time: neighbours in the order of keys share a page, and a slice with each
 *     transaction would write the same page again and again.
 *   - With its last entry is written how far the log went when the generation was closed, its mark:
 *     up to there the indexes in the database know everything, and perhaps more.
 *   - A start notes what lies behind that mark again. It changes nothing where an entry was written
 *     already.
 */
import type { DatabaseSync } from 'node:sqlite';
import { storeFoldMin, storeIndexLagMax } from '../../base/limits.ts';
import { rollBack } from './roll-back.ts';
import { transaction } from './transaction.ts';

/** One index, whatever its entries are. */
export interface Behind {
  /** Whether all that `turn` took is written, if the transaction under way commits. */
  readonly isFolded: boolean;
  /** Entries that the transaction under way has put. */
  readonly putCount: number;
  /** Committed entries that no `turn` has taken. */
  readonly freshCount: number;
  /** Takes all fresh entries to be written. */
  turn(): void;
  /** Writes the next entries of what `turn` took, and does what else is due with so many. */
  fold(entriesMax: number): void;
  commit(): void;
  rollback(): void;
  forget(): void;
}

/** What a transaction of the log tells all that is written behind it. */
export type Folded = Pick<Generations<unknown>, 'fold' | 'commit' | 'rollback' | 'forget'>;

/** At a start: writes what was noted, whole, in a transaction of its own. */
export function foldNoted(
  database: DatabaseSync,
  generations: Pick<Generations<unknown>, 'commit' | 'foldAll'>,
): void {
  generations.commit();
  transaction(database, () => generations.foldAll());
  generations.commit();
}

export class Generations<Mark> {
  readonly #indexes: readonly Behind[];
  readonly #writeMark: (mark: Mark) => void;
  readonly #lagMax: number;
  /** Entries that are due to be written. */
  #due = 0;
  /** Up to where the log is noted. */
  noted: Mark;
  #committed: Mark;
  /** How far the log went when the generation that is being folded was closed. */
  #closed: Mark | null = null;

  /** `mark` is the one in the database. */
  constructor(
    indexes: readonly Behind[],
    mark: Mark,
    writeMark: (mark: Mark) => void,
    lagMax: number = storeIndexLagMax,
  ) {
    this.#indexes = indexes;
    this.#writeMark = writeMark;
    this.#lagMax = lagMax;
    this.noted = mark;
    this.#committed = mark;
  }

  /** Writes a slice of what waits, when one is due. Last in every transaction that notes. */
  fold(): void {
    this.#due += 2 * this.#most(({ putCount }) => putCount);
    if (this.#due < Math.min(storeFoldMin, this.#lagMax)) return;
    this.#write(this.#due);
    this.#due = 0;
  }

  /** After the transaction. Closes a generation when there is enough for one. */
  commit(): void {
    for (const index of this.#indexes) index.commit();
    this.#committed = this.noted;
    if (!this.#isFolded) return;
    this.#closed = null;
    if (this.#most(({ freshCount }) => freshCount) >= this.#lagMax) this.#close();
  }

  rollback(): void {
    this.noted = this.#committed;
    rollBack(this.#indexes);
  }

  /** After reading without a transaction that writes. */
  forget(): void {
    for (const index of this.#indexes) index.forget();
  }

  /** Writes all that is committed. Inside a transaction, before anything is noted in it. */
  foldAll(): void {
    this.#write(Number.POSITIVE_INFINITY);
    this.#close();
    this.#write(Number.POSITIVE_INFINITY);
  }

  get #isFolded(): boolean {
    return this.#indexes.every(({ isFolded }) => isFolded);
  }

  #most(count: (index: Behind) => number): number {
    return Math.max(...this.#indexes.map(count));
  }

  #close(): void {
    for (const index of this.#indexes) index.turn();
    this.#closed = this.#committed;
  }

  #write(entriesMax: number): void {
    for (const index of this.#indexes) index.fold(entriesMax);
    if (this.#closed !== null && this.#isFolded) this.#writeMark(this.#closed);
  }
}
