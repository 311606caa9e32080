/** What a command prints that only works on texts: `echo`, `base64 -d`, `sed`, `pwd`. */
import type { Work } from '../engine/work.ts';
import { undoEscapes } from './escapes.ts';
import type { Files } from './files.ts';
import { knownOutput } from './known-output.ts';
import type { ShellRecord } from './record.ts';
import { eitherStream, type Input, joinFetches, NO_FETCHES, type Stream } from './stream.ts';
import type { Field } from './variables.ts';

interface OutputHost {
  readonly record: ShellRecord;
  readonly work: Work;
  readonly folder: string;
  folderPath(path: string): string;
}

export function commandOutput(
  name: string,
  words: readonly Field[],
  input: Input | null,
  files: Files,
  host: OutputHost,
): Stream {
  const { record, work } = host;
  const argument = words.slice(1);
  const rest = input?.rest ?? null;
  let fetches = input?.stream.fetches ?? NO_FETCHES;
  let dynamic = input?.stream.dynamic ?? false;
  let length = rest?.length ?? 0;
  for (const word of argument) {
    fetches = joinFetches(fetches, word.fetches);
    if (record.knowsPaths && !word.text.startsWith('-')) {
      fetches = joinFetches(fetches, record.fetchesAt(host.folderPath(word.text)));
    }
    dynamic ||= word.dynamic;
    length += word.text.length;
  }
  if (!work.spend(length)) return { data: null, dynamic: true, fetches };
  if (name === 'pwd') return { data: folderName(host.folder), dynamic: true, fetches };
  const data = knownOutput(
    name,
    argument.map((word) => word.text),
    {
      input: rest,
      file: (path) => files.content(path, argument),
      unread: (problem) => record.unread(problem),
      spend: (units) => work.spend(units),
    },
  );
  work.spend(data?.length ?? 0);
  const printed = { data, dynamic: dynamic || data === null, fetches };
  const other = name === 'echo' ? unescapedEcho(argument) : null;
  return other === null ? printed : eitherStream(printed, { ...printed, data: other });
}

/** dash's `echo` undoes escapes untold, and bash's does not; null where that is the same. */
function unescapedEcho(words: readonly Field[]): string | null {
  if (!words.some(({ text }) => text.includes('\\'))) return null;
  const isQuiet = words[0]?.text === '-n';
  const text = words.slice(isQuiet ? 1 : 0).map((word) => word.text);
  const { text: undone, stopped } = undoEscapes(text.join(' '), 'printf');
  return isQuiet || stopped ? undone : `${undone}\n`;
}

/** Where the root of the tree lies is unknown, but where we are in it is not. */
function folderName(folder: string): string {
  return folder === '' ? '$PWD\n' : `$PWD/${folder}\n`;
}
