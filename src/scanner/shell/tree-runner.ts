/**
 * Runs what a command names of its tree: a script, a target, a definition. A call inside itself
 * with the same arguments would never end, so it is left out, and one that nothing distinguishes
 * from one before is remembered (`call-memory.ts`).
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

export class TreeRunner {
  readonly #host: TreeHost;
  readonly #active = new Set<string>();

  constructor(host: TreeHost) {
    this.#host = host;
  }

  /** What it prints, or null when the tree does not hold what the call names. */
  run(call: TreeCall, manner: TreeManner, context: Context): Stream | null {
    const { variables, folder, calls } = this.#host;
    const positional = manner.isSourced ? variables.positional : null;
    const key = keyOf(call, manner, folder, positional);
    if (this.#active.has(key)) {
      variables.tracer.spoil(key);
      return UNKNOWN;
    }
    return calls.run(key, key, context, () => this.#run(key, call, manner, context));
  }

  #run(key: string, call: TreeCall, manner: TreeManner, context: Context): Stream | null {
    const variable = (name: string): string | null => this.#host.variableText(name);
    const texts = this.#host.record.open(call.kind === 'jobs' ? { ...call, variable } : call);
    if (texts === null) return null;
    this.#active.add(key);
    let printed = NOTHING;
    for (const text of texts) {
      printed = joinStreams(printed, this.#runText(text, call, manner, context));
    }
    this.#active.delete(key);
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

function keyOf(
  call: TreeCall,
  manner: TreeManner,
  folder: string,
  positional: readonly Field[] | null,
): string {
  const given = keyOfFields(manner.positional ?? positional);
  const parts =
    call.kind === 'jobs' ? [...call.paths, ...call.jobs, ...call.given.flat()] : [nameOf(call)];
  const how = manner.isSourced ? 'sourced' : '';
  return [call.kind, folder, ...parts, how, given, ...manner.appended].join('\0');
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
