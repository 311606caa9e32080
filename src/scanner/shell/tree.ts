/**
 * What a run may ask of the tree that its text belongs to. A file that is run is run in place of
 * the command that runs it, as a text of its own: its commands stand where they stand in that file,
 * see the variables of their caller and get its arguments. That is what joins a pool in a script
 * with the address in the workflow that calls it. Nothing is executed.
 */
import type { SourceText } from '../../model/source-text.ts';
import type { Printed } from './printed.ts';
import type { Language } from './program-call.ts';

/** The text that commands stand in: the job's own, or a file of the tree that it runs. */
export interface Origin {
  readonly source: SourceText;
  /** Files from the definition to this one, both included; empty for the job's own text. */
  readonly via: readonly string[];
}

/** The command that names something of the tree. */
export interface Caller extends Origin {
  readonly start: number;
  readonly end: number;
}

/** What a file holds that the commands before wrote, or null. */
export type Written = (path: string) => Printed | null;

/** Something of the tree that a command runs. Paths are relative to the tree. */
export type TreeCall =
  /** A script. `known`: an interpreter is told to run it, so that it is one whatever its name. */
  | {
      readonly kind: 'script';
      readonly path: string;
      readonly language: Language;
      readonly known: boolean;
    }
  /** Jobs of a file that names them: targets of a Makefile, scripts of a `package.json`. */
  | {
      readonly kind: 'jobs';
      /** Where the file may be, likeliest first. */
      readonly paths: readonly string[];
      /** Each is run if it is there. None means the first of the file. */
      readonly jobs: readonly string[];
      /** The folder that the jobs run in. */
      readonly folder: string;
      /** Its text when it comes by standard input. */
      readonly text: string | null;
      /** Variables that are given on the command line. */
      readonly given: readonly (readonly [name: string, value: string])[];
      /** What a variable of the caller holds. */
      readonly variable?: (name: string) => string | null;
    }
  /** A definition that runs on its own: a Dockerfile, a Compose file, a manifest. */
  | {
      readonly kind: 'definition';
      /** Where it may be, likeliest first. */
      readonly paths: readonly string[];
      /** Its text when it comes by standard input. */
      readonly text: string | null;
      /** What it is when its name does not say it. */
      readonly dialect: string;
      /** Variables that it is given. */
      readonly environment: ReadonlyMap<string, string>;
      /** Those of its jobs that are run; none means all. */
      readonly jobs: readonly string[];
    }
  /** A module of Python that is run if the tree has it. */
  | { readonly kind: 'module'; readonly paths: readonly string[] }
  /** Files that a tool of another trade runs: `tox.ini`, `setup.py`, a playbook. */
  | { readonly kind: 'code'; readonly paths: readonly string[] }
  /** Something that lies outside, by what is done with it: `builds https://…`. */
  | { readonly kind: 'outside'; readonly what: string };

/** A text that runs in place of the command that names it. */
export interface TreeText {
  readonly origin: Origin;
  /** Set where a command of the job wrote it: then it stands where its caller does. */
  readonly made?: string;
  /** What a program that is no text spells. It is looked at and not run. */
  readonly strings?: string;
  readonly language: Language;
  /** Variables that the file sets for it. */
  readonly environment: readonly (readonly [name: string, value: string])[];
}

export interface Tree {
  /** An earlier command of the job wrote a file. */
  readonly hasWritten: boolean;
  readonly written: Written;
  /** What a file of the tree holds; null when it is unknown. */
  contentOf(path: string): Printed | null;
  /** What running this comes to, in order; null when the tree does not hold it. */
  open(call: TreeCall, caller: Caller, written: Written): readonly TreeText[] | null;
  /** Something named in `caller` that could not be read, a short sentence. */
  unread(sentence: string, caller: Origin): void;
}

/** For a text that belongs to no tree. */
export const NO_TREE: Tree = {
  hasWritten: false,
  written: () => null,
  contentOf: () => null,
  open: () => null,
  unread: () => {},
};

export function viaOf(caller: Origin, path: string): readonly string[] {
  return caller.via.length === 0 ? [caller.source.path, path] : [...caller.via, path];
}
