/**
 * A run: keys of 128 bits in their order, each with a few numbers, packed into pages of one size. A
 * key that may be anything is told to be missing by the filter, else found by the first keys of the
 * pages and then within one page.
 */
import { assert } from '../../base/assert.ts';

export const KEY_BYTES = 16;
const WORD_BYTES = 4;
const NUMBER_BYTES = 8;

/** A full page fits into a page of the database, of 8,192 bytes, with what SQLite adds. */
export const PAGE_BYTES = 8_064;

/** A key as it is compared: four words of 32 bits, the first counts most. */
export type Words = readonly [number, number, number, number];

/** Of 32 hexadecimal digits in lower case. */
export function wordsOf(key: string): Words {
  assert(key.length === 2 * KEY_BYTES, 'a key has 32 digits');
  return [wordAt(key, 0), wordAt(key, 8), wordAt(key, 16), wordAt(key, 24)];
}

/** Digit by digit: `Buffer.write` takes twice as long for so few. */
function wordAt(key: string, start: number): number {
  let word = 0;
  for (let i = start; i < start + 8; i++) {
    const code = key.charCodeAt(i);
    const digit = code <= NINE ? code - ZERO : code >= A ? code - A + 10 : -1;
    assert((digit & ~15) === 0, 'a key is hexadecimal digits');
    word = (word << 4) | digit;
  }
  return word >>> 0;
}

const ZERO = '0'.charCodeAt(0);
const NINE = '9'.charCodeAt(0);
const A = 'a'.charCodeAt(0);

/** Bytes of an entry with so many numbers. */
export function entryBytesOf(numbers: number): number {
  return KEY_BYTES + numbers * NUMBER_BYTES;
}

/**
 * Entries one behind the other: the key with its first byte first, so that bytes are in the order
 * of keys, and then the numbers as doubles.
 */
export class Entries {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #width: number;

  constructor(bytes: Uint8Array, numbers: number) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#width = entryBytesOf(numbers);
  }

  /** How many there is room for. */
  get length(): number {
    return this.bytes.length / this.#width;
  }

  put(at: number, [a, b, c, d]: Words, numbers: readonly number[]): void {
    const offset = at * this.#width;
    this.#view.setUint32(offset, a);
    this.#view.setUint32(offset + 4, b);
    this.#view.setUint32(offset + 8, c);
    this.#view.setUint32(offset + 12, d);
    for (let i = 0; i < numbers.length; i++) {
      this.#view.setFloat64(offset + KEY_BYTES + i * NUMBER_BYTES, numbers[i] ?? 0);
    }
  }

  word(at: number, i: number): number {
    return this.#view.getUint32(at * this.#width + i * WORD_BYTES);
  }

  words(at: number): Words {
    return [this.word(at, 0), this.word(at, 1), this.word(at, 2), this.word(at, 3)];
  }

  /** The first of its numbers. */
  number(at: number): number {
    return this.#view.getFloat64(at * this.#width + KEY_BYTES);
  }

  numbers(at: number): readonly number[] {
    const numbers: number[] = [];
    const end = (at + 1) * this.#width;
    for (let offset = at * this.#width + KEY_BYTES; offset < end; offset += NUMBER_BYTES) {
      numbers.push(this.#view.getFloat64(offset));
    }
    return numbers;
  }

  copy(at: number, from: Entries, fromAt: number): void {
    const to = at * this.#width;
    const source = fromAt * this.#width;
    for (let i = 0; i < this.#width; i += WORD_BYTES) {
      this.#view.setUint32(to + i, from.#view.getUint32(source + i));
    }
  }

  /** Below 0 when the entry there comes before the key, 0 when it is the key's. */
  compare(at: number, key: Words): number {
    for (let i = 0; i < key.length; i++) {
      const difference = this.word(at, i) - (key[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** The last of the first `count` entries that does not come behind the key, or -1. */
  lastUpTo(key: Words, count: number): number {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(middle, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  find(key: Words, count: number): readonly number[] | null {
    const at = this.lastUpTo(key, count);
    return at >= 0 && this.compare(at, key) === 0 ? this.numbers(at) : null;
  }
}

const PROBES = 6;
/** So many that what fills up its last page does not hide how long it is. */
const FILTER_BITS_MIN = 32_768;

/** A Bloom filter. With 8 to 16 bits a key it takes 1 of 50 to 1 of 800 others for its own. */
export class KeyFilter {
  readonly #bits: Uint32Array;
  readonly #mask: number;

  private constructor(bits: Uint32Array) {
    this.#bits = bits;
    this.#mask = bits.length * 32 - 1;
  }

  static forKeys(count: number): KeyFilter {
    const bits = 2 ** Math.ceil(Math.log2(Math.max(FILTER_BITS_MIN, 8 * count)));
    return new KeyFilter(new Uint32Array(bits / 32));
  }

  /** Of pages of it: a power of two, and less than half as much again behind it. */
  static of(bytes: Uint8Array): KeyFilter {
    const length = 2 ** Math.floor(Math.log2(bytes.length));
    const copy = new Uint8Array(bytes.subarray(0, length));
    return new KeyFilter(new Uint32Array(copy.buffer));
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#bits.buffer);
  }

  add(key: Words): void {
    let at = (key[0] ^ key[3]) >>> 0;
    const step = (key[1] ^ key[2]) | 1;
    for (let i = 0; i < PROBES; i++) {
      const bit = at & this.#mask;
      this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
      at = (at + step) | 0;
    }
  }

  mayHave(key: Words): boolean {
    let at = (key[0] ^ key[3]) >>> 0;
    const step = (key[1] ^ key[2]) | 1;
    for (let i = 0; i < PROBES; i++) {
      const bit = at & this.#mask;
      if (((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
      at = (at + step) | 0;
    }
    return true;
  }
}

/**
 * Of runs of one level the one with the higher number is the newer; runs of a lower level are newer
 * than all of a higher one.
 */
export interface Run {
  readonly number: number;
  readonly level: number;
  readonly count: number;
  readonly pageCount: number;
  /** Of each page its first key, and where it is. */
  readonly directory: Entries;
  readonly filterPages: readonly number[];
  readonly filter: KeyFilter;
}
