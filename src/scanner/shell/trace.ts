/**
 * What a call of a function or a file read and left behind, so that one that would read the same
 * again is not run again: a library that twenty scripts source is run once for each state that it
 * can tell apart. Without it a tenth of a percent of all definitions took half of a scan's time.
 *
 * Data structure. Names are those of variables, of elements (`A[key]`), and behind a mark those of
 * functions, of files that were written, and of fetches that are kept as files. Each has a state: a
 * value, a body, a text, or nothing. Every call that is traced has a frame, in the order in which
 * they began.
 *
 *   reads    name → its state when the call began, for names that the call had not set itself
 *   writes   names that it set
 *
 * A name that is read is noted in each frame from the innermost out, up to one that set it. What a
 * frame set, the one around it has set too, unless it ran in a shell of its own. A call that was
 * cut short since something around it runs already says nothing of a call elsewhere: it is spoilt.
 */

export const FUNCTION_MARK = '\x01';
export const WRITTEN_MARK = '\x02';
export const FETCHED_MARK = '\x03';
/** Where a call stands. */
export const PLACE = '\x04';
/** Whether anything was written or fetched at all. */
export const KNOWS_PATHS = '\x05';

/** Names of functions behind their mark, remembered since every command asks for one. */
const markedFunctions = new Map<string, string>();
const MARKED_MAX = 4_096;

export function markedFunction(name: string): string {
  const before = markedFunctions.get(name);
  if (before !== undefined) return before;
  const marked = FUNCTION_MARK + name;
  if (name.length > MARKED_LENGTH_MAX) return marked;
  if (markedFunctions.size >= MARKED_MAX) markedFunctions.clear();
  markedFunctions.set(name, marked);
  return marked;
}

const MARKED_LENGTH_MAX = 128;

/** Whether a variable's name could be taken for something else. */
export function isMarked(name: string): boolean {
  return name !== '' && name < ' ';
}

/** Whether all shells of a run share what has this name: anything but variables. */
export function isShared(name: string): boolean {
  const mark = name[0];
  return mark === FUNCTION_MARK || mark === WRITTEN_MARK || mark === FETCHED_MARK;
}

/** The state of a name that a call set and did not read before. */
const SET_FIRST = Symbol('set first');

interface Frame {
  readonly subject: unknown;
  /** Where the call stands. */
  readonly place: unknown;
  /** A shell of its own: variables that are set in it end with it. */
  readonly isApart: boolean;
  /** Every name that it read or set, with its state when the call began or `SET_FIRST`. */
  readonly names: Map<string, unknown>;
  readonly writes: Set<string>;
  isSpoilt: boolean;
}

/** A call as it went. */
export interface Trace {
  /** Names that it read before it set them, and the state of each in the same order. */
  readonly reads: readonly string[];
  readonly states: readonly unknown[];
  readonly writes: ReadonlySet<string>;
  /** Nothing can be told of another call from it. */
  readonly isSpoilt: boolean;
}

export class Tracer {
  readonly #frames: Frame[] = [];

  get isTracing(): boolean {
    return this.#frames.length > 0;
  }

  /** Notes that what runs depends on where its call stands; `stateOf` tells of which subject. */
  readPlaces(): void {
    for (let i = this.#frames.length - 1; i >= 0; i--) {
      const { names, place } = this.#frames[i] as Frame;
      if (names.has(PLACE)) return;
      names.set(PLACE, place);
    }
  }

  /** Notes that a name is read which has this state. */
  read(name: string, state: unknown): void {
    for (let i = this.#frames.length - 1; i >= 0; i--) {
      const { names } = this.#frames[i] as Frame;
      // Frames further out know of it as well.
      if (names.has(name)) return;
      names.set(name, state);
    }
  }

  write(name: string): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined) noteWrite(frame, name);
  }

  /** Runs a call of `subject` and says what it read and set. */
  trace<T>(
    subject: unknown,
    place: unknown,
    run: () => T,
  ): { readonly result: T; readonly trace: Trace } {
    const { result, frame } = this.#within({ subject, place, isApart: false }, run);
    return { result, trace: traceOf(frame) };
  }

  /** Runs something in a shell of its own. */
  apart<T>(run: () => T): T {
    return this.#frames.length === 0 ? run() : this.#within(APART, run).result;
  }

  /** What runs now is cut short, up to the call of `subject`. */
  spoil(subject: unknown): void {
    for (let i = this.#frames.length - 1; i >= 0; i--) {
      const frame = this.#frames[i] as Frame;
      if (subject !== null && frame.subject === subject) return;
      frame.isSpoilt = true;
    }
  }

  #within<T>(call: Pick<Frame, 'subject' | 'place' | 'isApart'>, run: () => T) {
    const frame: Frame = {
      ...call,
      isSpoilt: false,
      ...{ names: new Map<string, unknown>(), writes: new Set<string>() },
    };
    this.#frames.push(frame);
    const result = run();
    this.#frames.pop();
    const around = this.#frames.at(-1);
    if (around !== undefined) {
      // biome-ignore lint/complexity/noForEach: iterators made a tenth of an evaluation's garbage.
      frame.writes.forEach((name) => {
        if (!call.isApart || isShared(name)) noteWrite(around, name);
      });
    }
    return { result, frame };
  }
}

function noteWrite({ names, writes }: Frame, name: string): void {
  if (writes.has(name)) return;
  writes.add(name);
  if (!names.has(name)) names.set(name, SET_FIRST);
}

function traceOf({ names, writes, isSpoilt }: Frame): Trace {
  const reads: string[] = [];
  const states: unknown[] = [];
  if (isSpoilt) return { reads, states, writes, isSpoilt };
  names.forEach((state, name) => {
    if (state === SET_FIRST) return;
    reads.push(name);
    states.push(state);
  });
  return { reads, states, writes, isSpoilt };
}

const APART = { subject: null, place: null, isApart: true };
