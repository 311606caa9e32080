import { leadsPath } from '../engine/system-folders.ts';
import type { Changes } from './changes.ts';
import type { Choices } from './choices.ts';
import type { Printed } from './printed.ts';
import type { Word } from './shell-run.ts';
import { joinFetches, NO_FETCHES } from './stream.ts';
import { Cell, type Tracer } from './trace.ts';
import type { Uncertain } from './uncertain.ts';

/** A word after expansion, with what is known of where it came from. */
export interface Field extends Word {
  readonly fetches: readonly number[];
  /** Nothing but one unknown stands in it, such as what `$(curl …)` prints. */
  readonly unknown: boolean;
  /** What a process substitution prints, which the word names as a file. */
  readonly file: Printed | null;
}

export function fieldOf(text: string, dynamic = false, fetches = NO_FETCHES): Field {
  return { text, dynamic, fetches, unknown: false, file: null };
}

/** A word as a shell reads it back. */
export function quotedWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The key of an element without its quotes. */
export function unquoted(key: string): string {
  return key.replaceAll('"', '').replaceAll("'", '');
}

/** The value of a variable: one text, or the elements of an array. */
export interface Value extends Uncertain<Value> {
  readonly texts: readonly string[];
  readonly dynamic: boolean;
  readonly fetches: readonly number[];
  /** The one text is nothing but one unknown; see `Field`. */
  readonly unknown?: boolean;
}

export function valueOfFields(fields: readonly Field[]): Value {
  const fetches = fields.find((field) => field.fetches.length > 0)?.fetches ?? NO_FETCHES;
  return {
    texts: fields.map((field) => field.text),
    dynamic: fields.some((field) => field.dynamic),
    fetches,
    unknown: fields.length === 1 && fields[0]?.unknown === true,
  };
}

/** Variables that a definition may set; past it assignments are no longer kept. */
const VARIABLES_MAX = 10_000;
const REFERENCES_MAX = 200;
/** Elements that an array may grow to. */
const ELEMENTS_MAX = 1_000;

/** What a run knows of itself, of which its variables are a part. */
export interface RunState {
  /** Is told of every name that is read or set. */
  readonly tracer: Tracer;
  readonly changes: Changes;
  readonly choices: Choices;
}

/**
 * Variables by name. What the environment of the definition says is there from the start; a value
 * with `$` in it was meant to be expanded by whoever runs the job, so it is expanded when read.
 * What a stretch of the run sets is noted in `changes.ts`.
 */
export class Variables {
  readonly #cells = new Map<string, Cell>();
  readonly #references = new Map<string, string>();
  /** Those that have a value. */
  #count = 0;
  #environment: ReadonlyMap<string, string>;
  /** `$0`, `$1` … when known. */
  positional: readonly Field[] | null = null;
  /** `PATH` began with a folder of the job's own at some time. */
  leadsPath = false;
  readonly tracer: Tracer;
  readonly changes: Changes;
  readonly choices: Choices;
  /** States before a function made a name its own, innermost function last. */
  #locals: Map<Cell, Value | undefined> | null = null;

  constructor(environment: ReadonlyMap<string, string>, state: RunState) {
    this.#environment = environment;
    this.tracer = state.tracer;
    this.changes = state.changes;
    this.choices = state.choices;
  }

  /** Runs something in a shell of its own: what it sets ends with it. */
  isolated<T>(run: () => T): T {
    const count = this.#count;
    const environment = this.#environment;
    const result = this.changes.apart(run);
    this.#count = count;
    this.#environment = environment;
    return result;
  }

  /** What is set of these names ends with `run`: `NAME=value COMMAND`. */
  lending<T>(names: readonly string[], run: () => T): T {
    if (names.length === 0) return run();
    const cells = names.map((name) => this.#known(name));
    const states = cells.map((cell) => cell.state as Value | undefined);
    const result = run();
    for (const [i, cell] of cells.entries()) this.restore(cell, states[i]);
    return result;
  }

  /** Runs a function: what it declares `local` ends with it. */
  withLocals<T>(run: () => T): T {
    const around = this.#locals;
    this.#locals = new Map();
    const result = run();
    for (const [cell, state] of this.#locals) this.restore(cell, state);
    this.#locals = around;
    return result;
  }

  /** A function's own from here on. */
  localize(name: string): void {
    const cell = this.#known(name);
    if (this.#locals === null || this.#locals.has(cell)) return;
    this.#locals.set(cell, cell.state as Value | undefined);
  }

  /** Adds to the environment of the shell of now, where nothing assigned before hides it. */
  extendEnvironment(environment: ReadonlyMap<string, string>): void {
    if (environment.size === 0) return;
    this.#environment = new Map([...this.#environment, ...environment]);
    for (const name of environment.keys()) this.unset(name);
  }

  /** `declare -n NAME=OTHER`: what is done to the one is done to the other. */
  refer(name: string, other: string): void {
    if (name === other || this.#references.size >= REFERENCES_MAX) return;
    // References are not traced, and nearly no script has any.
    this.tracer.spoil(null);
    this.#references.set(name, other);
  }

  #target(name: string): string {
    return this.#references.size === 0 ? name : (this.#references.get(name) ?? name);
  }

  #cellOf(given: string): Cell {
    const name = this.#target(given);
    const before = this.#cells.get(name);
    if (before !== undefined) return before;
    const cell = new Cell('variable', name);
    this.#cells.set(name, cell);
    return cell;
  }

  /** The cell of a name that is read; undefined when there is neither one nor need of one. */
  #read(name: string): Cell | undefined {
    const { tracer } = this;
    const cell = tracer.depth === 0 ? this.#cells.get(this.#target(name)) : this.#cellOf(name);
    if (cell === undefined || cell.notedIn === tracer.depth) return cell;
    if (isOdd(name)) tracer.spoil(null);
    else tracer.read(cell, this.stateOf(cell));
    return cell;
  }

  /** The cell of a name whose state is about to be kept. */
  #known(name: string): Cell {
    const cell = this.#cellOf(name);
    this.#read(name);
    return cell;
  }

