/**
 * Rows by key, with what they were before the last commit. Every change goes through `put`, which
 * tells the indexes, so that a rollback is nothing but putting the former rows back.
 */
export class Table<Key, Row> {
  readonly #rows = new Map<Key, Row>();
  readonly #before = new Map<Key, Row | null>();
  readonly #onChange: (before: Row | null, after: Row | null) => void;

  constructor(onChange: (before: Row | null, after: Row | null) => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#rows.size;
  }

  get hasChanged(): boolean {
    return this.#before.size > 0;
  }

  get(key: Key): Row | null {
    return this.#rows.get(key) ?? null;
  }

  /** Null removes the row. */
  put(key: Key, row: Row | null): void {
    const before = this.get(key);
    if (before === row) return;
    if (!this.#before.has(key)) this.#before.set(key, before);
    if (row === null) this.#rows.delete(key);
    else this.#rows.set(key, row);
    this.#onChange(before, row);
  }

  /** Rows as they are now whose key was put since the last commit; null for those removed. */
  changes(): readonly (readonly [Key, Row | null])[] {
    return [...this.#before.keys()].map((key) => [key, this.get(key)]);
  }

  commit(): void {
    this.#before.clear();
  }

  rollback(): void {
    // All go before any comes back: two rows that took each other's place must not meet.
    for (const key of this.#before.keys()) this.put(key, null);
    for (const [key, row] of this.#before) this.put(key, row);
    this.#before.clear();
  }

  [Symbol.iterator](): Iterator<readonly [Key, Row]> {
    return this.#rows[Symbol.iterator]();
  }
}
