/**
 * What a shell text comes to when it runs, as far as the text alone tells: the simple commands in
 * order, with words expanded, quotes removed and encodings undone. Judgement works on this form.
 */
import type { SourceText } from '../../model/source-text.ts';

/** One word of a command after expansion. */
export interface Word {
  /** Quotes removed, known variables and substitutions filled in; an unknown `$X` stays as text. */
  readonly text: string;
  /** Something in it could not be known (an unset variable, the output of a command). */
  readonly dynamic: boolean;
}

export interface SimpleCommand {
  /** The command's name and arguments; assignments before it are not words. Never empty. */
  readonly words: readonly Word[];
  /** Stretch of the outermost source text that it comes from, offsets. */
  readonly start: number;
  readonly end: number;
  /** Text of each layer that was seen through to reach it, outermost first; empty in the open. */
  readonly layers: readonly string[];
  /** Standard input where it is known: here-document, here-string, or what a pipe brings. */
  readonly input: string | null;
  /** Standard output goes into this file. */
  readonly writesTo: string | null;
}

/** A file that the commands write with a known text: `cat > x <<EOF`, `echo … > x`, `tee x`. */
export interface WrittenFile {
  readonly path: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly layers: readonly string[];
}

/** Something fetched from elsewhere: `curl -o x URL`, `wget URL`, `git clone URL`. */
export interface Fetched {
  readonly url: string;
  /** Where it is kept, or null when it goes into a pipe. */
  readonly path: string | null;
  /** Run afterwards in the same text: piped to a shell, or its path made executable or called. */
  readonly executed: boolean;
  readonly start: number;
  readonly end: number;
}

/** A script that the commands run and that may be a file of the same tree. */
export interface FileRun {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

export interface ShellRun {
  readonly source: SourceText;
  readonly commands: readonly SimpleCommand[];
  readonly written: readonly WrittenFile[];
  readonly fetched: readonly Fetched[];
  readonly filesRun: readonly FileRun[];
  /** What could not be followed to its end, a short sentence each: `data packed for xz`. */
  readonly unread: readonly string[];
}
