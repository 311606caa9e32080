/** What a program in another language holds while it is run, and what running it may cost. */
import { variableName } from './code-cursor.ts';
import { type CodeHost, STANDARD_INPUT } from './code-effects.ts';
import { INPUTS } from './code-names.ts';
import { added, type CodeValue, isList, isPrinted, listOf } from './code-values.ts';

/** Rounds of all loops of a program; what would take more is read once. */
const ROUNDS_MAX = 4_000;
/** Items of a list that are copied for a unit of work. */
const COPIED_FOR_UNIT = 16;
const VARIABLES_MAX = 1_000;

export class CodeState {
  readonly #host: CodeHost;
  readonly #variables = new Map<string, CodeValue>();
  #roundsLeft = ROUNDS_MAX;

  constructor(host: CodeHost) {
    this.#host = host;
  }

  /** The value of a variable; undefined when it was never set. */
  get(name: string): CodeValue | undefined {
    return this.#variables.get(name);
  }

  takesRounds(items: readonly CodeValue[]): boolean {
    if (items.length > this.#roundsLeft) return false;
    this.#roundsLeft -= items.length;
    return true;
  }

  set(name: string, value: CodeValue): void {
    if (this.#variables.size < VARIABLES_MAX || this.#variables.has(name)) {
      this.#variables.set(name, value);
    }
  }

  /** A list takes what is put behind it as one more item. */
  joined(before: CodeValue, value: CodeValue): CodeValue {
    if (!isList(before)) return this.paid(added(before, value));
    if (!this.#host.spend(1 + before.items.length / COPIED_FOR_UNIT)) return null;
    return added(before, isList(value) ? value : listOf([value]));
  }

  /** A value that was made, when the account has its length. */
  paid(value: CodeValue): CodeValue {
    const length = isPrinted(value) ? value.length : isList(value) ? value.items.length : 1;
    return this.#host.spend(length) ? value : null;
  }

  standardInput(name: string): CodeValue {
    return INPUTS.has(variableName(name)) ? this.#host.variable(STANDARD_INPUT) : null;
  }
}
