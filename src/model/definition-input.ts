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

/** What a text costs beside its characters: a thousand names are more work than one long line. */
const TEXT_LENGTH = 16;

/** Characters that a scan of the input has before it, at least. */
export function inputLength(input: DefinitionInput): number {
  let length = 0;
  if (input.kind === 'files') {
    for (const { text } of input.files) length += TEXT_LENGTH + text.length;
    return length;
  }
  for (const { commands, environment, images } of input.definition.jobs) {
    for (const { source } of commands) length += TEXT_LENGTH + source.text.length;
    for (const { value } of environment) length += TEXT_LENGTH + value.text.length;
    for (const { text } of images) length += TEXT_LENGTH + text.length;
  }
  return length;
}
