import type { Dialect, JobDefinition } from './job-definition.ts';

export interface SourceFile {
  /** Relative to the tree, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A job definition as it arrives at a checkpoint: read already, or the files to read. */
export type DefinitionInput =
  | {
      readonly kind: 'definition';
      readonly definition: JobDefinition;
      /** The very input is likely to be scanned again. */
      readonly recurs?: boolean;
    }
  | { readonly kind: 'files'; readonly dialect: Dialect; readonly files: readonly SourceFile[] };

/** What a report on the input is called: its first file. */
export function inputName(input: DefinitionInput): { path: string; dialect: Dialect } {
  if (input.kind === 'files') return { path: input.files[0]?.path ?? '', dialect: input.dialect };
  const { path, dialect } = input.definition;
  return { path, dialect };
}
