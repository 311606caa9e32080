/**
 * What a stretch of a run changes. A shell of its own (`( … )`, a stage of a pipeline, `$( … )`)
 * takes its variables and functions with it when it ends; a branch may not run at all, so that what
 * was there before stays possible.
 *
 * Data structure. Each stretch notes the cells (`trace.ts`) that it changes, with the state before.
 * A cell knows the innermost stretch that has noted it. What a stretch leaves behind, the one
 * around it has changed too.
 */
import { isSameOption, lengthOfState } from './cell-state.ts';
import type { Cell, Tracer } from './trace.ts';
import { either, type Uncertain } from './uncertain.ts';

interface Change {
  readonly cell: Cell;
  readonly state: State | undefined;
  readonly changedIn: number;
}

interface State extends Uncertain<State> {}

type Outcome = (now: State | undefined, before: State | undefined, cell: Cell) => State | undefined;

const MANNER = { isSame: isSameOption, lengthOf: lengthOfState };

export class Changes {
  readonly #tracer: Tracer;
  /** Stretches around what runs now. */
  #depth = 0;
  #changes: Change[] = [];
  /** Calls around the innermost branch; those in it do not depend on what was there before it. */
  #callsAround = 0;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** To be called before a cell changes; `seen` is its state for those that read it. */
  note(cell: Cell, seen: unknown = cell.state): void {
    if (this.#depth === 0 || cell.changedIn === this.#depth) return;
    // What a branch comes to depends on what was there before it.
    this.#tracer.read(cell, seen, this.#callsAround);
    this.#note(cell, cell.state as State | undefined);
  }

  #note(cell: Cell, state: State | undefined): void {
    const { changedIn } = cell;
    if (changedIn === this.#depth) return;
    this.#changes.push({ cell, state, changedIn });
    cell.changedIn = this.#depth;
  }

  /** In a shell of its own. */
  apart<T>(run: () => T): T {
    const around = this.#begin();
    const result = this.#tracer.apart(run);
    for (const change of this.#end(around)) {
      if (change.cell.kind !== 'written') change.cell.state = change.state;
      else this.#leave(change);
    }
    return result;
  }

  /** In a branch that may not run. */
  branch<T>(run: () => T): T {
    return this.#open(run, (now, before) => either(now, before, MANNER));
  }

  /**
   * What most likely changes nothing here: it only gives states to what has none. Files it may
   * write all the same.
   */
  unlikely<T>(run: () => T, writes: 'writes' | 'writes nothing' = 'writes nothing'): T {
    return this.#open(run, (now, before, cell) =>
      cell.kind === 'written' && writes === 'writes' ? now : (before ?? now),
    );
  }

  #open<T>(run: () => T, outcome: Outcome): T {
    const around = this.#begin();
    const callsAround = this.#callsAround;
    this.#callsAround = this.#tracer.depth;
    const result = run();
    this.#callsAround = callsAround;
    for (const change of this.#end(around)) {
      this.#leave(change);
      const { cell, state } = change;
      cell.state = outcome(cell.state as State | undefined, state, cell);
    }
    return result;
  }

  #begin(): Change[] {
    const around = this.#changes;
    this.#changes = [];
    this.#depth++;
    return around;
  }

  #end(around: Change[]): readonly Change[] {
    const changes = this.#changes;
    this.#changes = around;
    this.#depth--;
    for (const { cell, changedIn } of changes) cell.changedIn = changedIn;
    return changes;
  }

  /** The change stays, so that the stretch around has made it. */
  #leave({ cell, state }: Change): void {
    if (this.#depth > 0) this.#note(cell, state);
  }
}
