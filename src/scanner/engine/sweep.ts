/**
 * The sweep: one pass over the bytes of a text that says whether any rule could see something in
 * it. Nearly all definitions hold nothing and are never lexed.
 *
 * What can be seen is made of words that stand in the text. Each word, a run of ASCII letters and
 * digits, is hashed and looked up among the tokens of all atoms (`atom-index.ts`). A byte that can
 * glue words together is looked at with its surroundings (`glue.ts`), a word that names a decoding,
 * running or fetching tool with its command (`cues.ts`), and a long run is tried as an address.
 *
 *   pass      words ──► tokens seen, glue and cues noted
 *   resolve   could the words be glued to the tokens that are missing?    piece-index.ts
 *
 * That is what makes "clear" safe to say without seeing through: hiding takes glue or a cue, and
 * glue that could come to no token hides nothing. `sweep.test.ts` holds the property.
 */
import { assert } from '../../base/assert.ts';
import { payoutsIn } from '../wallet/payout.ts';
import { AtomIndex } from './atom-index.ts';
import { ByteText, CODE } from './byte-text.ts';
import { CueReader } from './cue-reader.ts';
import { CUES, type Cue } from './cues.ts';
import { CutMaterial } from './cut-material.ts';
import { GlueReader, type JoinedWords } from './glue.ts';
import { HashTable } from './hash-table.ts';
import { type Glued, JOINS_LEFT, JOINS_RIGHT, PieceIndex } from './piece-index.ts';
import type { RunningCues } from './running-cues.ts';
import {
  asFlag,
  BEFORE,
  BEHIND,
  CHARACTERS,
  EDGES,
  GLUE,
  HASH_START,
  hashNext,
  OTHER,
  tokenHash,
} from './token.ts';

/** The shortest address of any format has 26 characters. */
const ADDRESS_LENGTH_MIN = 26;
/** From this length on a run of letters and digits may be a part of an address that is glued. */
const ADDRESS_PART_LENGTH_MIN = 12;
/** A prefix such as `bitcoincash:` stands before the run. */
const ADDRESS_PREFIX_LENGTH_MAX = 16;
/** Words that are kept of one text. One that glues and has more of them is a candidate. */
const WORDS_MAX = 65_536;
/** Of a word that is made of others. */
const MADE = -1;
/** 16 KiB, which a core's first cache holds; one word of twenty is looked for in vain. */
const FILTER_MASK = 2 ** 14 - 1;
const IS_TOKEN = 1;
const IS_CUE = 2;

/** `-o`, and switches that may stand before it in one word: `-kqoHOST:PORT`. */
const SERVER_OPTIONS: ReadonlySet<number> = new Set([...'okqB'].map((c) => c.charCodeAt(0)));
const HOST_LENGTH_MAX = 255;
const DIGIT_0 = 48;
const DIGIT_9 = 57;

function isHostByte(code: number): boolean {
  return (CHARACTERS[code] as number) > GLUE || code === CODE.dot || code === CODE.dash;
}

export class Sweep implements JoinedWords {
  readonly #atoms: AtomIndex;
  readonly #pieces: PieceIndex;
  /** The text of the last pass. */
  readonly text = new ByteText();
  readonly #glue = new GlueReader(this.text, this);
  readonly #cues: CueReader | null;
  readonly #words = new Int32Array(WORDS_MAX);
  /** Where each word starts, or `MADE`. */
  readonly #starts = new Int32Array(WORDS_MAX);
  #wordCount = 0;
  /** By the last bits of a hash, whether a token may have it (`IS_TOKEN`) or a cue (`IS_CUE`). */
  readonly #filter = new Uint8Array(FILTER_MASK + 1);
  #stopped = false;
  #hasAddressPart = false;
  /** What its words come to depends on values that are not in the text of the last pass. */
  isOpen = false;
  /** Something is cut. */
  #cuts = false;
  /** Pieces of cut words, beyond one, that may be put together. */
  #pieceCount = 0;
  #scratch = new Uint8Array(64 * 1024);

