import type { Printed } from './printed.ts';
import { joinFetches, NO_FETCHES, type Stream } from './stream.ts';
import type { Field } from './variables.ts';

export const DEFAULT_SEPARATORS = ' \t\n';

const NO_FIELDS: readonly Field[] = [];

/** Puts parts together to fields; unquoted values are split at the separators. */
export class FieldBuilder {
  readonly #separators: string;
  #fields: Field[] | null = null;
  #text = '';
  #open = false;
  /** Pieces that the word consists of, and how many of them are unknown. */
  #pieces = 0;
  #unknowns = 0;
  #dynamic = false;
  #fetches: readonly number[] = NO_FETCHES;
  #file: Printed | null = null;

  constructor(separators: string) {
    this.#separators = separators;
  }

  add(text: string, quoted: boolean): void {
    this.#text += text;
    if (text !== '') this.#pieces++;
    // An empty pair of quotes is a word; empty text without quotes is none.
    if (quoted || text !== '') this.#open = true;
  }

  addUnknown(raw: string, fetches = NO_FETCHES): void {
    this.add(raw, true);
    this.#fetches = joinFetches(this.#fetches, fetches);
    this.#unknowns++;
    this.#dynamic = true;
  }

  addValue(
    text: string,
    from: { readonly dynamic: boolean; readonly fetches: readonly number[] },
    quoted: boolean,
  ): void {
    if (quoted) this.add(text, true);
    else this.#addSplit(text, from);
    if (!quoted && !this.#open) return;
    this.#dynamic ||= from.dynamic;
    this.#fetches = joinFetches(this.#fetches, from.fetches);
  }

  addFile(raw: string, stream: Stream): void {
    this.addUnknown(raw, stream.fetches);
    this.#file = stream.data;
  }

  endField(): void {
    if (!this.#open) return;
    const field: Field = {
      text: this.#text,
      dynamic: this.#dynamic,
      fetches: this.#fetches,
      unknown: this.#unknowns === 1 && this.#pieces === 1,
      file: this.#file,
    };
    // Nearly always there is one, for which a growing array would keep room for 17.
    if (this.#fields === null) this.#fields = [field];
    else this.#fields.push(field);
    this.#pieces = 0;
    this.#unknowns = 0;
    this.#text = '';
    this.#open = false;
    this.#dynamic = false;
    this.#fetches = NO_FETCHES;
    this.#file = null;
  }

  finish(): readonly Field[] {
    this.endField();
    return this.#fields ?? NO_FIELDS;
  }

  /** Long lists are split often, and most are split at blanks. */
  #isSeparator(text: string, at: number): boolean {
    if (this.#separators !== DEFAULT_SEPARATORS) return this.#separators.includes(text[at] ?? '');
    const code = text.charCodeAt(at);
    return code === 32 || code === 10 || code === 9;
  }

  #addSplit(
    text: string,
    from: { readonly dynamic: boolean; readonly fetches: readonly number[] },
  ): void {
    let start = 0;
    for (let at = 0; at <= text.length; at++) {
      if (at < text.length && !this.#isSeparator(text, at)) continue;
      if (at > start) this.add(text.slice(start, at), false);
      if (at < text.length) {
        this.#dynamic ||= from.dynamic && this.#open;
        if (this.#open) this.#fetches = joinFetches(this.#fetches, from.fetches);
        this.endField();
      }
      start = at + 1;
    }
  }
}
