/**
 * What rules look at: one job after it was seen through. Everything in it is a `Passage`: words
 * that stand together, with a position and a place. Passages are numbered in the order in which
 * they come to run, and evidence is bound together when it shares a passage: an address counts as
 * a miner's payout because it stands in the miner's own command, not because it is in the file.
 */
import type { Position } from '../../model/finding.ts';
import type { Job } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import type { Indicators } from '../indicators/indicators.ts';

export interface Passage {
  readonly order: number;
  readonly position: Position;
  /** The words in one string, encodings undone. */
  readonly text: string;
  readonly source: SourceText;
  /** Stretch of `source` that it comes from. */
  readonly start: number;
  readonly end: number;
  readonly layers: readonly string[];
  /** Files from the definition to `source`, both included, when that is another file. */
  readonly via?: readonly string[];
}

/** A simple command. `text` is its words with a blank between them. */
export interface CommandPassage extends Passage {
  readonly words: readonly string[];
  /** Name of what runs, lower case, without folder and `.exe`; see `program.ts`. */
  readonly program: string;
  readonly arguments: readonly string[];
  readonly kind: ProgramKind;
  /** The program is named by a path (`./x`, `/tmp/x`). */
  readonly byPath: boolean;
  /** The image of `docker run IMAGE …`, or an empty string. */
  readonly image: string;
  /** It runs when the image starts that the job builds. */
  readonly atStart?: true;
}

/**
 * printer  shows, searches, moves or fetches text: its arguments are mentioned
 * tool     a known program of another trade: its arguments are referenced
 * other    anything else, a renamed miner included: its arguments are executed
 */
export type ProgramKind = 'printer' | 'tool' | 'other';

/**
 * A text that is not a command: a file written, standard input, a variable, a file of the tree, a
 * file that could not be read (`raw`), `code`: what something other than a shell runs, or what a
 * program that is no text spells (`binary`).
 */
export interface TextPassage extends Passage {
  readonly kind: 'written' | 'input' | 'variable' | 'code' | 'raw' | 'file' | 'binary';
  /** Path of the file, or name of the variable; else empty. */
  readonly name: string;
  /** A later command reads it or runs it. */
  readonly used: boolean;
}

export interface FetchPassage extends Passage {
  readonly url: string;
  /** Name of the file that it is kept in, lower case; empty when it goes into a pipe. */
  readonly name: string;
  /** Run afterwards, in this command text or in a later one of the job. */
  readonly executed: boolean;
}

/** How often, how wide and how long a job runs, on what and with what: what no command says. */
export type JobShape = Pick<
  Job,
  'fanOut' | 'schedules' | 'timeoutSeconds' | 'machine' | 'environment' | 'remoteCode'
>;

export interface JobView {
  readonly name: string;
  /** What rules compare names with. */
  readonly indicators: Indicators;
  /** It builds an image (a Dockerfile): starting a program in the image is for whoever runs it. */
  readonly isImageBuild: boolean;
  readonly shape: JobShape;
  readonly commands: readonly CommandPassage[];
  readonly texts: readonly TextPassage[];
  readonly images: readonly Passage[];
  readonly fetched: readonly FetchPassage[];
  /** Names that a miner's program was given by `mv`, `cp`, `ln` or a download. */
  readonly renamedMiners: ReadonlySet<string>;
}

/** Every passage of the job that may hold words of a rule, in no particular order. */
export function passagesOf(view: JobView): readonly Passage[] {
  return [...view.commands, ...view.texts];
}

/** Where a text stands when words alone count in it: written into a file that nobody reads, not. */
export function textPosition(text: TextPassage): Position {
  if (text.used || text.kind === 'code') return 'executed';
  return text.kind === 'written' ? 'mentioned' : text.position;
}

/**
 * Whether the command runs a program that the job brought along: one that is no known tool and is
 * named by a path, or that was fetched under this name.
 */
export function runsBrought({ program, kind, byPath }: CommandPassage, view: JobView): boolean {
  if (kind !== 'other') return false;
  return byPath || view.fetched.some(({ name }) => name === program);
}

/** What of a job a shell may come to run. */
export function codeOf(job: Job): readonly string[] {
  return [
    ...job.commands.map(({ source }) => source.text),
    ...job.environment.map(({ value }) => value.text),
  ];
}