  /** `hasCues` is false for names of images, which nothing runs: `python:3.13` runs no file. */
  constructor(atoms: readonly string[], hasCues = true) {
    this.#atoms = new AtomIndex(atoms);
    this.#cues = hasCues ? new CueReader(this.text, this) : null;
    this.#pieces = new PieceIndex(this.#atoms.tokens);
    for (const hash of this.#atoms.tokens.map(tokenHash)) this.#file(hash, IS_TOKEN);
    for (const hash of hasCues ? CUE_HASHES : []) this.#file(hash, IS_CUE);
  }

  #file(hash: number, bit: number): void {
    this.#filter[hash & FILTER_MASK] = (this.#filter[hash & FILTER_MASK] as number) | bit;
  }

  /** Whether a rule could see something in the texts, read as one. */
  hasCandidate(texts: readonly string[]): boolean {
    // A text larger than all before it is given a scratch of its own.
    const end = this.#encode(texts);
    return this.isCandidate(this.#scratch, end);
  }

  /** The texts with line breaks between them, in the scratch. Returns how many bytes they are. */
  #encode(texts: readonly string[]): number {
    const room = texts.reduce((sum, text) => sum + text.length * 3 + 1, 0);
    if (room > this.#scratch.length) this.#scratch = new Uint8Array(room);
    let end = 0;
    for (const text of texts) {
      end += encoder.encodeInto(text, this.#scratch.subarray(end)).written;
      this.#scratch[end++] = CODE.newline;
    }
    return end;
  }

  /** Whether a rule could see something in the first `end` bytes, or in a file that they run. */
  isCandidate(bytes: Uint8Array, end: number): boolean {
    if (this.stops(bytes, end)) return true;
    const running = this.#cues?.running;
    return running !== undefined && running.references.length + running.fetches.length > 0;
  }

  /** Whether a rule could see something in the first `end` bytes themselves. */
  stops(bytes: Uint8Array, end: number): boolean {
    this.text.set(bytes, end);
    this.#atoms.forget();
    this.#glue.begin();
    this.#cues?.begin();
    this.#wordCount = 0;
    this.#stopped = false;
    this.#hasAddressPart = false;
    this.#cuts = false;
    this.#pieceCount = 0;
    this.isOpen = false;
    this.#pass(bytes, end);
    if (this.#hasStopped || this.#atoms.isComplete) return true;
    return this.#couldCut() || this.#couldGlue();
  }

  /** What the text of the last pass runs. */
  get running(): RunningCues {
    assert(this.#cues !== null, 'only a sweep with cues knows what runs');
    return this.#cues.running;
  }

  get #hasStopped(): boolean {
    return this.#stopped || this.#glue.stopped || this.#cues?.stopped === true;
  }

  /** What the loop needs is kept in variables: it takes half of what fields take. */
  #pass(bytes: Uint8Array, end: number): void {
    const filter = this.#filter;
    const words = this.#words;
    const starts = this.#starts;
    for (let i = 0; i < end; i++) {
      let entry = CHARACTERS[bytes[i] as number] as number;
      if (entry > GLUE) {
        const start = i;
        let hash = HASH_START;
        do {
          hash = hashNext(hash, entry);
          i++;
          entry = i < end ? (CHARACTERS[bytes[i] as number] as number) : OTHER;
        } while (entry > GLUE);
        const count = this.#wordCount;
        if (count < WORDS_MAX) {
          words[count] = hash;
          starts[count] = start;
          this.#wordCount = count + 1;
        }
        const isFlag = start > 0 && bytes[start - 1] === CODE.dash;
        const seen = filter[hash & FILTER_MASK] as number;
        const isLong = i - start >= ADDRESS_PART_LENGTH_MIN;
        if (seen !== 0 || isFlag || isLong) {
          if (seen !== 0) this.#lookAt(hash, start, i);
          if (isLong) this.#lookAtRun(start, i);
          if (isFlag) {
            this.#lookAt(asFlag(hash), start, i);
            this.#stopped ||= bytes[i] === CODE.dot && this.#joinsServer(start);
          }
          if (this.#hasStopped) return;
        }
      }
      if (entry === GLUE) {
        this.#readGlue(bytes[i] as number, i);
        if (this.#hasStopped) return;
      }
    }
  }

  #readGlue(code: number, at: number): void {
    if (code === CODE.dot) this.#cues?.running.readDot(at);
    else if (code === CODE.slash) this.#cues?.running.readSlash(at);
    else {
      if (code === CODE.dollar) this.#cues?.running.readSelf(at);
      this.#glue.read(at);
    }
  }

  #lookAt(hash: number, start: number, end: number): void {
    const seen = this.#filter[hash & FILTER_MASK] as number;
    if ((seen & IS_TOKEN) !== 0) this.#look(hash);
    if ((seen & IS_CUE) !== 0) this.#lookForCue(hash, start, end);
  }

  #lookForCue(hash: number, start: number, end: number): void {
    const cue = CUE_LIST[CUE_TABLE.find(hash)];
    if (cue !== undefined) this.#cues?.read(cue, start, end);
  }

  addWord(hash: number, start: number, end: number): void {
    this.#keepWord(hash);
    this.#lookAt(hash, start, end);
    if (end - start >= ADDRESS_LENGTH_MIN) this.#lookForAddress(start, end);
  }

  addFlag(hash: number): void {
    this.#look(asFlag(hash));
  }

  #look(hash: number): void {
    const number = this.#atoms.table.find(hash);
    if (number >= 0 && this.#atoms.mark(number)) this.#stopped = true;
  }

  /** `-oHOST:PORT`: an option that a miner's server is joined to has no token of its own. */
  #joinsServer(start: number): boolean {
    if (!SERVER_OPTIONS.has(this.text.at(start))) return false;
    let at = start;
    while (at - start < HOST_LENGTH_MAX && isHostByte(this.text.at(at))) at++;
    const port = this.text.at(at + 1);
    return this.text.at(at) === CODE.colon && port >= DIGIT_0 && port <= DIGIT_9;
  }

