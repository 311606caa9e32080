/**
 * What a shell text comes to when it runs, as far as the text alone tells: the simple commands in
 * order, with words expanded, quotes removed and encodings undone. Judgement works on this form.
 */
import type { SourceText } from '../../model/source-text.ts';
import type { Printed } from './printed.ts';
import type { Origin } from './tree.ts';
import type { Uncertain } from './uncertain.ts';

/** One word of a command after expansion. */
export interface Word {
  /** Quotes removed, known variables and substitutions filled in; an unknown `$X` stays as text. */
  readonly text: string;
  /** Something in it could not be known (an unset variable, the output of a command). */
  readonly dynamic: boolean;
}

/** Where and when something happens in a run. */
export interface Event {
  /** The text that it stands in: the one that is run, or a file of the tree that is run by it. */
  readonly origin: Origin;
  /** Stretch of that text, offsets. */
  readonly start: number;
  readonly end: number;
  /** Rises with the time at which it happens; of a command that runs again, the last one. */
  readonly order: number;
}

export interface SimpleCommand extends Event {
  /** The command's name and arguments; assignments before it are not words. Never empty. */
  readonly words: readonly Word[];
  /** Text of each layer that was seen through to reach it, outermost first; empty in the open. */
  readonly layers: readonly string[];
  /** Standard input where it is known: here-document, here-string, or what a pipe brings. */
  readonly input: string | null;
  /** Standard output goes into this file. */
  readonly writesTo: string | null;
}

/** A file that the commands write with a known text: `cat > x <<EOF`, `echo … > x`, `tee x`. */
export interface WrittenFile extends Event, Uncertain<WrittenFile> {
  readonly path: string;
  readonly text: string;
  /** The same, bytes where it is no text. */
  readonly content: Printed;
  readonly layers: readonly string[];
}

/** Something fetched from elsewhere: `curl -o x URL`, `wget URL`, `git clone URL`. */
export interface Fetched extends Event {
  readonly url: string;
  /** Where it is kept, or null when it goes into a pipe. */
  readonly path: string | null;
  /** Run afterwards in the same text: piped to a shell, or its path made executable or called. */
  readonly executed: boolean;
}

/** Code of a language that is not run but looked at, which something runs. */
export interface CodeRun extends Event {
  /** `binary` for what a program that is no text spells. */
  readonly kind: 'code' | 'binary';
  readonly text: string;
  readonly layers: readonly string[];
}

export interface ShellRun {
  readonly source: SourceText;
  readonly commands: readonly SimpleCommand[];
  readonly written: readonly WrittenFile[];
  readonly fetched: readonly Fetched[];
  readonly code: readonly CodeRun[];
  /** Programs are looked for in a folder of the job's own first. */
  readonly leadsPath: boolean;
  /** How many events happened; all orders are below. */
  readonly events: number;
  /** What could not be followed to its end, a short sentence each: `data packed for xz`. */
  readonly unread: readonly string[];
}
