import type { Printed } from './printed.ts';
import type { Word } from './shell-run.ts';
import { joinFetches, NO_FETCHES } from './stream.ts';
import { isMarked, type Tracer } from './trace.ts';

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

/** The value of a variable: one text, or the elements of an array. */
export interface Value {
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
/** Elements that an array may grow to. */
const ELEMENTS_MAX = 1_000;

/**
 * Variables by name. What the environment of the definition says is there from the start; a value
 * with `$` in it was meant to be expanded by whoever runs the job, so it is expanded when read.
 */
export class Variables {
  #values = new Map<string, Value>();
  /** The map belongs to the shell around this one, so a change is made in a copy. */
  #borrowed = false;
  #environment: ReadonlyMap<string, string>;
  /** `$0`, `$1` … when known. */
  positional: readonly Field[] | null = null;
  /** Is told of every name that is read or set. */
  readonly tracer: Tracer;

  constructor(environment: ReadonlyMap<string, string>, tracer: Tracer) {
    this.#environment = environment;
    this.tracer = tracer;
  }

  /** Runs something in a shell of its own: what it sets ends with it. */
  isolated<T>(run: () => T): T {
    const saved = this.#values;
    const borrowed = this.#borrowed;
    const environment = this.#environment;
    this.#borrowed = true;
    const result = this.tracer.apart(run);
    this.#values = saved;
    this.#borrowed = borrowed;
    this.#environment = environment;
    return result;
  }

  /** Adds to the environment of the shell of now, where nothing assigned before hides it. */
  extendEnvironment(environment: ReadonlyMap<string, string>): void {
    if (environment.size === 0) return;
    this.#environment = new Map([...this.#environment, ...environment]);
    for (const name of environment.keys()) {
      this.unset(name);
      this.#noteWrite(name);
    }
  }

  #noteRead(name: string, state: Value | string | undefined): void {
    if (isMarked(name)) this.tracer.spoil(null);
    else this.tracer.read(name, state);
  }

  #noteWrite(name: string): void {
    if (isMarked(name)) this.tracer.spoil(null);
    else this.tracer.write(name);
  }

  /** The map to change. A copy is made at the first change, since most shells change little. */
  #own(): Map<string, Value> {
    if (this.#borrowed) this.#values = new Map(this.#values);
    this.#borrowed = false;
    return this.#values;
  }

  get(name: string): Value | undefined {
    const value = this.#values.get(name);
    this.#noteRead(name, value ?? this.#environment.get(name));
    return value;
  }

  environment(name: string): string | undefined {
    if (this.#values.has(name)) return undefined;
    const text = this.#environment.get(name);
    this.#noteRead(name, text);
    return text;
  }

  /** What a name stands for: the value that it was given, or its text in the environment. */
  stateOf(name: string): Value | string | undefined {
    return this.#values.get(name) ?? this.#environment.get(name);
  }

  /** Gives a name the state that it had after a call before. */
  restore(name: string, value: Value | undefined): void {
    if (value === undefined) this.unset(name);
    else this.set(name, value);
  }

  set(name: string, value: Value): void {
    if (!this.#values.has(name) && this.#values.size >= VARIABLES_MAX) return;
    this.#own().set(name, value);
    this.#noteWrite(name);
  }

  /** An element by its key: `${A[key]}` reads it back. */
  setElement(name: string, key: string, value: Value): void {
    this.set(`${name}[${key}]`, value);
  }

  element(name: string, key: string): Value | undefined {
    return this.get(`${name}[${key}]`);
  }

  append(name: string, value: Value, asElement: boolean): void {
    const before = this.get(name) ?? this.#initial(name);
    if (!before) {
      this.set(name, value);
      return;
    }
    const last = before.texts.at(-1) ?? '';
    const texts = asElement
      ? [...before.texts, ...value.texts].slice(0, ELEMENTS_MAX)
      : [...before.texts.slice(0, -1), last + (value.texts[0] ?? '')];
    const dynamic = before.dynamic || value.dynamic;
    this.set(name, { texts, dynamic, fetches: joinFetches(before.fetches, value.fetches) });
  }

  #initial(name: string): Value | undefined {
    const text = this.#environment.get(name);
    return text === undefined
      ? undefined
      : { texts: [text], dynamic: text.includes('${{'), fetches: NO_FETCHES };
  }

  unset(name: string): void {
    // Whether there is something to take away, a call may depend on.
    this.#noteWrite(name);
    if (!this.#values.has(name)) return;
    this.#own().delete(name);
  }
}