  /** A long run of letters and digits: an address, a part of one, or only a long name or a hash. */
  #lookAtRun(start: number, end: number): void {
    if (!isMixed(this.text.bytes, start, end)) return;
    this.#hasAddressPart = true;
    if (end - start >= ADDRESS_LENGTH_MIN) this.#lookForAddress(start, end);
  }

  #lookForAddress(start: number, end: number): void {
    const from = Math.max(0, start - ADDRESS_PREFIX_LENGTH_MAX);
    let text = '';
    for (let i = from; i < end; i++) {
      const code = this.text.at(i);
      // What is between the parts of a glued address does not belong to it.
      const isWithin = i >= start && (CHARACTERS[code] as number) <= GLUE;
      if (!isWithin) text += String.fromCharCode(code);
    }
    if (payoutsIn(text).length > 0) this.#stopped = true;
  }

  /** Whether something that is cut out of words could be a token, alone or glued to others. */
  #couldCut(): boolean {
    const texts = this.#cues?.texts ?? NO_TEXT_CUES;
    const { cuts } = this.#glue;
    if (texts.unpacks && this.#glue.hasNumbers) return true;
    const given = [...texts.reads, ...texts.printers];
    const regions = [...cuts, ...texts.cuts];
    if (regions.length + given.length === 0) return false;
    const material = new CutMaterial(this.text, (hash) => this.#keepPiece(hash));
    if (given.some((region) => material.names(region))) return true;
    if (regions.length === 0) return false;
    this.#cuts = true;
    // Tools may work on what others have made.
    this.#pieceCount = regions.reduce((sum, { pieces }) => sum + pieces - 1, 0);
    this.isOpen = true;
    const before = this.#wordCount;
    for (const { name } of cuts) if (!material.addName(name)) return true;
    for (const region of regions) if (!material.addRegion(region)) return true;
    if (this.#wordCount >= WORDS_MAX) return true;
    const count = this.#wordCount - before;
    const hashes = this.#words.subarray(before, before + count);
    const anything = { ...ANYTHING, partsMax: this.#partsMax };
    const words = { hashes, count, edgesOf: joinsBoth };
    return this.#marks(this.#pieces.composable(words, anything));
  }

  /** Of how many words or pieces one word may be made: one more than there are places to join. */
  get #partsMax(): number {
    const glue = this.#glue;
    const parts = [...glue.starts, ...glue.ends];
    // What is no piece may become one when it is cut.
    const counted = this.#cuts ? parts : parts.filter((hash) => this.#pieces.has(hash));
    const seams = glue.joints + glue.seams + counted.length + this.#pieceCount;
    return this.#joins || glue.grows ? Number.POSITIVE_INFINITY : seams + 1;
  }

  /** What commands print is put together, or is filled into words. */
  get #joins(): boolean {
    return this.#cues?.texts.joins === true || this.#cues?.running.hasCode === true;
  }

  #keepPiece(hash: number): void {
    if (this.#pieces.has(hash)) this.#keepWord(hash);
  }

  /** Keeps a word that is made of others, and may be joined on both sides. */
  #keepWord(hash: number): void {
    if (this.#wordCount >= WORDS_MAX) return;
    this.#starts[this.#wordCount] = MADE;
    this.#words[this.#wordCount++] = hash;
  }

  /** Whether the words could come to an address or to all tokens of some atom. */
  #couldGlue(): boolean {
    const glue = this.#glue;
    const joins = this.#joins;
    const opensEdges =
      this.#cues?.texts.opensEdges === true || this.#cues?.running.hasCode === true;
    if (!glue.isGlued && !joins) return false;
    if (this.#hasAddressPart || this.#wordCount >= WORDS_MAX) return true;
    const starts = glue.starts.filter((hash) => this.#pieces.isStart(hash));
    const ends = glue.ends.filter((hash) => this.#pieces.isEnd(hash));
    const any = glue.joints > 0 || joins;
    if (!any && !glue.flags && starts.length === 0 && ends.length === 0) return false;
    this.isOpen = true;
    const glued = { any, flags: glue.flags, starts, ends, partsMax: this.#partsMax };
    const edgesOf = opensEdges ? joinsBoth : (word: number) => this.#edgesOf(word);
    const words = { hashes: this.#words, count: this.#wordCount, edgesOf };
    return this.#marks(this.#pieces.composable(words, glued));
  }

  /** `JOINS_LEFT`, `JOINS_RIGHT`, both or neither. */
  #edgesOf(word: number): number {
    const start = this.#starts[word] as number;
    if (start === MADE) return joinsBoth();
    const { text } = this;
    return edgesOf(text.bytes, start, text.wordEnd(start), text.end);
  }

  /** Takes tokens for seen; true when some atom is complete with them. */
  #marks(tokens: Iterable<number>): boolean {
    for (const token of tokens) if (this.#atoms.mark(token)) return true;
    return this.#atoms.isComplete;
  }
}

const CUE_HASHES = [...CUES.keys()].map(tokenHash);
const CUE_TABLE = new HashTable(CUE_HASHES);
const CUE_LIST: readonly Cue[] = [...CUES.values()];
const NO_TEXT_CUES = { cuts: [], reads: [], printers: [], unpacks: false };
const ANYTHING: Glued = {
  any: true,
  flags: false,
  starts: [],
  ends: [],
  partsMax: 1,
};

const encoder = new TextEncoder();

function joinsBoth(): number {
  return JOINS_LEFT | JOINS_RIGHT;
}

/** On which sides the word may go on with another one. */
function edgesOf(bytes: Uint8Array, start: number, stop: number, end: number): number {
  const left = start === 0 || isLeftEdge(bytes, start, stop) ? JOINS_LEFT : 0;
  const isEnd = stop === end || ((EDGES[bytes[stop] as number] as number) & BEHIND) !== 0;
  const right = isEnd ? JOINS_RIGHT : 0;
  return left | right;
}

function isLeftEdge(bytes: Uint8Array, start: number, stop: number): boolean {
  const before = bytes[start - 1] as number;
  // The name of `${NAME}` is no value.
  if (before === CODE.openBrace && bytes[start - 2] === CODE.dollar) return false;
  const isEdge = ((EDGES[before] as number) & BEFORE) !== 0;
  if (isEdge || DEFAULT_MARKS.has(before)) return true;
  // The value of `${A:-b}` and `${A-b}`.
  const isDefault = bytes[start - 2] === CODE.colon || bytes[stop] === CODE.closeBrace;
  return before === CODE.dash && isDefault;
}

/** Of `${A:+b}` and `${A:?b}`. */
const DEFAULT_MARKS: ReadonlySet<number> = new Set([CODE.plus, CODE.question]);

/** Letters and digits, and not a hash in hexadecimal. */
function isMixed(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  let others = 0;
  for (let i = start; i < end; i++) {
    const entry = CHARACTERS[bytes[i] as number] as number;
    if (entry <= 57 && entry > GLUE) digits++;
    else if (entry > 102) others++;
  }
  return digits > 0 && others > 0;
}
