/**
 * JSON objects in a stream of bytes, wherever they begin and however they are cut: one a line, many
 * a line, one over many lines, with blanks, in a batch `[…]`, between garbage.
 *
 * State machine. Outside, bytes are passed over up to `{`. Inside, the grammar's own order of marks
 * is followed, so that a line that broke off is noticed at the first mark that cannot stand there:
 * a `{` where a key or a comma belongs is the beginning of the next message, not a part of this
 * one. What broke off is read once more from its second line on, for the message behind may have
 * passed for a part of it. Depth is bounded, so no byte is read more than `jsonDepthMax / 2` times.
 * What is kept is one message of at most `wireMessageBytesMax` bytes.
 */
import { isObject, type JsonObject } from '../../base/json.ts';
import { jsonDepthMax } from '../../base/limits.ts';
import { wireMessageBytesMax } from '../../base/sensor-limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const VALUE = 0x30;
const NEWLINE = 0x0a;
const EMPTY = new Uint8Array(0);

export class JsonMessages {
  /** Objects that broke off or were too long. */
  broken = 0;
  /** The marks that are open: `{` and `[`. Empty: outside. */
  readonly #open: number[] = [];
  #inString = false;
  #escaped = false;
  /** The last mark; `VALUE` for a string, a number or a word. */
  #last = 0;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;

  /** Bytes of a message that is not whole yet. */
  get held(): number {
    return this.#keptBytes;
  }

  push(bytes: Uint8Array, onMessage: (message: JsonObject) => void): void {
    const waiting = [bytes];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const rest = this.#read(next, onMessage);
      // What is read once more stands before what has not been read yet.
      waiting.push(...rest);
    }
  }

  /** Bytes are missing here, or it is the end: what was begun cannot be finished. */
  gap(onMessage: (message: JsonObject) => void): void {
    while (this.#open.length > 0) {
      const again = this.#breakOff(EMPTY);
      if (again !== null) this.push(again, onMessage);
    }
  }

  /** Up to where something broke off. The result is what is to be read next, last first. */
  #read(bytes: Uint8Array, onMessage: (message: JsonObject) => void): readonly Uint8Array[] {
    let start = 0;
    for (let i = 0; i < bytes.length; i++) {
      if (this.#open.length === 0) {
        i = bytes.indexOf(OPEN_OBJECT, i);
        if (i < 0) return [];
        start = i;
        this.#enter(OPEN_OBJECT);
        continue;
      }
      const byte = bytes[i] as number;
      const step = this.#inString ? this.#stringStep(byte) : this.#step(byte);
      if (step === 'more') continue;
      if (step === 'whole') {
        this.#emit(bytes.subarray(start, i + 1), onMessage);
        continue;
      }
      const again = this.#breakOff(bytes.subarray(start, i));
      // What cannot stand here may begin the next message.
      const rest = bytes.subarray(byte === OPEN_OBJECT ? i : i + 1);
      return again === null ? [rest] : [rest, again];
    }
    if (this.#open.length === 0 || this.#keep(bytes.subarray(start))) return [];
    const again = this.#breakOff(EMPTY);
    return again === null ? [] : [again];
  }

  /** Drops what was begun; its lines but the first are to be read once more. */
  #breakOff(tail: Uint8Array): Uint8Array | null {
    this.broken++;
    const newline = tail.includes(NEWLINE) || this.#kept.some((part) => part.includes(NEWLINE));
    const begun = newline ? Buffer.concat([...this.#kept, tail]) : null;
    this.#reset();
    return begun === null ? null : begun.subarray(begun.indexOf(NEWLINE) + 1);
  }

  #enter(mark: number): void {
    this.#open.push(mark);
    this.#last = mark;
  }

  #stringStep(byte: number): 'more' | 'broken' {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
    // A raw line break in a string is a line that broke off.
    return byte < 0x20 ? 'broken' : 'more';
  }

  #step(byte: number): 'more' | 'whole' | 'broken' {
    const last = this.#last;
    const inObject = this.#open.at(-1) === OPEN_OBJECT;
    switch (byte) {
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        return 'more';
      case QUOTE:
        if (!isBefore(last, inObject)) return 'broken';
        this.#inString = true;
        this.#last = VALUE;
        return 'more';
      case OPEN_OBJECT:
      case OPEN_LIST:
        // In an object only a colon stands before a value that is not a key.
        if (inObject ? last !== COLON : !isBefore(last, false)) return 'broken';
        if (this.#open.length >= jsonDepthMax) return 'broken';
        this.#enter(byte);
        return 'more';
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        return this.#close(byte);
      case COLON:
      case COMMA:
        if (last === COLON || last === COMMA) return 'broken';
        this.#last = byte;
        return 'more';
      default:
        if (!isLiteral(byte)) return 'broken';
        this.#last = VALUE;
        return 'more';
    }
  }

  #close(byte: number): 'more' | 'whole' | 'broken' {
    const opened = this.#open.pop();
    this.#last = VALUE;
    if ((opened === OPEN_OBJECT) !== (byte === CLOSE_OBJECT)) return 'broken';
    return this.#open.length === 0 ? 'whole' : 'more';
  }

  /** False: the message is too long. */
  #keep(bytes: Uint8Array): boolean {
    // A copy, so that not all packets that were read with this one are kept.
    this.#kept.push(new Uint8Array(bytes));
    this.#keptBytes += bytes.length;
    return this.#keptBytes <= wireMessageBytesMax;
  }

  #emit(tail: Uint8Array, onMessage: (message: JsonObject) => void): void {
    const bytes = this.#kept.length === 0 ? tail : Buffer.concat([...this.#kept, tail]);
    this.#reset();
    const message = bytes.length > wireMessageBytesMax ? null : parse(bytes);
    if (message === null) this.broken++;
    else onMessage(message);
  }

  #reset(): void {
    this.#open.length = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#kept = [];
    this.#keptBytes = 0;
  }
}

/** A value or a key may follow: what has been opened, or a comma; in an object a colon too. */
function isBefore(last: number, inObject: boolean): boolean {
  if (last === COMMA) return true;
  return inObject ? last === OPEN_OBJECT || last === COLON : last === OPEN_LIST;
}

/** Letters, digits and signs, of which `true`, `null` and `-1.5e3` are made. */
function isLiteral(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return isDigit || isLetter || byte === 0x2b || byte === 0x2d || byte === 0x2e;
}

/** The depth is bounded by the machine above. A key that stands twice has its last value. */
function parse(bytes: Uint8Array): JsonObject | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
