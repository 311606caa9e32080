/**
 * A set of 32-bit hashes with a number for each, in an open-addressed table of a power-of-two size
 * that is at most one eighth full: a miss, which nearly every word is, costs one load.
 */
export class HashTable {
  /** Slot → number + 1, or 0. */
  readonly slots: Int32Array;
  readonly mask: number;
  readonly #hashes: Int32Array;

  /** Numbers are places in `hashes`. Of equal hashes the first one counts. */
  constructor(hashes: readonly number[]) {
    this.#hashes = Int32Array.from(hashes);
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(hashes.length * 8 + 8)));
    this.mask = this.slots.length - 1;
    for (let number = 0; number < hashes.length; number++) this.#file(number);
  }

  /** The number of a hash, or -1. */
  find(hash: number): number {
    for (let slot = hash & this.mask; ; slot = (slot + 1) & this.mask) {
      const number = (this.slots[slot] as number) - 1;
      if (number < 0 || this.#hashes[number] === hash) return number;
    }
  }

  #file(number: number): void {
    let slot = (this.#hashes[number] as number) & this.mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = number + 1;
  }
}
