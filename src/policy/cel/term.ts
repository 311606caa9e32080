/**
 * A checked condition: CEL after every name has been found, every operator has its types, and every
 * macro has been recognised again from the comprehension that the parser made of it. `&&` and `||`
 * are flat. A term holds no position: whatever is wrong was said while it was made.
 */
import { FACTS, type FactName } from '../../model/fact.ts';
import type { CelType, ListType } from './cel-type.ts';

export type Term =
  | { readonly kind: 'literal'; readonly type: CelType; readonly value: string | number | boolean }
  | { readonly kind: 'fact'; readonly type: CelType; readonly name: FactName }
  /** `has(fact)`: whether it is known. */
  | { readonly kind: 'known'; readonly type: 'bool'; readonly name: FactName }
  | Variable
  | { readonly kind: 'list'; readonly type: ListType; readonly items: readonly Term[] }
  | { readonly kind: 'not'; readonly type: 'bool'; readonly of: Term }
  | { readonly kind: 'and' | 'or'; readonly type: 'bool'; readonly terms: readonly Term[] }
  | Choice
  | Comparison
  | Arithmetic
  | { readonly kind: 'member'; readonly type: 'bool'; readonly item: Term; readonly list: Term }
  | TextTest
  | { readonly kind: 'matches'; readonly type: 'bool'; readonly text: Term; readonly regex: string }
  | { readonly kind: 'size'; readonly type: 'int'; readonly of: Term }
  | { readonly kind: 'double'; readonly type: 'double'; readonly of: Term }
  | Fold;

/** The item of the fold that is `slot` folds deep. */
export interface Variable {
  readonly kind: 'variable';
  readonly type: CelType;
  readonly slot: number;
  /** The largest magnitude of an int item; see `whole-max.ts`. */
  readonly itemMax: number;
}

export interface Choice {
  readonly kind: 'choice';
  readonly type: CelType;
  readonly condition: Term;
  readonly whenTrue: Term;
  readonly whenFalse: Term;
}

export type Relation = '==' | '!=' | '<' | '<=' | '>' | '>=';

export interface Comparison {
  readonly kind: 'comparison';
  readonly type: 'bool';
  readonly relation: Relation;
  readonly left: Term;
  readonly right: Term;
}

export type Operator = '+' | '-' | '*' | '/' | '%';

/** `-x` is `0 - x` for whole numbers and `-1.0 * x` for doubles, which keeps -0.0. */
export interface Arithmetic {
  readonly kind: 'arithmetic';
  readonly type: 'int' | 'double' | 'string';
  readonly operator: Operator;
  readonly left: Term;
  readonly right: Term;
}

export const TEXT_TESTS = ['contains', 'startsWith', 'endsWith'] as const;

export interface TextTest {
  readonly kind: 'text-test';
  readonly type: 'bool';
  readonly test: (typeof TEXT_TESTS)[number];
  readonly text: Term;
  readonly part: Term;
}

export const MACROS = ['exists', 'all', 'exists_one', 'filter'] as const;
export type Macro = (typeof MACROS)[number];

/** `list.macro(item, test)`. */
export interface Fold {
  readonly kind: 'fold';
  readonly type: 'bool' | ListType;
  readonly macro: Macro;
  readonly slot: number;
  readonly list: Term;
  readonly test: Term;
}

/** Facts that a condition reads and that may be missing, `has` aside, in its order. */
export function missableFacts(term: Term): readonly FactName[] {
  if (term.kind === 'fact') return FACTS[term.name].always ? [] : [term.name];
  return [...new Set(partsOf(term).flatMap(missableFacts))];
}

/** The terms that a term is made of. */
export function partsOf(term: Term): readonly Term[] {
  switch (term.kind) {
    case 'literal':
    case 'fact':
    case 'known':
    case 'variable':
      return [];
    case 'list':
      return term.items;
    case 'and':
    case 'or':
      return term.terms;
    case 'not':
    case 'size':
    case 'double':
      return [term.of];
    case 'choice':
      return [term.condition, term.whenTrue, term.whenFalse];
    case 'comparison':
    case 'arithmetic':
      return [term.left, term.right];
    case 'member':
      return [term.item, term.list];
    case 'text-test':
      return [term.text, term.part];
    case 'matches':
      return [term.text];
    case 'fold':
      return [term.list, term.test];
  }
}
