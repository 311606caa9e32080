/**
 * Functions of a shell. A body is listed where it stands, with parameters that nobody knows yet,
 * and runs again for each call with other words. Calls are bounded in number and in depth.
 */
import { shellCallsMax, shellFunctionCallsMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import type { Work } from '../engine/work.ts';
import { type CallMemory, keyOfFields } from './call-memory.ts';
import { type Context, IDLE } from './context.ts';
import { isInertBody, type KnownFunctions } from './inert.ts';
import type { ShellRecord } from './record.ts';
import { NOTHING, type Stream, UNKNOWN } from './stream.ts';
import type { Node } from './syntax-tree.ts';
import { Cell } from './trace.ts';
import type { Origin } from './tree.ts';
import type { Uncertain } from './uncertain.ts';
import { type Field, quotedWord, type Variables } from './variables.ts';

/** What calling a function needs of the run around it. */
export interface FunctionHost {
  readonly variables: Variables;
  readonly record: ShellRecord;
  readonly work: Work;
  readonly calls: CallMemory;
  readonly folder: string;
  inFolder<T>(folder: string, run: () => T): T;
  withPositional<T>(positional: readonly Field[] | null, run: () => T): T;
  /** Runs a body that may run more than once. */
  runBody(body: Node, context: Context): Stream;
}

const ALIASES_MAX = 200;

export interface ShellFunction extends Uncertain<ShellFunction> {
  readonly body: Node;
  /** The text that it stands in: a sourced file has functions that others call. */
  readonly origin: Origin;
  readonly isInert: boolean;
}

export class ShellFunctions implements KnownFunctions {
  readonly #host: FunctionHost;
  readonly #cells = new Map<string, Cell>();
  /** Bodies of the functions that run now. */
  readonly #active = new Set<Node>();
  readonly #aliases = new Map<string, string>();
  #calls = 0;

  constructor(host: FunctionHost) {
    this.#host = host;
  }

  define(name: string, body: Node): void {
    const { origin } = this.#host.record;
    this.#set(this.#cellOf(name), { body, origin, isInert: isInertBody(body, this) });
    // A call does what it does once more; but something may call it that is not seen.
    this.#host.variables.changes.unlikely(() => this.#listed(body));
  }

  #listed(body: Node): void {
    const { variables, folder } = this.#host;
    const run = (): Stream => variables.withLocals(() => this.#host.runBody(body, IDLE));
    this.#host.withPositional(null, () => this.#host.inFolder(folder, run));
  }

  /** `unset -f NAME`, or `unset NAME` where no variable has the name. */
  unset(name: string): void {
    const cell = this.#cells.get(name);
    if (cell !== undefined) this.#set(cell, undefined);
  }

  #set(cell: Cell, defined: ShellFunction | undefined): void {
    this.#host.variables.changes.note(cell);
    cell.state = defined;
    this.#host.variables.tracer.write(cell);
  }

  #cellOf(name: string): Cell {
    const before = this.#cells.get(name);
    if (before !== undefined) return before;
    const cell = new Cell('function', name);
    this.#cells.set(name, cell);
    return cell;
  }

  #get(name: string): ShellFunction | undefined {
    const { tracer } = this.#host.variables;
    const cell = tracer.depth === 0 ? this.#cells.get(name) : this.#cellOf(name);
    if (cell === undefined) return undefined;
    const known = cell.state as ShellFunction | undefined;
    if (cell.notedIn !== tracer.depth) tracer.read(cell, known);
    if (known === undefined) return undefined;
    const { choices } = this.#host.variables;
    if (known.mayBeMissing && choices.index(cell, 2) === 1) return undefined;
    return choices.pick(known, known);
  }

  /** For `call-memory.ts`. */
  restore(cell: Cell, state: ShellFunction | undefined): void {
    this.#set(cell, state);
  }

  /** Another name for the beginning of a command. */
  alias(name: string, text: string): void {
    // Aliases are not traced, and nearly no script has any.
    this.#host.calls.forget();
    if (this.#aliases.size < ALIASES_MAX) this.#aliases.set(name, text);
  }

  /** What the command line prints that an alias at the front of these words comes to, or null. */
  unaliased(words: readonly Field[], run: (line: string) => Stream): Stream | null {
    if (this.#aliases.size === 0) return null;
    const [first, ...rest] = words;
    const name = first?.text ?? '';
    const text = this.#aliases.get(name);
    if (text === undefined) return null;
    // A script's own aliases may be off, and a quoted name is none.
    if (this.#host.variables.choices.index(text, 2) === 1) return null;
    // `alias ls='ls --color'` means the command, not itself.
    this.#aliases.delete(name);
    const printed = run([text, ...rest.map((word) => quotedWord(word.text))].join(' '));
    this.#aliases.set(name, text);
    return printed;
  }

  inertness(name: string): boolean | null {
    return this.#get(name)?.isInert ?? null;
  }

  /** What the call prints, or null when no function has the name of the first word. */
  call(words: readonly Field[], context: Context): Stream | null {
    const called = this.#get(words[0]?.text ?? '');
    if (!called) return null;
    const { body, origin, isInert } = called;
    const { calls, variables, record, work } = this.#host;
    if (!context.wanted && context.input === null && isInert) return NOTHING;
    // A call inside itself would never end.
    if (this.#active.has(body)) {
      variables.tracer.spoil(body);
      return UNKNOWN;
    }
    const key = `${origin.source.path}\0${keyOfFields(words)}`;
    work.spend(key.length);
    return record.within(origin, () => {
      return calls.run(key, body, context, () => this.#run(body, words, context));
    });
  }

  #run(body: Node, words: readonly Field[], context: Context): Stream {
    if (!this.#admits()) {
      this.#host.variables.tracer.spoil(null);
      return UNKNOWN;
    }
    this.#active.add(body);
    const printed = this.#host.withPositional(words, () => {
      return this.#host.variables.withLocals(() => this.#host.runBody(body, context));
    });
    this.#active.delete(body);
    return printed;
  }

  #admits(): boolean {
    const { record } = this.#host;
    if (++this.#calls > shellFunctionCallsMax) {
      record.unread(gaveUp(`functions that are called more than ${shellFunctionCallsMax} times`));
      return false;
    }
    if (this.#active.size < shellCallsMax) return true;
    record.unread(gaveUp(`functions that call one another more than ${shellCallsMax} deep`));
    return false;
  }
}
