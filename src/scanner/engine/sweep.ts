/**
 * The sweep: one pass over a text that says whether any rule could see something in it. Nearly all
 * definitions hold nothing and are never lexed.
 *
 * Data structure. A rule names its `atoms`; an atom is one token, or several that must all occur
 * (`-o -u`), and the rule can only fire where one of its atoms stands. Every atom is filed under
 * its rarest token, rarity counted over all atoms. Three typed arrays hold the reverse index:
 *
 *   slots    open-addressed table of a power-of-two size, at most one eighth full, so that a miss,
 *            which nearly every token is, costs one load: token hash → token number + 1
 *   hashes   token number → its 32-bit hash, to tell a real hit from a shared slot. Two tokens with
 *            one hash would only cost a scan in vain
 *   atomOf   token number → first atom filed under it, or NONE; `nextAtom` chains the others
 *
 * A one-token atom ends the pass at once. For others the tokens seen are marked and the rest of the
 * atom is compared at the end of the text, since its tokens may stand in any order.
 *
 * A token can be hidden by gluing it from parts, so the pass also stops at whatever glues
 * (`glue.ts`), and at long runs that may be an address. That is what makes "clear" safe to say
 * without seeing through: hiding is itself a reason to look. `sweep.test.ts` holds the property.
 *
 * Speed: 160 MB/s of ordinary CI commands on one core of a 2-core cloud machine, with 820 atoms;
 * two tables for class and lower case instead of one gave 130. Of 230 real GitHub workflows 109
 * were cleared, and 55 of the others stopped at glue alone.
 */
import { isGlue } from './glue.ts';
import {
  asFlag,
  CHARACTERS,
  DIGIT,
  GLUE,
  HASH_START,
  hashNext,
  LETTER,
  LETTER_BEYOND_HEX,
  OTHER,
  tokenHash,
} from './token.ts';

/** The shortest address of any format has 26 characters. */
const ADDRESS_RUN_MIN = 26;
const NONE = -1;
const DASH = 45;

export class Sweep {
  readonly #slots: Int32Array;
  readonly #slotMask: number;
  readonly #hashes: Int32Array;
  readonly #atomOf: Int32Array;
  readonly #nextAtom: Int32Array;
  /** Token numbers of each atom. */
  readonly #atoms: readonly (readonly number[])[];
  readonly #seen: Uint8Array;
  /** The tokens seen, so that nothing goes over all 820 of them for each text. */
  readonly #marked: Int32Array;
  #markedCount = 0;

  constructor(atoms: readonly string[]) {
    const split = [...new Set(atoms)].map((atom) => atom.toLowerCase().split(' '));
    const tokens = [...new Set(split.flat())];
    const numberOf = new Map(tokens.map((token, number) => [token, number]));
    this.#hashes = Int32Array.from(tokens, tokenHash);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(tokens.length * 8 + 8)));
    this.#slotMask = this.#slots.length - 1;
    for (let number = 0; number < tokens.length; number++) this.#file(number);
    this.#atoms = split.map((parts) => parts.map((part) => numberOf.get(part) ?? NONE));
    this.#atomOf = new Int32Array(tokens.length).fill(NONE);
    this.#nextAtom = new Int32Array(this.#atoms.length).fill(NONE);
    this.#seen = new Uint8Array(tokens.length);
    this.#marked = new Int32Array(tokens.length);
    this.#fileAtoms();
  }

  #file(number: number): void {
    let slot = (this.#hashes[number] as number) & this.#slotMask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#slotMask;
    this.#slots[slot] = number + 1;
  }

  /** Files each atom under its rarest token: the one that the fewest atoms have. */
  #fileAtoms(): void {
    const uses = new Int32Array(this.#hashes.length);
    for (const number of this.#atoms.flat()) uses[number] = (uses[number] ?? 0) + 1;
    for (const [atom, numbers] of this.#atoms.entries()) {
      const rarest = numbers.reduce((a, b) => ((uses[b] ?? 0) < (uses[a] ?? 0) ? b : a));
      this.#nextAtom[atom] = this.#atomOf[rarest] ?? NONE;
      this.#atomOf[rarest] = atom;
    }
  }

  /** Whether a rule could see something in the texts, read as one. */
  hasCandidate(texts: Iterable<string>): boolean {
    this.#forget();
    for (const text of texts) {
      if (this.#pass(text) === STOPPED) return true;
    }
    return this.#hasWholeAtom();
  }

  #forget(): void {
    for (let i = 0; i < this.#markedCount; i++) this.#seen[this.#marked[i] as number] = 0;
    this.#markedCount = 0;
  }

  #hasWholeAtom(): boolean {
    for (let i = 0; i < this.#markedCount; i++) {
      let atom = this.#atomOf[this.#marked[i] as number] ?? NONE;
      for (; atom !== NONE; atom = this.#nextAtom[atom] ?? NONE) {
        if (this.#atoms[atom]?.every((part) => this.#seen[part] === 1)) return true;
      }
    }
    return false;
  }

  #pass(text: string): PassEnd {
    const length = text.length;
    let hash = HASH_START;
    let start = 0;
    let kinds = 0;
    for (let i = 0; i <= length; i++) {
      const code = i < length ? text.charCodeAt(i) : 0;
      const entry = code < 128 ? (CHARACTERS[code] as number) : OTHER;
      if (entry > GLUE) {
        hash = hashNext(hash, entry);
        kinds |= entry;
        continue;
      }
      if (i > start) {
        if (i - start >= ADDRESS_RUN_MIN && isAddressLike(kinds)) return STOPPED;
        if (this.#look(hash) === STOPPED) return STOPPED;
        if (start > 0 && text.charCodeAt(start - 1) === DASH) this.#look(asFlag(hash));
        hash = HASH_START;
        kinds = 0;
      }
      start = i + 1;
      if (entry === GLUE && isGlue(text, i, code)) return STOPPED;
    }
    return PASSED;
  }

  /** Looks a token up and marks it; `STOPPED` when it is an atom by itself. */
  #look(hash: number): PassEnd {
    for (let slot = hash & this.#slotMask; ; slot = (slot + 1) & this.#slotMask) {
      const number = (this.#slots[slot] as number) - 1;
      if (number < 0) return PASSED;
      if (this.#hashes[number] !== hash) continue;
      this.#mark(number);
      return this.#standsAlone(number) ? STOPPED : PASSED;
    }
  }

  #mark(number: number): void {
    if (this.#seen[number] === 1) return;
    this.#seen[number] = 1;
    this.#marked[this.#markedCount++] = number;
  }

  #standsAlone(number: number): boolean {
    let atom = this.#atomOf[number] ?? NONE;
    for (; atom !== NONE; atom = this.#nextAtom[atom] ?? NONE) {
      if (this.#atoms[atom]?.length === 1) return true;
    }
    return false;
  }
}

type PassEnd = typeof PASSED | typeof STOPPED;
const PASSED = 0;
const STOPPED = 1;

/** Letters and digits, and not a hash in hexadecimal. `kinds` has the bits of all characters. */
function isAddressLike(kinds: number): boolean {
  return (kinds & DIGIT) !== 0 && (kinds & LETTER) !== 0 && (kinds & LETTER_BEYOND_HEX) !== 0;
}
