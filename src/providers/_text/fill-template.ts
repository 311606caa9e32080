/**
 * Texts in which a provider fills in values before anything runs: `<< parameters.x >>` of CircleCI,
 * `{{matrix.x}}` of Buildkite, `${X}` of a Woodpecker matrix. A value that is filled in keeps the
 * place where it stands itself. What becomes of one that is not known is the dialect's to say: left
 * alone, `<< pipeline.number >>` would be a here-document to a shell.
 */
import { templateLengthMax, templateValuesMax } from '../../base/limits.ts';
import type { SourceText } from '../../model/source-text.ts';
import type { DefinitionDraft } from './job-draft.ts';
import { SourceBuilder, sliceSource } from './source-builder.ts';

export interface TemplateSyntax {
  readonly open: string;
  readonly close: string;
  /** Whether what stands between the marks is a reference at all; else it stays as it is. */
  isReference(name: string): boolean;
  /** What stands for a value that is not known; null leaves the reference as it is. */
  unknown(name: string): string | null;
  /** In front of `open` it makes plain text of it, and goes away. Empty when there is none. */
  readonly escapedBy: string;
}

export type Lookup = (name: string) => SourceText | undefined;

/** Characters between the marks; a longer stretch is no reference. */
const NAME_LENGTH_MAX = 256;

interface Reference {
  readonly start: number;
  readonly end: number;
  /** Empty for marks that are escaped. */
  readonly name: string;
}

/** Fills templates of one definition, and counts what that costs. */
export class Templates {
  readonly #syntax: TemplateSyntax;
  readonly #draft: DefinitionDraft;
  /** A shared text may be filled in for each job and row, so characters are counted, not texts. */
  #left = templateLengthMax;

  constructor(syntax: TemplateSyntax, draft: DefinitionDraft) {
    this.#syntax = syntax;
    this.#draft = draft;
  }

  fill(source: SourceText, lookUp: Lookup): SourceText {
    if (!this.#spend(source.text.length)) return source;
    const references = this.#referencesIn(source.text);
    if (references.length === 0) return source;
    const builder = new SourceBuilder(source.path);
    let done = 0;
    for (const reference of references) {
      this.#keep(builder, source, done, reference.start);
      this.#put(builder, source, reference, lookUp(reference.name));
      done = reference.end;
      if (this.#left < 0) return source;
    }
    this.#keep(builder, source, done, source.text.length);
    return builder.build();
  }

  #spend(length: number): boolean {
    this.#left -= length;
    if (this.#left >= 0) return true;
    this.#draft.giveUp(
      `values filled in come to more than ${templateLengthMax} characters; ` +
        'the rest was left as it stands',
    );
    return false;
  }

  #put(builder: SourceBuilder, source: SourceText, at: Reference, value?: SourceText): void {
    if (value !== undefined) {
      if (this.#spend(value.text.length)) builder.append(value);
      return;
    }
    if (at.name === '') {
      this.#keep(builder, source, at.start + this.#syntax.escapedBy.length, at.end);
      return;
    }
    const unknown = this.#syntax.unknown(at.name);
    if (unknown === null) this.#keep(builder, source, at.start, at.end);
    else {
      const { segments } = sliceSource(source, at.start, at.end);
      builder.mark(segments[1] ?? 1, segments[2] ?? 1);
      builder.add(unknown);
    }
  }

  #keep(builder: SourceBuilder, source: SourceText, start: number, end: number): void {
    if (end > start) builder.append(sliceSource(source, start, end));
  }

  #referencesIn(text: string): readonly Reference[] {
    const { open, close, escapedBy } = this.#syntax;
    const found: Reference[] = [];
    let end = 0;
    for (let at = text.indexOf(open); at !== -1; at = text.indexOf(open, end)) {
      end = at + open.length;
      const closed = text.slice(end, end + NAME_LENGTH_MAX + close.length).indexOf(close);
      const name = closed === -1 ? '' : text.slice(end, end + closed).trim();
      if (escapedBy !== '' && text.endsWith(escapedBy, at)) {
        found.push({ start: at - escapedBy.length, end, name: '' });
      } else if (name !== '' && this.#syntax.isReference(name)) {
        end += closed + close.length;
        found.push({ start: at, end, name });
      }
      if (found.length > templateValuesMax) {
        this.#draft.giveUp(`a text has more than ${templateValuesMax} values to fill in; none was`);
        return [];
      }
    }
    return found;
  }
}
