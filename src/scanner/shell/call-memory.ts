/**
 * Calls that were run before, each with what it read (`trace.ts`). A call with the same words in
 * the same folder, at which all that it read is as it was, would come to the same commands again:
 * what it set is set, what it wrote is written, what it printed is printed, and nothing is run.
 */
import { isSameState, placeOf } from './cell-state.ts';
import type { Context, Scope } from './context.ts';
import type { ShellFunction, ShellFunctions } from './functions.ts';
import type { ShellRecord } from './record.ts';
import type { WrittenFile } from './shell-run.ts';
import type { Stream } from './stream.ts';
import type { Cell, Trace } from './trace.ts';
import type { Field, Value, Variables } from './variables.ts';

/** What the memory asks of the run around it. */
export interface CallHost {
  readonly variables: Variables;
  readonly record: ShellRecord;
  readonly scope: Scope;
  readonly folder: string;
  readonly functions: ShellFunctions;
  enterFolder(folder: string): void;
}

/** A call as it went, and the state that it ended in. */
interface PastCall {
  /** What was called: a function of the same name may be another one by now. */
  readonly subject: unknown;
  readonly reads: Trace['reads'];
  readonly states: Trace['states'];
  readonly writes: Trace['writes'];
  readonly called: Trace['called'];
  /** The state of each of them when the call had ended. */
  readonly left: readonly unknown[];
  readonly folder: string;
  readonly printed: Stream | null;
}

/** A call that has just ended. */
interface Ended extends Pick<PastCall, 'subject' | 'printed'> {
  readonly trace: Trace;
}

/** Calls kept of one kind; the newest are likeliest to come again. */
const CALLS_OF_KEY_MAX = 4;
/** Calls kept of one run. */
const CALLS_MAX = 4_000;
/** A call that reads more is not kept: to compare would cost as much as to run. */
const NAMES_MAX = 2_000;

export class CallMemory {
  readonly #host: CallHost;
  readonly #calls = new Map<string, PastCall[]>();
  #count = 0;

  constructor(host: CallHost) {
    this.#host = host;
  }

  /** Something has changed that is not traced. */
  forget(): void {
    this.#calls.clear();
    this.#host.variables.tracer.spoil(null);
  }

  /**
   * What a call prints, run or remembered. `key` tells calls apart by their words; `subject` is
   * what is called.
   */
  run(key: string, subject: unknown, context: Context, run: () => Stream | null): Stream | null {
    const { variables, record, scope, folder } = this.#host;
    // What stands in a layer stands where the layer does, and what reads its input takes it.
    if (context.input !== null || scope.layers.length > 0) return run();
    const whole = `${context.wanted ? 1 : 0} ${folder}\0${key}`;
    const { tracer } = variables;
    const past = this.#calls.get(whole)?.find((call) => {
      return call.subject === subject && !tracer.isAnyRunning(call.called) && this.#isSame(call);
    });
    if (past !== undefined) return this.#repeat(past);
    const { result, trace } = tracer.trace(subject, placeOf(record.origin), run);
    if (!trace.isSpoilt) this.#keep(whole, { subject, trace, printed: result });
    return result;
  }

  #keep(key: string, { subject, trace, printed }: Ended): void {
    const { reads, states, writes, called } = trace;
    if (reads.length + writes.length > NAMES_MAX || this.#count >= CALLS_MAX) return;
    this.#count++;
    const left = writes.map((cell) => this.#stateOf(cell));
    const { folder } = this.#host;
    const past = { subject, reads, states, writes, called, left, folder, printed };
    this.#calls.set(key, [past, ...(this.#calls.get(key) ?? [])].slice(0, CALLS_OF_KEY_MAX));
  }

  #isSame({ reads, states }: PastCall): boolean {
    for (let i = 0; i < reads.length; i++) {
      if (!isSameState(states[i], this.#stateOf(reads[i] as Cell))) return false;
    }
    return true;
  }

  #repeat(past: PastCall): Stream | null {
    const { subject, reads, states, writes, called, left, folder, printed } = past;
    const { tracer } = this.#host.variables;
    tracer.noteCalls(subject, called);
    // The calls around this one read what it read.
    for (let i = 0; i < reads.length; i++) {
      const cell = reads[i] as Cell;
      if (cell.kind === 'place') tracer.readPlaces();
      else tracer.read(cell, states[i]);
    }
    for (let i = 0; i < writes.length; i++) this.#restore(writes[i] as Cell, left[i]);
    this.#host.enterFolder(folder);
    return printed;
  }

  #restore(cell: Cell, state: unknown): void {
    const { functions, variables, record } = this.#host;
    switch (cell.kind) {
      case 'function':
        functions.restore(cell, state as ShellFunction | undefined);
        return;
      case 'written':
        record.writeAgain(cell, state as WrittenFile);
        return;
      case 'fetched':
        for (const fetch of state as readonly number[]) record.keepFetch(fetch, cell.name);
        return;
      default:
        variables.restore(cell, state as Value | undefined);
    }
  }

  #stateOf(cell: Cell): unknown {
    const { variables, record } = this.#host;
    switch (cell.kind) {
      case 'variable':
        return variables.stateOf(cell);
      case 'place':
        return placeOf(record.origin);
      case 'paths':
        return record.isAnyKnown;
      case 'files':
        return record.filesCount;
      default:
        return cell.state;
    }
  }
}

/** How words are told apart, with what is known of where they came from. */
export function keyOfFields(fields: readonly Field[] | null): string {
  if (fields === null) return '-';
  const parts = fields.map(({ text, dynamic, unknown, fetches, file }) => {
    return `${text}\0${dynamic ? 'd' : ''}${unknown ? 'u' : ''}${fetches}${file ?? ''}`;
  });
  return parts.join('\0');
}
