import type { EpochMs } from '../base/time.ts';

/** What a command may touch of the outside. `main/cli.ts` passes in the real terminal. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  /** Standard error is a terminal: progress may be shown. */
  readonly progress: boolean;
  /** Standard output takes colours: it is a terminal and `NO_COLOR` is not set. */
  readonly color: boolean;
  readonly directory: string;
  /** Folders in which other programs are looked for. */
  readonly programPath: string;
  now(): EpochMs;
  /** Standard input. */
  readonly input: AsyncIterable<Uint8Array>;
}

/** Exit codes of every command. `scan` adds its own meaning to 1 and 3. */
export const EXIT = { ok: 0, found: 1, usage: 2, unread: 3 } as const;

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole of `--help`. */
  readonly help: string;
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** The arguments do not fit; the message says which and why. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
