/**
 * Who runs which network. Ranges of addresses stand in two columns, eight words each: the first and
 * the last address. They are sorted by their first address, wider ones first, and each knows the
 * range that it lies in: a search finds the last range that starts at or before the address and
 * climbs from there. A million ranges take 40 MB so, and 230 as objects with texts.
 */
import { type Column, int32Column, uint32Column } from '../column.ts';

export interface Network {
  /** 0 when it is not known. */
  readonly asn: number;
  readonly operator: string;
  /** Machines are rented out there; people come from elsewhere. */
  readonly isHosting: boolean;
}

/** Of ranges within one another the narrowest counts. */
export interface NetworkTable {
  /** The network of an address in the form of `parseIp`, or null. */
  find(ip: string): Network | null;
  readonly ranges: number;
}

const WORDS = 4;
const WORD_DIGITS = 8;

/** Takes ranges in any order; `table` ends it. */
export class NetworkRanges {
  readonly #words: Column<Uint32Array> = uint32Column();
  readonly #networkOf: Column<Int32Array> = int32Column();
  readonly #networks: Network[] = [];
  readonly #numbers = new Map<string, number>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Addresses in the form of `parseIp`. */
  add(first: string, last: string, network: Network): void {
    const at = this.#count++;
    this.#write(2 * WORDS * at, first);
    this.#write(2 * WORDS * at + WORDS, last);
    this.#networkOf.set(at, this.#numberOf(network));
  }

  #write(at: number, ip: string): void {
    for (let i = 0; i < WORDS; i++) this.#words.set(at + i, wordOf(ip, i));
  }

  /** Most ranges are of few operators. */
  #numberOf(network: Network): number {
    const name = `${network.asn} ${network.isHosting} ${network.operator}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#networks.length);
    this.#networks.push(network);
    return this.#networks.length - 1;
  }

  table(): NetworkTable {
    const order = this.#order();
    const around = this.#around(order);
    const ip = new Uint32Array(WORDS);
    const find = (text: string): Network | null => {
      for (let i = 0; i < WORDS; i++) ip[i] = wordOf(text, i);
      let at = this.#lastStartingBy(order, ip);
      while (at >= 0 && this.#compare(lastOf(order[at]), ip) < 0) at = around[at] ?? -1;
      const range = order[at];
      return range === undefined ? null : (this.#networks[this.#networkOf.get(range)] ?? null);
    };
    return { ranges: this.#count, find };
  }

  #order(): Uint32Array {
    const order = Uint32Array.from({ length: this.#count }, (_, i) => i);
    const byPlace = (a: number, b: number): number =>
      this.#compareOwn(firstOf(a), firstOf(b)) || this.#compareOwn(lastOf(b), lastOf(a)) || a - b;
    // Files of this kind come sorted.
    const isSorted = order.every((own) => own === 0 || byPlace(own - 1, own) <= 0);
    return isSorted ? order : order.sort(byPlace);
  }

  /** For each place the nearest one before it whose range it lies in, or -1. */
  #around(order: Uint32Array): Int32Array {
    const around = new Int32Array(order.length);
    const open: number[] = [];
    for (const [place, own] of order.entries()) {
      while (open.length > 0) {
        const last = lastOf(order[open.at(-1) ?? 0]);
        if (this.#compareOwn(last, firstOf(own)) >= 0) break;
        open.pop();
      }
      around[place] = open.at(-1) ?? -1;
      open.push(place);
    }
    return around;
  }

  #lastStartingBy(order: Uint32Array, ip: Uint32Array): number {
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(firstOf(order[middle] ?? 0), ip) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #compare(at: number, ip: Uint32Array): number {
    for (let i = 0; i < WORDS; i++) {
      const difference = this.#words.get(at + i) - (ip[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  #compareOwn(a: number, b: number): number {
    for (let i = 0; i < WORDS; i++) {
      const difference = this.#words.get(a + i) - this.#words.get(b + i);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

function wordOf(ip: string, word: number): number {
  return Number.parseInt(ip.slice(word * WORD_DIGITS, (word + 1) * WORD_DIGITS), 16);
}

function firstOf(range: number): number {
  return 2 * WORDS * range;
}

function lastOf(range = 0): number {
  return 2 * WORDS * range + WORDS;
}
