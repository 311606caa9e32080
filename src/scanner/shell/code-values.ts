/** Values of programs in other languages, as far as texts are made of them. */
import { shellDecodedLengthMax } from '../../base/limits.ts';
import { bytesOfPrinted, concatPrinted, type Printed, textOfPrinted } from './printed.ts';

/** A text or bytes, a number, a list, or null for what is unknown. */
export type CodeValue = Printed | number | CodeList | null;

export interface CodeList {
  readonly items: readonly CodeValue[];
  /** Of a map: where the value of each key stands. */
  readonly keys?: ReadonlyMap<string, number>;
}

/** Items of a list; more would only be made to slow us down. */
const ITEMS_MAX = 10_000;

export function listOf(items: readonly CodeValue[]): CodeList {
  return { items: items.slice(0, ITEMS_MAX) };
}

/** The value of a key; undefined when the value is no map that has it. */
export function valueAt(value: CodeValue, key: string): CodeValue | undefined {
  const at = isList(value) ? value.keys?.get(key) : undefined;
  return at === undefined || !isList(value) ? undefined : (value.items[at] ?? null);
}

/** What a loop over the value takes one after the other. */
export function itemsOf(value: CodeValue): readonly CodeValue[] {
  if (isList(value)) return value.items;
  if (value instanceof Uint8Array) return [...value.subarray(0, ITEMS_MAX)];
  return typeof value === 'string' ? [...value.slice(0, ITEMS_MAX)] : [];
}

/** Numbers from the first up to the second, which is none of them. */
export function rangeOf(from: number, to: number, step = 1): readonly number[] {
  const count = step === 0 ? 0 : Math.min(Math.max(Math.ceil((to - from) / step), 0), ITEMS_MAX);
  return Array.from({ length: count }, (_, i) => from + i * step);
}

/** How many characters or items it has, or null. */
export function lengthOf(value: CodeValue): number | null {
  if (isList(value)) return value.items.length;
  return isPrinted(value) ? value.length : null;
}

export function isList(value: CodeValue): value is CodeList {
  return value !== null && typeof value === 'object' && 'items' in value;
}

export function isPrinted(value: CodeValue): value is Printed {
  return typeof value === 'string' || value instanceof Uint8Array;
}

/** The value as one text; a list is what `join` makes of it. */
export function textOf(value: CodeValue): string | null {
  if (value === null) return null;
  if (typeof value === 'number') return String(value);
  return isList(value) ? joined(value, '') : textOfPrinted(value);
}

/** Words of a list, or the text itself: what a call that starts a process is given. */
export function commandOf(values: readonly CodeValue[]): string {
  const words: string[] = [];
  for (const value of values) {
    if (isList(value)) words.push(commandOf(value.items));
    else words.push(textOf(value) ?? '');
  }
  return words.filter((word) => word !== '').join(' ');
}

export function joined({ items }: CodeList, separator: string): string | null {
  const texts = items.map(textOf);
  const length = texts.reduce((sum, text) => sum + (text?.length ?? 0) + separator.length, 0);
  return length > shellDecodedLengthMax ? null : texts.map((text) => text ?? '').join(separator);
}

export function added(a: CodeValue, b: CodeValue): CodeValue {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (isList(a) && isList(b)) return listOf([...a.items, ...b.items]);
  if (a === null || b === null || isList(a) || isList(b)) return null;
  const [left, right] = [a, b].map((one) => (typeof one === 'number' ? String(one) : one));
  if (left === undefined || right === undefined) return null;
  return left.length + right.length > shellDecodedLengthMax ? null : concatPrinted(left, right);
}

/** `a - b`, `a ^ b`, `a % b` of numbers. */
export function calculated(sign: '-' | '^' | '%', a: CodeValue, b: CodeValue): CodeValue {
  if (typeof a !== 'number' || typeof b !== 'number') return null;
  if (sign === '-') return a - b;
  return sign === '^' ? a ^ b : b === 0 ? null : ((a % b) + b) % b;
}

export function repeated(value: CodeValue, times: number): CodeValue {
  if (typeof value === 'number') return value * times;
  if (!isPrinted(value) || !(times >= 0)) return null;
  const text = textOfPrinted(value);
  return text.length * times > shellDecodedLengthMax ? null : text.repeat(Math.floor(times));
}

/** `a[1]`, `a[1:5]`, `a[::-1]`. */
export function sliced(value: CodeValue, bounds: readonly (number | null)[]): CodeValue {
  if (value === null || typeof value === 'number') return null;
  const all = isList(value) ? value.items : isPrinted(value) ? [...textOfPrinted(value)] : [];
  if (bounds.length === 1) {
    const [at] = bounds;
    return at === null || at === undefined ? null : (all.at(at) ?? null);
  }
  const [from, to, step] = bounds;
  const part = all.slice(from ?? 0, to ?? undefined);
  if (step === -1) part.reverse();
  else if (step !== undefined && step !== null && step !== 1) return null;
  return isList(value) ? listOf(part) : part.map((one) => textOf(one) ?? '').join('');
}

export function reversed(value: CodeValue): CodeValue {
  if (isList(value)) return listOf([...value.items].reverse());
  return isPrinted(value) ? [...textOfPrinted(value)].reverse().join('') : null;
}

/** Characters of numbers: `chr(120)`, `String.fromCharCode(120, 109)`. */
export function charactersOf(values: readonly CodeValue[]): string | null {
  let text = '';
  for (const value of values) {
    if (isList(value)) {
      const inner = charactersOf(value.items);
      if (inner === null) return null;
      text += inner;
    } else {
      const code = Number(value);
      if (value === null || !(code >= 0 && code <= 0x10ffff)) return null;
      text += String.fromCodePoint(Math.floor(code));
    }
  }
  return text;
}

export function bytesOf(value: CodeValue): Uint8Array | null {
  if (isPrinted(value)) return bytesOfPrinted(value);
  if (!isList(value)) return null;
  const numbers = value.items.map((item) => (typeof item === 'number' ? item & 255 : -1));
  return numbers.includes(-1) ? null : Uint8Array.from(numbers);
}
