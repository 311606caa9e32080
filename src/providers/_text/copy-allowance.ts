import { definitionLengthMax } from '../../base/limits.ts';
import type { SourceText } from '../../model/source-text.ts';
import type { DefinitionDraft } from './job-draft.ts';

/**
 * What the texts of a definition may come to while they are put together. An alias costs one word
 * in a file and its whole text in each place, so texts are counted before they are copied.
 */
export class CopyAllowance {
  readonly #draft: DefinitionDraft;
  #charactersLeft = definitionLengthMax;

  constructor(draft: DefinitionDraft) {
    this.#draft = draft;
  }

  /** Whether the texts may be copied once more; if not, that is said. */
  takes(texts: readonly SourceText[]): boolean {
    this.#charactersLeft -= texts.reduce((sum, { text }) => sum + text.length, 0);
    return this.#charactersLeft >= 0 || this.#draft.fits(Number.POSITIVE_INFINITY);
  }
}
