/**
 * Choices that a command depends on: of a variable with two possible values (`uncertain.ts`) it is
 * not known which one it has. A command is run once for each combination of what it asks for.
 *
 * Protocol. `open` before a command, which returns what was open around it; `pick` while it runs,
 * always the same for the same key; `next` for another round, until there is none; `reopen`. The
 * decisions of a round are a path through the tree of choices, and the last one moves on first.
 * While none is open everything has its likeliest state. What is left out is noted (`isCut`).
 */
import type { Aside, Work } from '../engine/work.ts';
import { statesOf, type Uncertain } from './uncertain.ts';

interface Decision {
  readonly key: unknown;
  readonly count: number;
  index: number;
}

/** The choices of one command. */
export interface Choosing {
  readonly decisions: Decision[];
  /** Decisions that this round has come to. */
  at: number;
  rounds: number;
  isCut: boolean;
}

/** Rounds of one command. */
const ROUNDS_MAX = 24;
/** Rounds inside one another, such as in a function that is called with another word. */
const DEPTH_MAX: Readonly<Record<Aside, number>> = { given: 1, run: 2, words: 16 };
/** Passes over the text of a command that judgement makes. */
const PASSES = 8;

/** Nothing was to be decided so far, as for nearly every command. */
const UNDECIDED: Choosing = { decisions: [], at: 0, rounds: 0, isCut: false };

export class Choices {
  #now: Choosing | null = null;
  /** Rounds but the first that run now. */
  #depth = 0;
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  open(): Choosing | null {
    const around = this.#now;
    this.#now = UNDECIDED;
    return around;
  }

  /** Until `reopen` nothing is decided. */
  close(): Choosing | null {
    const around = this.#now;
    this.#now = null;
    return around;
  }

  reopen(around: Choosing | null): void {
    this.#now = around;
  }

  /** One of the states. */
  pick<T extends Uncertain<T>>(key: unknown, state: T): T {
    if (state.isCut && this.#now !== null) this.#begun(this.#now).isCut = true;
    if (state.others === undefined) return state;
    return statesOf(state)[this.index(key, state.others.length + 1)] ?? state;
  }

  /** A number below `count`. */
  index(key: unknown, count: number): number {
    if (this.#now === null) return 0;
    const now = this.#begun(this.#now);
    const { decisions, at } = now;
    for (let i = 0; i < at; i++) if (decisions[i]?.key === key) return decisions[i]?.index ?? 0;
    let decision = decisions[at];
    if (decision === undefined || decision.key !== key || decision.count !== count) {
      decisions.length = at;
      decision = { key, count, index: 0 };
      decisions.push(decision);
    }
    now.at++;
    return decision.index;
  }

  #begun(now: Choosing): Choosing {
    if (now !== UNDECIDED) return now;
    this.#now = { decisions: [], at: 0, rounds: 0, isCut: false };
    return this.#now;
  }

  /** There was something to decide. */
  get isOpen(): boolean {
    return this.#now !== null && this.#now !== UNDECIDED;
  }

  /** There are more readings of what is open than were picked. */
  get isCut(): boolean {
    return this.#now?.isCut === true;
  }

  /** This round has come to its last decision, by which it differs from the one before. */
  get isDecided(): boolean {
    return this.#now === null || this.#now.at >= this.#now.decisions.length;
  }

  /** Whether what is only possible may be run here. */
  mayGoAgain(kind: Aside): boolean {
    return this.#depth < DEPTH_MAX[kind] && this.#work.mayGoAside(kind);
  }

  /** Runs a round that `next` has begun. */
  again<T>(run: () => T): T {
    const before = this.#depth++;
    // Rounds inside this one are a part of it.
    const result = before > 0 ? run() : this.#work.aside(run);
    this.#depth--;
    return result;
  }

  /** The words of a round. */
  expanded<T>(run: () => T): T {
    return this.#depth > 0 ? run() : this.#work.aside(run);
  }

  /** A command is kept for judgement. */
  noteKept(words: readonly { readonly text: string }[]): void {
    if (this.#depth === 0) return;
    for (const { text } of words) this.#work.owesAside((text.length + 1) * PASSES);
  }

  /** Whether there is another round, which begins with this. */
  next(kind: Aside): boolean {
    if (this.#now === null || this.#now === UNDECIDED) return false;
    const { decisions, at } = this.#now;
    decisions.length = at;
    for (let last = decisions.at(-1); last !== undefined; last = decisions.at(-1)) {
      if (last.index + 1 < last.count) break;
      decisions.pop();
    }
    const last = decisions.at(-1);
    if (last === undefined) return false;
    if (++this.#now.rounds >= ROUNDS_MAX || !this.mayGoAgain(kind)) {
      this.#now.isCut = true;
      return false;
    }
    last.index++;
    this.#now.at = 0;
    return true;
  }
}
