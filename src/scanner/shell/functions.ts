/**
 * Functions of a shell. A body is listed where it stands, with parameters that nobody knows yet,
 * and runs again for each call with other words. Calls are bounded in number and in depth.
 */
import { shellCallsMax, shellFunctionCallsMax } from '../../base/limits.ts';
import type { Work } from '../engine/work.ts';
import { type Context, IDLE } from './context.ts';
import { isInertBody, type KnownFunctions } from './inert.ts';
import type { ShellRecord } from './record.ts';
import { NOTHING, type Stream, UNKNOWN } from './stream.ts';
import type { Node } from './syntax-tree.ts';
import type { Origin } from './tree.ts';
import { type Field, quotedWord, type Variables } from './variables.ts';

/** What calling a function needs of the run around it. */
export interface FunctionHost {
  readonly variables: Variables;
  readonly record: ShellRecord;
  readonly work: Work;
  readonly folder: string;
  withPositional<T>(positional: readonly Field[] | null, run: () => T): T;
  /** Runs a body that may run more than once. */
  runBody(body: Node, context: Context): Stream;
}

const ALIASES_MAX = 200;

interface ShellFunction {
  readonly body: Node;
  /** The text that it stands in: a sourced file has functions that others call. */
  readonly origin: Origin;
  readonly isInert: boolean;
}

export class ShellFunctions implements KnownFunctions {
  readonly #host: FunctionHost;
  readonly #functions = new Map<string, ShellFunction>();
  /** Bodies of the functions that run now. */
  readonly #active = new Set<Node>();
  /** The state at the last call of these words. */
  readonly #calledAt = new Map<string, string>();
  readonly #aliases = new Map<string, string>();
  #calls = 0;

  constructor(host: FunctionHost) {
    this.#host = host;
  }

  define(name: string, body: Node): void {
    const { origin } = this.#host.record;
    this.#functions.set(name, { body, origin, isInert: isInertBody(body, this) });
    this.#host.withPositional(null, () => this.#host.runBody(body, IDLE));
  }

  /** Another name for the beginning of a command. */
  alias(name: string, text: string): void {
    if (this.#aliases.size < ALIASES_MAX) this.#aliases.set(name, text);
  }

  /** What the command line prints that an alias at the front of these words comes to, or null. */
  unaliased(words: readonly Field[], run: (line: string) => Stream): Stream | null {
    const [first, ...rest] = words;
    const name = first?.text ?? '';
    const text = this.#aliases.get(name);
    if (text === undefined) return null;
    // `alias ls='ls --color'` means the command, not itself.
    this.#aliases.delete(name);
    const printed = run([text, ...rest.map((word) => quotedWord(word.text))].join(' '));
    this.#aliases.set(name, text);
    return printed;
  }

  inertness(name: string): boolean | null {
    return this.#functions.get(name)?.isInert ?? null;
  }

  /** What the call prints, or null when no function has the name of the first word. */
  call(words: readonly Field[], context: Context): Stream | null {
    const called = this.#functions.get(words[0]?.text ?? '');
    if (!called) return null;
    const { body, origin, isInert } = called;
    const isIdle = !context.wanted && context.input === null;
    if (isIdle && isInert) return NOTHING;
    // A call that nothing distinguishes from one before, or from one around it, tells no more.
    if (this.#active.has(body) || (isIdle && this.#isRepeated(words))) return UNKNOWN;
    if (!this.#admits()) return UNKNOWN;
    this.#active.add(body);
    const run = (): Stream => this.#host.runBody(body, context);
    const printed = this.#host.record.within(origin, () => this.#host.withPositional(words, run));
    this.#active.delete(body);
    return printed;
  }

  #admits(): boolean {
    const { record } = this.#host;
    if (++this.#calls > shellFunctionCallsMax) {
      record.unread(`functions that are called more than ${shellFunctionCallsMax} times`);
      return false;
    }
    if (this.#active.size < shellCallsMax) return true;
    record.unread(`functions that call one another more than ${shellCallsMax} deep`);
    return false;
  }

  /** The same words were called before, and no variable, file or folder has changed since. */
  #isRepeated(words: readonly Field[]): boolean {
    const { variables, record, folder, work } = this.#host;
    const key = words.map((word) => word.text).join('\0');
    work.spend(key.length);
    const state = `${variables.version} ${record.version} ${folder}`;
    const before = this.#calledAt.get(key);
    this.#calledAt.set(key, state);
    return before === state;
  }
}
