/**
 * What calls of a program in another language do that the world around it can see: they start
 * processes, run more code, read and write files, and print.
 */
import { formatted } from './code-functions.ts';
import {
  EVALUATORS,
  INPUT_FILES,
  INPUT_READERS,
  PRINTERS,
  READERS,
  STARTERS,
  WRITERS,
} from './code-names.ts';
import { type CodeValue, commandOf, isList, isPrinted, textOf, valueAt } from './code-values.ts';
import { concatPrinted, type Printed } from './printed.ts';
import type { Span } from './syntax-tree.ts';

/** What a program does that the world around it can see. */
export interface CodeHost {
  /** A shell is given this text. */
  command(text: string, start: number, end: number): void;
  /** More code in the same language. */
  code(text: string, start: number, end: number): void;
  write(path: string, content: Printed, start: number, end: number): void;
  read(path: string): Printed | null;
  variable(name: string): string | null;
  /** `sys.argv[1]` is 1. */
  argument(index: number): string | null;
  /** Takes work off; false when none is left. */
  spend(units: number): boolean;
}

/** The name by which standard input is asked for. */
export const STANDARD_INPUT = 'STDIN';

export class CodeEffects {
  readonly #host: CodeHost;
  printed: Printed = '';

  constructor(host: CodeHost) {
    this.#host = host;
  }

  /** What a call by this name does, in lower case; undefined when it only makes a value. */
  call(
    folded: string,
    given: readonly CodeValue[],
    self: CodeValue,
    { start, end }: Span,
  ): CodeValue | undefined {
    if (READERS.has(folded) || folded === 'open') return this.#opened(given);
    if (INPUT_READERS.has(folded) && self === null) return this.#host.variable(STANDARD_INPUT);
    if (EVALUATORS.has(folded)) this.#evaluate(given, start, end);
    else if (STARTERS.has(folded)) this.#start(given, start, end);
    if (WRITERS.has(folded)) this.#write(given, self, start, end);
    else if (PRINTERS.has(folded)) this.#print(given, self, folded, start, end);
    if (folded === 'getenv' || folded === 'get') {
      return valueAt(self, textOf(given[0] ?? null) ?? '') ?? this.environment(given);
    }
    if (folded === 'read' || folded === 'readlines') return self;
    return undefined;
  }

  #start(given: readonly CodeValue[], start: number, end: number): void {
    const text = commandOf(given);
    if (text !== '') this.#host.command(text, start, end);
  }

  #evaluate(given: readonly CodeValue[], start: number, end: number): void {
    const text = textOf(given[0] ?? null);
    if (text === null) return;
    if (text.includes('(') || text.includes('=')) this.#host.code(text, start, end);
    else this.#start(given, start, end);
  }

  /** A file that is opened is its path when it is written, and its content when it is read. */
  #opened([path = null, mode = null]: readonly CodeValue[]): CodeValue {
    const name = textOf(path);
    if (name === null) return null;
    if (INPUT_FILES.has(name)) return this.#host.variable(STANDARD_INPUT);
    const isWritten = (textOf(mode) ?? 'r').startsWith('w') || textOf(mode) === 'a';
    return isWritten ? name : this.#host.read(name);
  }

  #write(given: readonly CodeValue[], self: CodeValue, start: number, end: number): void {
    const [path = null, content = null] = given.length > 1 ? given : [self, given[0]];
    const name = textOf(path);
    if (name !== null && isPrinted(content)) this.#host.write(name, content, start, end);
  }

  #print(
    given: readonly CodeValue[],
    self: CodeValue,
    name: string,
    start: number,
    end: number,
  ): void {
    const [first = null, ...rest] = given;
    const isFormat = name === 'printf';
    const content = isFormat
      ? formatted(textOf(first), rest)
      : isList(first)
        ? textOf(first)
        : first;
    if (name === 'write' && (isPrinted(self) || given.length > 1)) {
      this.#write(given, self, start, end);
      return;
    }
    if (!isPrinted(content)) return;
    this.printed = concatPrinted(this.printed, content);
    if (name !== 'write' && !isFormat) this.printed = concatPrinted(this.printed, '\n');
  }

  /** `os.environ["A"]`, `getenv('A')`. */
  environment([name = null]: readonly CodeValue[]): CodeValue {
    const text = textOf(name);
    return text === null ? null : this.#host.variable(text);
  }
}
