/**
 * The tree that the parser makes of a shell text. Control flow is flattened: which branch of an
 * `if` runs is not known before it runs, so all of them stand in one list and all are judged, each
 * as a branch that may not run.
 */

import type { Field } from './variables.ts';

/** Offsets in the outermost source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  /** A template's expression, filled in before the shell sees it: `${{ github.ref }}`. */
  | { readonly kind: 'opaque'; readonly text: string; readonly quoted: boolean }
  | ParameterPart
  | { readonly kind: 'arithmetic'; readonly inner: WordTree; readonly raw: string }
  | SubstitutionPart
  /** `<( … )`; `>( … )` has its commands but prints nothing. */
  | { readonly kind: 'process'; readonly body: List; readonly raw: string };

/** `$( … )` and `` ` … ` ``. */
export interface SubstitutionPart {
  readonly kind: 'substitution';
  readonly body: List;
  readonly raw: string;
  readonly quoted: boolean;
}

/** `$NAME` and `${NAME…}`. */
export interface ParameterPart {
  readonly kind: 'parameter';
  readonly name: string;
  /** Text between brackets: `@`, `0`, or null. */
  readonly index: string | null;
  /** `:-`, `##`, `//` …, `!` for indirection, `length` for `${#NAME}`; empty for a plain one. */
  readonly operator: string;
  readonly argument: WordTree | null;
  /** What a match is replaced by, for the operators that begin with `/`. */
  readonly replacement: WordTree | null;
  readonly raw: string;
  readonly quoted: boolean;
}

export interface WordTree {
  readonly parts: readonly Part[];
  /** Nothing but unquoted text, so that it can be a control word, a name or a number. */
  readonly plain: boolean;
  /** An unquoted `{` stands in it, so that braces may expand. */
  readonly brace: boolean;
}

export interface Assignment {
  readonly name: string;
  /** Text between brackets, as in `A[key]=`; null for a variable or a whole list. */
  readonly index: string | null;
  readonly append: boolean;
  readonly value: WordTree | readonly WordTree[];
}

export interface Redirect {
  /** `<`, `>`, `>>`, `<<<`, `<<`, `&>`, `>&` … */
  readonly operator: string;
  /** Descriptor before the operator, or -1. */
  readonly descriptor: number;
  /** The file, the here-string, or the body of a here-document, which is read later. */
  target: WordTree;
}

export interface SimpleNode extends Span {
  readonly kind: 'simple';
  /** The words when nothing in them is to be expanded; `expand.ts` keeps them here. */
  fixed: readonly Field[] | null | undefined;
  readonly assignments: readonly Assignment[];
  readonly words: readonly WordTree[];
  readonly redirects: readonly Redirect[];
}

/**
 * Commands that run all or not at all: behind `then`, `do`, `else`, `&&`, `||`, or in a clause of
 * a `case`.
 */
export interface BranchNode {
  readonly kind: 'branch';
  readonly body: List;
}

/**
 * Braces, a subshell or what runs in the background (`scoped`), and all branches of `if`, `while`,
 * `until` and `case`.
 */
export interface GroupNode {
  readonly kind: 'group';
  readonly body: List;
  readonly redirects: readonly Redirect[];
  readonly scoped: boolean;
  /** `while` or `until`: the body may run again for the next line of its input. */
  readonly loop: boolean;
  readonly span: Span;
}

export type Node =
  | SimpleNode
  | { readonly kind: 'pipeline'; readonly stages: readonly Node[] }
  | GroupNode
  | BranchNode
  | {
      readonly kind: 'for';
      readonly name: string;
      /** Null for a loop over the positional parameters, or one that counts. */
      readonly items: readonly WordTree[] | null;
      /** What `((A; B; C))` calculates before it, before each round, and behind each. */
      readonly counting: readonly [string, string, string] | null;
      readonly body: List;
      readonly redirects: readonly Redirect[];
      readonly span: Span;
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: Node };

export type List = readonly Node[];

export const EMPTY_WORD: WordTree = { parts: [], plain: false, brace: false };

/** `$NAME` */
export function plainParameter(name: string, raw: string, quoted: boolean): Part {
  return {
    ...{ kind: 'parameter', name, index: null, operator: '' },
    ...{ argument: null, replacement: null, raw, quoted },
  };
}
