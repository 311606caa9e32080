/**
 * What the name of a command alone decides: whether any of the readers of commands would take it.
 * Nearly every command is one that none of them takes, and to ask each of seven tables took a
 * tenth of an evaluation.
 */
import { isBuiltin } from './builtins.ts';
import { isPrefix, programName } from './command-words.ts';
import { isFetcher } from './fetch-command.ts';
import { mayRunProgram } from './program-call.ts';
import { isSpecial } from './special-commands.ts';
import { isTreeTool } from './tree-call.ts';

export interface CommandFacts {
  /** The program's name. */
  readonly name: string;
  /** It only runs: it changes nothing, fetches nothing and runs nothing else. */
  readonly isPlain: boolean;
  readonly isBuilder: boolean;
}

/** Programs that run what the files of their folder say: in a clone, code from elsewhere. */
const BUILDERS = new Set(
  'make gmake cmake ninja meson npm yarn pnpm cargo go pip pip3 gradle mvn ant scons just'.split(
    ' ',
  ),
);

/** First words that are remembered; past it all are forgotten. */
const WORDS_MAX = 4_096;
/** A longer word is looked at anew, so that memory stays small. */
const WORD_LENGTH_MAX = 128;

const remembered = new Map<string, CommandFacts>();

/** By the first word of a command. */
export function commandFacts(word: string): CommandFacts {
  const before = remembered.get(word);
  if (before !== undefined) return before;
  const facts = factsOf(word);
  if (word.length > WORD_LENGTH_MAX) return facts;
  if (remembered.size >= WORDS_MAX) remembered.clear();
  remembered.set(word, facts);
  return facts;
}

function factsOf(word: string): CommandFacts {
  const name = programName(word);
  const changes = isPrefix(name) || isBuiltin(name) || isSpecial(name) || name === 'tee';
  const runs = isFetcher(name) || mayRunProgram(word) || isTreeTool(name);
  return { name, isPlain: !changes && !runs, isBuilder: BUILDERS.has(name) };
}
