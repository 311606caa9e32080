/**
 * The atoms of all rules, by their tokens. An atom is one token, or several that must all occur
 * (`-o -u`), and a rule can only fire where one of its atoms stands.
 *
 * Every atom is filed under its rarest token, rarity counted over all atoms, and `nextAtom` chains
 * those of one token, so that a text without rare tokens costs nothing at its end. Two tokens with
 * one hash would only cost a scan in vain.
 */
import { HashTable } from './hash-table.ts';
import { tokenHash } from './token.ts';

const NONE = -1;

export class AtomIndex {
  /** Tokens in lower case, flags with their dash. */
  readonly tokens: readonly string[];
  readonly table: HashTable;
  readonly #atoms: readonly (readonly number[])[];
  readonly #atomOf: Int32Array;
  readonly #nextAtom: Int32Array;
  readonly #isWhole: Uint8Array;
  readonly #seen: Uint8Array;
  /** The tokens seen, so that nothing goes over all of them for each text. */
  readonly #marked: Int32Array;
  #markedCount = 0;

  constructor(atoms: readonly string[]) {
    const split = [...new Set(atoms)].map((atom) => atom.toLowerCase().split(' '));
    this.tokens = [...new Set(split.flat())];
    const numberOf = new Map(this.tokens.map((token, number) => [token, number]));
    this.table = new HashTable(this.tokens.map(tokenHash));
    this.#atoms = split.map((parts) => parts.map((part) => numberOf.get(part) ?? NONE));
    this.#atomOf = new Int32Array(this.tokens.length).fill(NONE);
    this.#nextAtom = new Int32Array(this.#atoms.length).fill(NONE);
    this.#isWhole = new Uint8Array(this.tokens.length);
    this.#seen = new Uint8Array(this.tokens.length);
    this.#marked = new Int32Array(this.tokens.length);
    this.#fileAtoms();
  }

  #fileAtoms(): void {
    const uses = new Int32Array(this.tokens.length);
    for (const number of this.#atoms.flat()) uses[number] = (uses[number] ?? 0) + 1;
    for (const [atom, numbers] of this.#atoms.entries()) {
      const rarest = numbers.reduce((a, b) => ((uses[b] ?? 0) < (uses[a] ?? 0) ? b : a));
      this.#nextAtom[atom] = this.#atomOf[rarest] ?? NONE;
      this.#atomOf[rarest] = atom;
      if (numbers.length === 1) this.#isWhole[rarest] = 1;
    }
  }

  forget(): void {
    for (let i = 0; i < this.#markedCount; i++) this.#seen[this.#marked[i] as number] = 0;
    this.#markedCount = 0;
  }

  /** Takes a token for seen; true when it is an atom by itself. */
  mark(number: number): boolean {
    if (this.#seen[number] === 0) {
      this.#seen[number] = 1;
      this.#marked[this.#markedCount++] = number;
    }
    return this.#isWhole[number] === 1;
  }

  /** Whether all tokens of some atom were seen. */
  get isComplete(): boolean {
    for (let i = 0; i < this.#markedCount; i++) {
      let atom = this.#atomOf[this.#marked[i] as number] ?? NONE;
      for (; atom !== NONE; atom = this.#nextAtom[atom] ?? NONE) {
        if (this.#atoms[atom]?.every((part) => this.#seen[part] === 1)) return true;
      }
    }
    return false;
  }
}
