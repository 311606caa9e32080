/**
 * Runs what a command names of its tree: a script, a target, a definition. A call inside itself
 * with the same arguments would never end, so it is left out, and one that nothing distinguishes
 * from one before is remembered (`call-memory.ts`).
 *
 * A script may also run itself with more and more of the same words: `set -- serve "$@"` stands
 * where no `serve` is given yet, and both ways of such a question are run. What the second and
 * third time did not come to, the tenth will not.
 */
import { type CallMemory, keyOfFields } from './call-memory.ts';
import type { Context } from './context.ts';
import type { Language } from './program-call.ts';
import type { ShellRecord } from './record.ts';
import { joinStreams, NOTHING, type Stream, UNKNOWN } from './stream.ts';
import type { TreeCall, TreeText } from './tree.ts';
import { type Field, fieldOf, quotedWord, type Variables, valueOfFields } from './variables.ts';

/** What running a file of the tree needs of the run around it. */
export interface TreeHost {
  readonly variables: Variables;
  readonly record: ShellRecord;
  readonly folder: string;
  readonly calls: CallMemory;
  inFolder<T>(folder: string, run: () => T): T;
  withPositional<T>(positional: readonly Field[] | null, run: () => T): T;
  /** Runs a text that a command made, as another layer at its place. */
  runMade(text: string, language: Language, context: Context): Stream;
  /** Runs a text that stands in the open in the record's text of now. */
  openText(text: string, language: Language, context: Context): Stream;
  /** What a variable holds, or null. */
  variableText(name: string): string | null;
  /** A value of the environment with its references filled in. */
  valueIn(text: string): string;
}

/** How a call runs what it names. */
export interface TreeManner {
  /** `$0`, `$1` …; null keeps those of the caller. */
  readonly positional: readonly Field[] | null;
  /** It runs in the shell of its caller, as `source` does. */
  readonly isSourced: boolean;
  /** Words behind the command that is run: `npm run x -- --port 1`. */
  readonly appended: readonly string[];
}

/** A call that runs now. */
interface ActiveCall {
  readonly key: string;
  /** Its words, each once. */
  readonly words: ReadonlySet<string>;
  readonly wordCount: number;
}

/** Calls of one file inside one another that may each have more of the same words. */
const GROWING_CALLS_MAX = 3;

export class TreeRunner {
  readonly #host: TreeHost;
  /** By what is called, the outermost first. */
  readonly #active = new Map<string, ActiveCall[]>();

  constructor(host: TreeHost) {
    this.#host = host;
  }

  /** What it prints, or null when the tree does not hold what the call names. */
  run(call: TreeCall, manner: TreeManner, context: Context): Stream | null {
    const { variables, folder, calls } = this.#host;
    const positional = manner.positional ?? (manner.isSourced ? variables.positional : null);
    const called = calledBy(call, manner, folder);
    const key = `${called}\0${keyOfFields(positional)}`;
    const words = (positional ?? []).map(({ text }) => text);
    const own = { key, words: new Set(words), wordCount: words.length };
    const around = this.#around(called, own);
    if (around !== null) {
      variables.tracer.spoil(around);
      return UNKNOWN;
    }
    return calls.run(key, key, context, () => {
      const active = this.#active.get(called) ?? [];
      this.#active.set(called, active);
      active.push(own);
      const printed = this.#run(call, manner, context);
      active.pop();
      return printed;
    });
  }

  /** The key of a call around this one that does all that this one would, or null. */
  #around(called: string, own: ActiveCall): string | null {
    const active = this.#active.get(called) ?? [];
    const same = active.find(({ key }) => key === own.key);
    if (same !== undefined) return same.key;
    if (active.length < GROWING_CALLS_MAX) return null;
    const shorter = active.find(({ words, wordCount }) => {
      return wordCount <= own.wordCount && isSameSet(words, own.words);
    });
    if (shorter === undefined) return null;
    this.#host.record.unread('a file that runs itself with more and more words');
    return shorter.key;
  }

  #run(call: TreeCall, manner: TreeManner, context: Context): Stream | null {
    const variable = (name: string): string | null => this.#host.variableText(name);
    const texts = this.#host.record.open(call.kind === 'jobs' ? { ...call, variable } : call);
    if (texts === null) return null;
    let printed = NOTHING;
    for (const text of texts) {
      printed = joinStreams(printed, this.#runText(text, call, manner, context));
    }
    return printed;
  }

  #runText(text: TreeText, call: TreeCall, manner: TreeManner, context: Context): Stream {
    const folder = call.kind === 'jobs' ? call.folder : this.#host.folder;
    const { origin, language, made } = text;
    const { variables, record } = this.#host;
    if (text.strings !== undefined) {
      const strings = text.strings;
      record.within(origin, () => record.addCode(strings, { start: 0, end: 0 }, [], 'binary'));
      return UNKNOWN;
    }
    const command = [origin.source.text, ...manner.appended.map(quotedWord)].join(' ');
    const run = (): Stream =>
      made === undefined
        ? record.within(origin, () => this.#host.openText(command, language, context))
        : this.#host.runMade(made, language, context);
    if (manner.isSourced) {
      return this.#host.withPositional(manner.positional ?? variables.positional, run);
    }
    return variables.isolated(() => {
      this.#setVariables(text, call);
      return this.#host.inFolder(folder, () => this.#host.withPositional(manner.positional, run));
    });
  }

  #setVariables({ origin, environment }: TreeText, call: TreeCall): void {
    const given = call.kind === 'jobs' ? call.given : [];
    const { variables } = this.#host;
    const values = environment.map(([name, value]): [string, string] => {
      // `A ?= b` refers to the A around it.
      return [name, value.includes(name) ? this.#host.valueIn(value) : value];
    });
    variables.extendEnvironment(new Map(values));
    for (const [name, value] of given) variables.set(name, valueOfFields([fieldOf(value)]));
    variables.set('BASH_SOURCE', valueOfFields([fieldOf(`$PWD/${origin.source.path}`)]));
  }
}

export const PLAIN: TreeManner = { positional: null, isSourced: false, appended: [] };

/** All of a call but its words. */
function calledBy(call: TreeCall, manner: TreeManner, folder: string): string {
  const parts =
    call.kind === 'jobs' ? [...call.paths, ...call.jobs, ...call.given.flat()] : [nameOf(call)];
  const how = manner.isSourced ? 'sourced' : '';
  return [call.kind, folder, ...parts, how, ...manner.appended].join('\0');
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}

function nameOf(call: Exclude<TreeCall, { kind: 'jobs' }>): string {
  switch (call.kind) {
    case 'script':
      return `${call.language} ${call.path}`;
    case 'outside':
      return call.what;
    case 'code':
    case 'module':
      return call.paths.join('\0');
    case 'definition':
      return [...call.paths, ...call.environment].join('\0');
  }
}
