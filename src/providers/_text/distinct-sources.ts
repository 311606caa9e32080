import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';

/**
 * Texts of a matrix job. Its rows are read one after another and have most in common, so of texts
 * that say the same in the same part of the job only the first is kept.
 */
export class DistinctSources {
  readonly #taken = new Set<string>();

  /** Those that were not taken for `part` before. */
  take(sources: readonly SourceText[], part: string): readonly SourceText[] {
    return sources.filter(({ text }) => {
      const key = `${part} ${text}`;
      const isNew = !this.#taken.has(key);
      this.#taken.add(key);
      return isNew;
    });
  }

  /** Variables with a name or a value that was not taken before. */
  takeVariables(variables: readonly Variable[]): readonly Variable[] {
    return variables.filter(({ name, value }) => this.take([value], `$${name}`).length > 0);
  }
}
