/** Whether two definitions are the same to whoever reads them, field by field. */
import type { DefinitionInput, SourceFile } from '../model/definition-input.ts';
import type {
  Command,
  EncodedText,
  FileRun,
  Job,
  JobDefinition,
  Variable,
} from '../model/job-definition.ts';
import type { SourceText } from '../model/source-text.ts';

export function sameInput(a: DefinitionInput, b: DefinitionInput): boolean {
  if (a.kind === 'definition') {
    return b.kind === 'definition' && sameDefinition(a.definition, b.definition);
  }
  return b.kind === 'files' && a.dialect === b.dialect && sameLists(a.files, b.files, sameFile);
}

function sameDefinition(a: JobDefinition, b: JobDefinition): boolean {
  const isNamed = a.dialect === b.dialect && a.path === b.path && a.broken === b.broken;
  return isNamed && sameValues(a.unread, b.unread) && sameLists(a.jobs, b.jobs, sameJob);
}

function sameFile(a: SourceFile, b: SourceFile): boolean {
  return a.path === b.path && a.text === b.text;
}

function sameJob(a: Job, b: Job): boolean {
  if (a.name !== b.name || a.fanOut !== b.fanOut || a.timeoutSeconds !== b.timeoutSeconds) {
    return false;
  }
  return (
    sameLists(a.commands, b.commands, sameCommand) &&
    sameLists(a.images, b.images, sameText) &&
    sameLists(a.environment, b.environment, sameVariable) &&
    sameLists(a.remoteCode, b.remoteCode, sameText) &&
    sameLists(a.filesRun, b.filesRun, sameFileRun) &&
    sameValues(a.machine, b.machine) &&
    sameValues(a.schedules, b.schedules) &&
    sameOptional(a.needs, b.needs, sameValues)
  );
}

function sameCommand(a: Command, b: Command): boolean {
  if (a.shell !== b.shell || a.atStart !== b.atStart) return false;
  return sameText(a.source, b.source) && sameOptional(a.encoded, b.encoded, sameEncoded);
}

function sameEncoded(a: EncodedText, b: EncodedText): boolean {
  return sameText(a.source, b.source) && sameValues(a.layers, b.layers);
}

function sameVariable(a: Variable, b: Variable): boolean {
  return a.name === b.name && sameText(a.value, b.value);
}

function sameFileRun(a: FileRun, b: FileRun): boolean {
  return a.dialect === b.dialect && a.isOptional === b.isOptional && sameText(a, b);
}

function sameText(a: SourceText, b: SourceText): boolean {
  return a.text === b.text && a.path === b.path && sameValues(a.segments, b.segments);
}

function sameOptional<T>(
  a: T | undefined,
  b: T | undefined,
  same: (a: T, b: T) => boolean,
): boolean {
  return a === undefined || b === undefined ? a === b : same(a, b);
}

function sameLists<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  // Both are that long.
  for (let i = 0; i < a.length; i++) if (!same(a[i] as T, b[i] as T)) return false;
  return true;
}

function sameValues<T extends string | number>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
