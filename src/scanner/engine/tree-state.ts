/**
 * What the triage knows of the files of one tree, so that a script that every job runs is read and
 * swept once.
 */
import type { FileOf } from './following.ts';

/**
 * absent   the tree has no such file
 * inert    nothing in it can matter to what runs it, whatever it is given and wherever it stands
 * matters  it must be seen through together with what runs it
 */
export type FileState = 'absent' | 'inert' | 'matters';

/** Paths remembered of one tree; past it they are forgotten, and looked up again. */
const PATHS_MAX = 50_000;

export class TreeState {
  readonly fileOf: FileOf;
  /** False where the tree certainly has neither a file nor a folder of this path. */
  readonly mayHold: (path: string) => boolean;
  readonly #states = new Map<string, FileState>();
  /** Files found inert so far, in the order in which they were. */
  readonly #inert: string[] = [];

  constructor(fileOf: FileOf, mayHold: (path: string) => boolean = () => true) {
    this.fileOf = fileOf;
    this.mayHold = mayHold;
  }

  /** The state of a file; `find` is asked once, and may ask for others. */
  stateOf(path: string, find: (text: string) => FileState): FileState {
    const before = this.#states.get(path);
    if (before !== undefined) return before;
    if (!this.mayHold(path)) return 'absent';
    if (this.#states.size >= PATHS_MAX) this.#states.clear();
    const file = this.fileOf(path);
    const state = file === null ? 'absent' : this.#stateOfFile(path, file, find);
    this.#states.set(path, state);
    return state;
  }

  #stateOfFile(
    path: string,
    file: NonNullable<ReturnType<FileOf>>,
    find: (text: string) => FileState,
  ): FileState {
    if (typeof file !== 'string') return 'matters';
    const before = this.#inert.length;
    // A file that comes to run itself adds nothing to what it is.
    this.#states.set(path, 'inert');
    const state = find(file);
    // What was taken for inert meanwhile may be so only because this file was.
    if (state === 'matters') for (const one of this.#inert.splice(before)) this.#states.delete(one);
    else this.#inert.push(path);
    return state;
  }
}
