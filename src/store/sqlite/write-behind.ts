/**
 * An index in the database, and in front of it slots for the entries that are not written yet. An
 * entry is found from the moment it is put, and is written later, in the order of the keys, a slice
 * with each transaction:
 *
 *   put ──commit──► fresh ──turn──► folding ──slice by slice──► written, and then forgotten here
 *
 * An entry that is put again while it is folding is fresh again; its slice writes the newest form,
 * being part of the same transaction. A rollback takes back what was put and written since the last
 * commit. What died with the process follows from the log (`generations.ts`).
 *
 * Why: keys come in no order, and each that is written at once dirties a page of its own. In order,
 * neighbours share one. `docs/reference/store.md` has the numbers.
 */
import { assert } from '../../base/assert.ts';
import { storeKnownMax } from '../../base/limits.ts';
import type { Behind } from './generations.ts';

/** The part in the database. `write` puts a whole entry in place of an older one. */
export interface IndexTable<Entry> {
  read(key: string): Entry | null;
  write(key: string, entry: Entry): void;
}

/**
 * The newest form of one entry, null when there is none, and what it waits for. The map is asked
 * once for a slot: a look among so many keys costs 0.2 microseconds, and with a map for each state
 * a decision took 35 of them. Only `WriteBehind` changes a slot.
 */
export class Slot<Entry> {
  readonly key: string;
  entry: Entry | null;
  /** The entry at the last commit, while the slot is put. */
  before: Entry | null = null;
  isPut = false;
  isFresh = false;
  isFolding = false;
  isKnown = true;

  constructor(key: string, entry: Entry | null) {
    this.key = key;
    this.entry = entry;
  }
}

export class WriteBehind<Entry> implements Behind {
  readonly #table: IndexTable<Entry>;
  readonly #slots = new Map<string, Slot<Entry>>();
  /** Slots not long read: what a batch gathers it is about to record. */
  #known: Slot<Entry>[] = [];
  #put: Slot<Entry>[] = [];
  #fresh: Slot<Entry>[] = [];
  /** In the order of keys. Those before `#next` are written, those before `#kept` for good. */
  #folding: readonly Slot<Entry>[] = [];
  #next = 0;
  #kept = 0;

  constructor(table: IndexTable<Entry>) {
    this.#table = table;
  }

  /** Good until the next commit, rollback or `forget`. */
  find(key: string): Slot<Entry> {
    return this.#slots.get(key) ?? this.#add(key, this.#table.read(key));
  }

  #add(key: string, entry: Entry | null): Slot<Entry> {
    const slot = new Slot(key, entry);
    this.#slots.set(key, slot);
    this.#known.push(slot);
    return slot;
  }

  put(slot: Slot<Entry>, entry: Entry): void {
    if (!slot.isPut) {
      slot.isPut = true;
      slot.before = slot.entry;
      this.#put.push(slot);
    }
    slot.entry = entry;
  }

  /** Writes the next entries, at most so many. Inside a transaction. */
  fold(entriesMax: number): void {
    const end = Math.min(this.#next + entriesMax, this.#folding.length);
    for (; this.#next < end; this.#next++) {
      const slot = this.#folding[this.#next];
      assert(slot !== undefined && slot.entry !== null, 'what was put has an entry');
      this.#table.write(slot.key, slot.entry);
    }
  }

  /** Whether all that `turn` took is written, if the transaction under way commits. */
  get isFolded(): boolean {
    return this.#next === this.#folding.length;
  }

  /** Entries that the transaction under way has put. */
  get putCount(): number {
    return this.#put.length;
  }

  /** Committed entries that no `turn` has taken. */
  get freshCount(): number {
    return this.#fresh.length;
  }

  /** Slots whose newest form is committed and not in the database yet. */
  *unwritten(): Iterable<Slot<Entry>> {
    for (let i = this.#kept; i < this.#folding.length; i++) {
      const slot = this.#folding[i];
      if (slot !== undefined && !slot.isFresh) yield slot;
    }
    yield* this.#fresh;
  }

  /** Takes all fresh entries to be written. Between transactions, when those before are written. */
  turn(): void {
    for (const slot of this.#fresh) {
      slot.isFresh = false;
      slot.isFolding = true;
    }
    this.#folding = this.#fresh.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#fresh = [];
    this.#next = 0;
    this.#kept = 0;
  }

  commit(): void {
    for (const slot of this.#put) {
      slot.isPut = false;
      slot.before = null;
      if (!slot.isFresh) this.#fresh.push(slot);
      slot.isFresh = true;
    }
    this.#put = [];
    const written = this.#folding.slice(this.#kept, this.#next);
    for (const slot of written) slot.isFolding = false;
    this.#drop(written);
    this.#kept = this.#next;
    this.forget();
  }

  rollback(): void {
    for (const slot of this.#put) {
      slot.isPut = false;
      slot.entry = slot.before;
    }
    this.#put = [];
    this.#next = this.#kept;
    this.forget();
  }

  /** Keeps what was read within its bound. Between transactions that put. */
  forget(): void {
    assert(this.#put.length === 0, 'a slot that is put is not to be lost');
    if (this.#known.length < storeKnownMax) return;
    for (const slot of this.#known) slot.isKnown = false;
    this.#drop(this.#known);
    this.#known = [];
  }

  /** The database has these in their newest form, but for those that wait to be written. */
  #drop(slots: readonly Slot<Entry>[]): void {
    for (const slot of slots) {
      if (!slot.isKnown && !slot.isFresh && !slot.isFolding) this.#slots.delete(slot.key);
    }
  }
}
