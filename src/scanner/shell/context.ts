import type { Input } from './stream.ts';
import type { Span } from './syntax-tree.ts';

/** Where a node runs. */
export interface Context {
  readonly input: Input | null;
  /** Someone reads what it prints; else that need not be found out. */
  readonly wanted: boolean;
}

export const IDLE: Context = { input: null, wanted: false };

/** What the commands of now were unwrapped from. */
export interface Scope {
  readonly layers: readonly string[];
  /** Their common place in the outermost source; null for the outermost text itself. */
  readonly place: Span | null;
}

export const OPEN: Scope = { layers: [], place: null };
