/**
 * Readings of a command whose words may come to several things. It runs once for each of them, and
 * what it changes then is a branch's, since only one of them happens.
 */
import { keyOfFields } from './call-memory.ts';
import type { Expander } from './expand.ts';
import { isRunner, runsItsWords, TOO_MANY_READINGS } from './pipe.ts';
import type { ShellRecord } from './record.ts';
import { eitherStream, type Stream } from './stream.ts';
import type { SimpleNode } from './syntax-tree.ts';
import type { Field } from './variables.ts';

/** The likeliest reading, which has run. */
interface Likeliest {
  readonly words: readonly Field[];
  readonly printed: Stream;
}

/** Runs the other readings of a command, and says what it may print with any of them. */
export function runOtherReadings(
  node: SimpleNode,
  likeliest: Likeliest,
  expander: Expander,
  record: ShellRecord,
  runWords: (words: readonly Field[]) => Stream,
): Stream {
  const { choices, changes } = record;
  const known = new Set([keyOfFields(likeliest.words)]);
  let { printed } = likeliest;
  const run = (words: readonly Field[]): void => {
    const key = keyOfFields(words);
    if (choices.isDecided && known.has(key)) return;
    known.add(key);
    const other = choices.again(() => changes.branch(() => runWords(words)));
    printed = eitherStream(printed, other);
  };
  const isRun = runsItsWords(node);
  while (choices.next(isRun ? 'run' : 'given')) {
    run(choices.expanded(() => expander.commandFields(node)));
  }
  if (!choices.isCut) return printed;
  if (isRun) runPrograms(node, likeliest.words, expander, record, run);
  return { ...printed, isCut: true };
}

/** Of a command that may be one of too many, every program runs once at least. */
function runPrograms(
  { words: [first] }: SimpleNode,
  words: readonly Field[],
  expander: Expander,
  record: ShellRecord,
  run: (words: readonly Field[]) => void,
): void {
  const { choices } = record;
  const around = choices.open();
  const programs = new Map<string, Field>();
  do {
    const program = first && expander.text(first);
    if (program) programs.set(program.text, program);
  } while (choices.next('words'));
  const isCut = choices.isCut || [...programs.keys()].some(isRunner);
  choices.reopen(around);
  if (isCut) record.unread(TOO_MANY_READINGS);
  for (const program of programs.values()) run([program, ...words.slice(1)]);
}
