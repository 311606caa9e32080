/**
 * What mining shows itself by, for whoever must not import the scanner's data: the composition root
 * passes it in. Pure and quick; it looks nothing up and resolves no name.
 */
import type { CommandLineTrait, SeenIdentifier } from '../model/signal.ts';

export interface KnownNames {
  /** The pool that the host is or belongs to. */
  poolOf(host: string): KnownPool | null;
  /** Who is paid and who works. */
  readLogin(given: SessionLogin): SeenLogin;
  /** Whether a program of this name mines. Paths are read by their last part. */
  isMiner(program: string): boolean;
  /** What of a process's command line only miners say; null: nothing. */
  readCommandLine(words: readonly string[]): SeenCommandLine | null;
}

export interface KnownPool {
  /** Both empty when an operator's private list names it. */
  readonly name: string;
  readonly pool: string;
}

/** As a session has them; what it does not name is empty. */
export interface SessionLogin {
  readonly login: string;
  readonly password: string;
  readonly worker: string;
}

export interface SeenLogin {
  /** Masked. */
  readonly display: string;
  readonly identifiers: readonly SeenIdentifier[];
}

export interface SeenCommandLine {
  readonly traits: readonly CommandLineTrait[];
  /** The words that were recognised, masked. */
  readonly words: readonly string[];
  readonly identifiers: readonly SeenIdentifier[];
}
