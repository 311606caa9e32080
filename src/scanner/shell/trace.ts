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

/** Whether a variable's name could be taken for something else. */
export function isMarked(name: string): boolean {
  return name !== '' && name < ' ';
}

/** Whether all shells of a run share what has this name: anything but variables. */
export function isShared(name: string): boolean {
  const mark = name[0];
  return mark === FUNCTION_MARK || mark === WRITTEN_MARK || mark === FETCHED_MARK;
}

interface Frame {
  readonly subject: unknown;
  /** Where the call stands. */
  readonly place: unknown;
  /** A shell of its own: variables that are set in it end with it. */
  readonly isApart: boolean;
  readonly reads: Map<string, unknown>;
  readonly writes: Set<string>;
  /** The names of both, so that one look tells of a name. */
  readonly names: Set<string>;
  isSpoilt: boolean;
}

/** A call as it went. */
export interface Trace {
  readonly reads: ReadonlyMap<string, unknown>;
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
      const { reads, place } = this.#frames[i] as Frame;
      if (reads.has(PLACE)) return;
      reads.set(PLACE, place);
    }
  }

  /** Notes that a name is read which has this state. */
  read(name: string, state: unknown): void {
    for (let i = this.#frames.length - 1; i >= 0; i--) {
      const { reads, names } = this.#frames[i] as Frame;
      // Frames further out know of it as well.
      if (names.has(name)) return;
      names.add(name);
      reads.set(name, state);
    }
  }

  write(name: string): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    frame.writes.add(name);
    frame.names.add(name);
  }

  /** Runs a call of `subject` and says what it read and set. */
  trace<T>(
    subject: unknown,
    place: unknown,
    run: () => T,
  ): { readonly result: T; readonly trace: Trace } {
    return this.#within({ subject, place, isApart: false }, run);
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
      ...{ reads: new Map<string, unknown>(), writes: new Set<string>(), names: new Set<string>() },
    };
    this.#frames.push(frame);
    const result = run();
    this.#frames.pop();
    for (const name of frame.writes) {
      if (!call.isApart || isShared(name)) this.write(name);
    }
    return { result, trace: frame };
  }
}

const APART = { subject: null, place: null, isApart: true };
