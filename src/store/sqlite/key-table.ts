/**
 * Keys with their numbers in memory, in the order in which they came: entries one behind the other,
 * and a hash table of where they are. Flat arrays, since the garbage collector has to look at
 * everything else that stays for thousands of decisions, again and again.
 */
import { Entries, entryBytesOf, type Words } from './key-run.ts';

const ROOM = 1_024;

export class KeyTable {
  readonly #numbers: number;
  #entries: Entries;
  /** At a place that follows from the key, or behind it: the entry's number from 1, or 0. */
  #places: Int32Array;
  count = 0;

  /** So many numbers stand with each key. */
  constructor(numbers: number) {
    this.#numbers = numbers;
    this.#entries = this.#room(ROOM);
    this.#places = new Int32Array(2 * ROOM);
  }

  #room(entries: number): Entries {
    return new Entries(new Uint8Array(entries * entryBytesOf(this.#numbers)), this.#numbers);
  }

  get entries(): Entries {
    return this.#entries;
  }

  /** The number of its entry, or -1. */
  find(key: Words): number {
    return (this.#places[this.#placeOf(key)] ?? 0) - 1;
  }

  /** Where the key is, or would be. */
  #placeOf(key: Words): number {
    const last = this.#places.length - 1;
    for (let place = (key[0] ^ key[3]) & last; ; place = (place + 1) & last) {
      const at = (this.#places[place] ?? 0) - 1;
      if (at < 0 || this.#entries.compare(at, key) === 0) return place;
    }
  }

  /** A key that is not there. */
  add(key: Words, numbers: readonly number[]): void {
    if (this.count === this.#entries.length) this.#grow();
    this.#entries.put(this.count, key, numbers);
    this.#places[this.#placeOf(key)] = ++this.count;
  }

  #grow(): void {
    const room = this.#room(2 * this.count);
    room.bytes.set(this.#entries.bytes);
    this.#entries = room;
    this.#places = new Int32Array(4 * this.count);
    for (let at = 0; at < this.count; at++) {
      this.#places[this.#placeOf(room.words(at))] = at + 1;
    }
  }

  /** Takes back all but the first. Nothing that stays was added later, past their places. */
  truncate(count: number): void {
    while (this.count > count) {
      const place = this.#placeOf(this.#entries.words(this.count - 1));
      this.#places[place] = 0;
      this.count--;
    }
  }

  /** The numbers of the entries in the order of their keys. */
  sorted(): readonly number[] {
    // The first word and the number behind it are a whole number of 53 bits, and sort natively.
    const keys = new Float64Array(this.count);
    for (let at = 0; at < this.count; at++) keys[at] = this.#entries.word(at, 0) * AT_MAX + at;
    keys.sort();
    const sorted = Array.from(keys, (key) => key % AT_MAX);
    for (let i = 1; i < sorted.length; i++) this.#sink(sorted, i);
    return sorted;
  }

  /** Entries whose first words are the same are few, and not in order yet. */
  #sink(sorted: number[], from: number): void {
    const at = sorted[from] ?? 0;
    const word = this.#entries.word(at, 0);
    let i = from;
    for (; i > 0; i--) {
      const before = sorted[i - 1] ?? 0;
      if (this.#entries.word(before, 0) !== word) break;
      if (this.#entries.compare(before, this.#entries.words(at)) < 0) break;
      sorted[i] = before;
    }
    sorted[i] = at;
  }
}

const AT_MAX = 2 ** 21;
