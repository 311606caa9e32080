import type { Masks } from './masks.ts';
import type { Part, WordTree } from './syntax-tree.ts';

/** Collects the parts of one word; neighbouring text of one quoting becomes one part. */
export class WordBuilder {
  readonly #parts: Part[] = [];
  #text = '';
  #quoted = false;
  #pending = false;
  #plain = true;
  #brace = false;

  addText(text: string): void {
    this.#add(text, false);
  }

  addQuoted(text: string): void {
    this.#plain = false;
    this.#add(text, true);
  }

  addBrace(): void {
    this.#brace = true;
    this.#add('{', false);
  }

  addPart(part: Part): void {
    this.#plain = false;
    this.#flush();
    this.#parts.push(part);
  }

  /** Quoted text in which a template's expressions stay opaque. */
  addMasked(text: string, start: number, end: number, masks: Masks): void {
    this.addQuoted('');
    if (masks.none) {
      this.addQuoted(text.slice(start, end));
      return;
    }
    let from = start;
    for (let at = text.indexOf('{{', from); at !== -1 && at < end; ) {
      const begin = text[at - 1] === '$' && at > from ? at - 1 : at;
      const stop = masks.endAt(begin);
      if (stop !== -1 && stop <= end) {
        this.addQuoted(text.slice(from, begin));
        this.addPart({ kind: 'opaque', text: text.slice(begin, stop), quoted: true });
        from = stop;
      }
      at = text.indexOf('{{', stop !== -1 && stop <= end ? stop : at + 2);
    }
    this.addQuoted(text.slice(from, end));
  }

  finish(): WordTree {
    this.#flush();
    return { parts: this.#parts, plain: this.#plain, brace: this.#brace };
  }

  #add(text: string, quoted: boolean): void {
    if (this.#pending && this.#quoted !== quoted) this.#flush();
    this.#text = this.#pending ? this.#text + text : text;
    this.#quoted = quoted;
    this.#pending = true;
  }

  #flush(): void {
    if (!this.#pending) return;
    this.#parts.push({ kind: 'text', text: this.#text, quoted: this.#quoted });
    this.#pending = false;
  }
}