  get(name: string): Value | undefined {
    const state = this.#read(name)?.state as Value | undefined;
    if (state === undefined || this.#isHidden(name, state)) return undefined;
    return this.choices.pick(state, state);
  }

  environment(name: string): string | undefined {
    const state = this.#read(name)?.state as Value | undefined;
    const isSet = state !== undefined && !this.#isHidden(name, state);
    return isSet ? undefined : this.#environment.get(name);
  }

  /** What the environment says counts, since the name may not have been set after all. */
  #isHidden(name: string, { mayBeMissing }: Value): boolean {
    return mayBeMissing === true && this.#environment.has(name) && this.#isUnset(name);
  }

  #isUnset(name: string): boolean {
    return this.choices.index(this.#cellOf(name), 2) === 1;
  }

  /** Whether a name that has a value may have none and, as it is chosen here, has none. */
  isMissing(name: string): boolean {
    const state = this.#read(name)?.state as Value | undefined;
    return state?.mayBeMissing === true && !this.#environment.has(name) && this.#isUnset(name);
  }

  /** What a name stands for: the value that it was given, or its text in the environment. */
  stateOf(cell: Cell): Value | string | undefined {
    return (cell.state as Value | undefined) ?? this.#environment.get(cell.name);
  }

  /** Gives a name the state that it had after a call before. */
  restore(cell: Cell, value: Value | undefined): void {
    if (value === undefined) this.#unset(cell);
    else this.#set(cell, value);
  }

  set(name: string, value: Value): void {
    this.#set(this.#cellOf(name), value);
  }

  #set(cell: Cell, value: Value): void {
    if (cell.state === undefined && this.#count >= VARIABLES_MAX) return;
    if (cell.name === 'PATH') this.leadsPath ||= leadsPath(value.texts[0] ?? '');
    this.#change(cell, value);
    this.#noteWrite(cell);
  }

  #noteWrite(cell: Cell): void {
    if (isOdd(cell.name)) this.tracer.spoil(null);
    else this.tracer.write(cell);
  }

  #change(cell: Cell, value: Value | undefined): void {
    const { state } = cell;
    this.changes.note(cell, this.stateOf(cell));
    if (state === undefined && value !== undefined) this.#count++;
    if (state !== undefined && value === undefined) this.#count--;
    cell.state = value;
  }

  /** An element by its key: `${A[key]}` reads it back. */
  setElement(name: string, key: string, value: Value): void {
    this.set(`${name}[${key}]`, value);
  }

  element(name: string, key: string): Value | undefined {
    return this.get(`${name}[${key}]`);
  }

  /** Keys that elements of an array were set by. To look for them costs their number. */
  keysOf(name: string, spend: (units: number) => boolean): readonly string[] {
    this.tracer.spoil(null);
    const start = `${name}[`;
    const keys: string[] = [];
    if (!spend(this.#cells.size)) return keys;
    for (const [key, cell] of this.#cells) {
      if (cell.state !== undefined && key.startsWith(start)) keys.push(key.slice(start.length, -1));
    }
    return keys.slice(0, ELEMENTS_MAX);
  }

  append(name: string, value: Value, asElement: boolean): void {
    this.set(name, this.appended(name, value, asElement));
  }

  /** What a name comes to when a value is added to it. */
  appended(name: string, value: Value, asElement: boolean): Value {
    const before = this.get(name) ?? this.#initial(name);
    if (!before) return value;
    const last = before.texts.at(-1) ?? '';
    const texts = asElement
      ? [...before.texts, ...value.texts].slice(0, ELEMENTS_MAX)
      : [...before.texts.slice(0, -1), last + (value.texts[0] ?? '')];
    const dynamic = before.dynamic || value.dynamic;
    return { texts, dynamic, fetches: joinFetches(before.fetches, value.fetches) };
  }

  #initial(name: string): Value | undefined {
    const text = this.#environment.get(name);
    return text === undefined
      ? undefined
      : { texts: [text], dynamic: text.includes('${{'), fetches: NO_FETCHES };
  }

  unset(name: string): void {
    this.#unset(this.#cellOf(name));
  }

  #unset(cell: Cell): void {
    // Whether there is something to take away, a call may depend on.
    this.#noteWrite(cell);
    if (cell.state !== undefined) this.#change(cell, undefined);
  }
}

/** Something that is no name of a variable: calls that meet one are not remembered. */
function isOdd(name: string): boolean {
  return name !== '' && name < ' ';
}
