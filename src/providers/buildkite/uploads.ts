/**
 * `buildkite-agent pipeline upload` in a script. It uploads the file that it names or is given as
 * input; behind a pipe it uploads what a program prints; else `.buildkite/pipeline.yml`.
 */
import type { SourceText } from '../../model/source-text.ts';
import { sliceSource } from '../_text/source-builder.ts';

export interface Uploads {
  readonly files: readonly SourceText[];
  readonly isDynamic: boolean;
}

const UPLOAD = 'pipeline upload';
const DEFAULT_FILE = '.buildkite/pipeline.yml';
/** Options that take the next word. */
const VALUE_OPTIONS: ReadonlySet<string> = new Set([
  ...['--job', '--format', '--agent-access-token', '--endpoint', '--jwks-file', '--jwks-key-id'],
  ...['--signing-aws-kms-key', '--signing-gcp-kms-key', '--redacted-vars', '--profile'],
]);
/** A script that uploads more often is no longer looked through. */
const UPLOADS_MAX = 100;

export function uploadsIn(source: SourceText): Uploads {
  const { text } = source;
  const files: SourceText[] = [];
  let isDynamic = false;
  let count = 0;
  for (let at = text.indexOf(UPLOAD); at !== -1; at = text.indexOf(UPLOAD, at + 1)) {
    if (++count > UPLOADS_MAX) return { files, isDynamic: true };
    const file = fileBehind(text, at + UPLOAD.length);
    if (file !== null) files.push(sliceSource(source, file.start, file.end));
    else if (isBehindPipe(text, at)) isDynamic = true;
    else files.push({ ...sliceSource(source, at, at + UPLOAD.length), text: DEFAULT_FILE });
  }
  return { files, isDynamic };
}

const ARGUMENTS_LENGTH_MAX = 1_024;

/** The word that names a file, behind the options. */
function fileBehind(text: string, from: number): { start: number; end: number } | null {
  const limit = Math.min(text.length, from + ARGUMENTS_LENGTH_MAX);
  let start = from;
  let skips = false;
  while (start < limit) {
    while (start < limit && ' \t<"\''.includes(text[start] ?? '')) start++;
    let end = start;
    while (end < limit && !' \t\n;&|<>)"\'`'.includes(text[end] ?? '')) end++;
    if (end === start) return null;
    const word = text.slice(start, end);
    if (!skips && !word.startsWith('-')) return { start, end };
    skips = VALUE_OPTIONS.has(word);
    start = end;
  }
  return null;
}

/** Whether a `|` stands in front of the command that `at` lies in, blanks and lines aside. */
function isBehindPipe(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - ARGUMENTS_LENGTH_MAX), at);
  const end = Math.max(...[';', '&', '|', '(', '\n'].map((mark) => before.lastIndexOf(mark)));
  let i = end;
  while (i >= 0 && ' \t\n\\'.includes(before[i] ?? '')) i--;
  return before[i] === '|' && before[i - 1] !== '|';
}
