/**
 * What a call of a function or a file read and left behind, so that one that would read the same
 * again is not run again: a library that twenty scripts source is run once for each state that it
 * can tell apart. Without it a tenth of a percent of all definitions took half of a scan's time.
 *
 * Data structure. A cell is a variable, an element (`A[key]`), a function, a file that was written,
 * or the fetches that are kept as a file, and holds its state: a value, a body, a text, or nothing.
 * Every call that is traced has a frame, in the order in which they began.
 *
 *   reads    cells → their state when the call began, for cells that the call had not set itself
 *   writes   cells that it set
 *
 * A cell that is read is noted in each frame from the innermost out, up to one that set it. What a
 * frame set, the one around it has set too, unless it ran in a shell of its own. A call that was
 * cut short since something around it runs already says nothing of a call elsewhere: it is spoilt.
 * Nor does one that was not tell of a call inside something that it calls: that one is cut short.
 *
 * A cell knows the innermost frame that has noted it, which nearly always is the one that asks: ten
 * million reads in 48 repositories took a tenth of an evaluation while each frame had a map.
 */

/**
 * `place` is where a call stands, `paths` whether anything was written or fetched at all, and
 * `files` how many files were written.
 */
export type CellKind =
  | 'variable'
  | 'function'
  | 'written'
  | 'fetched'
  | 'place'
  | 'paths'
  | 'files'
  | 'name';

export class Cell {
  readonly kind: CellKind;
  readonly name: string;
  state: unknown = undefined;
  /** The innermost frame that has noted it, counted from 1; 0 when none has. */
  notedIn = 0;
  /** The innermost frame that has set it, likewise. */
  writtenIn = 0;
  /** The innermost stretch that has changed it, for `changes.ts`. */
  changedIn = 0;

  constructor(kind: CellKind, name: string) {
    this.kind = kind;
    this.name = name;
  }
}

/** The state of a cell that a call set and did not read before. */
const SET_FIRST = Symbol('set first');

interface Frame {
  readonly subject: unknown;
  /** Where the call stands. */
  readonly place: unknown;
  /** A shell of its own: what is set in it ends with it, but for files. */
  readonly isApart: boolean;
  /** Every cell that it read or set, with its state when the call began or `SET_FIRST`. */
  readonly cells: Cell[];
  readonly states: unknown[];
  /** The frame around it that had noted the cell, for each cell that it set first. */
  readonly before: number[];
  readonly writes: Cell[];
  /** The frame around it that had set the cell. */
  readonly writtenBefore: number[];
  /** What was called inside, at any depth. */
  readonly called: Set<unknown>;
  isSpoilt: boolean;
}

/** A call as it went. */
export interface Trace {
  /** Cells that it read before it set them, and the state of each in the same order. */
  readonly reads: readonly Cell[];
  readonly states: readonly unknown[];
  readonly writes: readonly Cell[];
  readonly called: ReadonlySet<unknown>;
  /** Nothing can be told of another call from it. */
  readonly isSpoilt: boolean;
}

export class Tracer {
  readonly #frames: Frame[] = [];
  readonly #place = new Cell('place', '');
  readonly #running = new Set<unknown>();

  /** How many calls run now. */
  get depth(): number {
    return this.#frames.length;
  }

  /** Notes that what runs depends on where its call stands. */
  readPlaces(): void {
    const cell = this.#place;
    for (let at = cell.notedIn; at < this.#frames.length; at++) {
      const frame = this.#frames[at] as Frame;
      frame.cells.push(cell);
      frame.states.push(frame.place);
    }
    cell.notedIn = this.#frames.length;
  }

  /** Notes that a cell is read which has this state, by calls that are not deeper than `depth`. */
  read(cell: Cell, state: unknown, depth = this.#frames.length): void {
    if (cell.notedIn >= depth) return;
    // Frames further out know of it as well.
    for (let at = cell.notedIn; at < depth; at++) {
      const frame = this.#frames[at] as Frame;
      frame.cells.push(cell);
      frame.states.push(state);
    }
    cell.notedIn = depth;
  }

  write(cell: Cell): void {
    const depth = this.#frames.length;
    if (depth === 0 || cell.writtenIn === depth) return;
    const frame = this.#frames[depth - 1] as Frame;
    frame.writes.push(cell);
    frame.writtenBefore.push(cell.writtenIn);
    cell.writtenIn = depth;
    if (cell.notedIn === depth) return;
    frame.cells.push(cell);
    frame.states.push(SET_FIRST);
    frame.before.push(cell.notedIn);
    cell.notedIn = depth;
  }

  /** Runs a call of `subject` and says what it read and set. */
  trace<T>(
    subject: unknown,
    place: unknown,
    run: () => T,
  ): { readonly result: T; readonly trace: Trace } {
    const frame = newFrame(subject, place, false);
    const result = this.#within(frame, run);
    return { result, trace: traceOf(frame) };
  }

  /** Runs something in a shell of its own. */
  apart<T>(run: () => T): T {
    return this.#frames.length === 0 ? run() : this.#within(newFrame(null, null, true), run);
  }

  /** What runs now is cut short, up to the call of `subject`. */
  spoil(subject: unknown): void {
    for (let i = this.#frames.length - 1; i >= 0; i--) {
      const frame = this.#frames[i] as Frame;
      if (subject !== null && frame.subject === subject) return;
      frame.isSpoilt = true;
    }
  }

  /** Whether one of these runs now, so that a call of it would be cut short. */
  isAnyRunning(subjects: ReadonlySet<unknown>): boolean {
    for (const subject of subjects) if (this.#running.has(subject)) return true;
    return false;
  }

  /** Notes calls that are remembered. */
  noteCalls(subject: unknown, called: ReadonlySet<unknown>): void {
    const around = this.#frames.at(-1);
    if (around === undefined) return;
    if (subject !== null) around.called.add(subject);
    for (const one of called) around.called.add(one);
  }

  #within<T>(frame: Frame, run: () => T): T {
    const { subject } = frame;
    this.#frames.push(frame);
    if (subject !== null) this.#running.add(subject);
    const result = run();
    if (subject !== null) this.#running.delete(subject);
    forget(frame, this.#frames.length - 1);
    this.#frames.pop();
    this.noteCalls(subject, frame.called);
    for (const cell of frame.writes) {
      if (!frame.isApart || cell.kind === 'written' || cell.kind === 'fetched') this.write(cell);
    }
    return result;
  }
}

function newFrame(subject: unknown, place: unknown, isApart: boolean): Frame {
  const lists = { cells: [], states: [], before: [], writes: [], writtenBefore: [] };
  return { subject, place, isApart, ...lists, called: new Set(), isSpoilt: false };
}

/** Leaves the cells of the innermost frame as the `around` frames outside of it know them. */
function forget({ cells, states, before, writes, writtenBefore }: Frame, around: number): void {
  let first = 0;
  for (let i = 0; i < cells.length; i++) {
    // A cell that it read, all frames around it have noted.
    const notedIn = states[i] === SET_FIRST ? (before[first++] as number) : around;
    (cells[i] as Cell).notedIn = notedIn;
  }
  for (let i = 0; i < writes.length; i++) {
    (writes[i] as Cell).writtenIn = writtenBefore[i] as number;
  }
}

function traceOf({ cells, states, writes, before, called, isSpoilt }: Frame): Trace {
  const rest = { writes, called, isSpoilt };
  if (isSpoilt || before.length === 0) return { reads: cells, states, ...rest };
  const reads = cells.filter((_, i) => states[i] !== SET_FIRST);
  return { reads, states: states.filter((one) => one !== SET_FIRST), ...rest };
}
