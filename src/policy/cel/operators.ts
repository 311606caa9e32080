/**
 * Operators and functions by the name that the parser gives them: each takes checked arguments and
 * answers with a term or with what is wrong. CEL's own rules: `int` and `double` compare with each
 * other but do not add up, and nothing is converted silently.
 */
import { assert } from '../../base/assert.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { FACTS, type FactSpec } from '../../model/fact.ts';
import { didYouMean } from '../nearest.ts';
import type { PolicyProblemCode } from '../policy-problem.ts';
import { quote } from '../quote.ts';
import { patternProblem } from './cel-pattern.ts';
import { areComparable, type CelType, ITEM_OF, isList, isNumber } from './cel-type.ts';
import {
  type Arithmetic,
  type Choice,
  type Operator,
  type Relation,
  TEXT_TESTS,
  type Term,
  type TextTest,
} from './term.ts';
import { wholeMax } from './whole-max.ts';

export interface OperatorProblem {
  readonly code: PolicyProblemCode;
  readonly message: string;
  /** The argument to point at; the operator itself when absent. */
  readonly argument?: number;
}

export type Applied = Result<Term, OperatorProblem>;

interface OperatorSpec {
  /** How it is written, for messages. */
  readonly shown: string;
  readonly arity: number;
  readonly apply: (args: readonly Term[]) => Applied;
}

const RELATIONS: readonly Relation[] = ['==', '!=', '<', '<=', '>', '>='];
const ARITHMETIC: readonly Operator[] = ['+', '-', '*', '/', '%'];

/** What stands in front of the dot is the first argument, as in `size(x)` and `x.size()`. */
export const OPERATORS: ReadonlyMap<string, OperatorSpec> = new Map([
  ...RELATIONS.map((r) => entry(`_${r}_`, r, 2, ([a, b]) => comparison(r, at(a), at(b)))),
  ...ARITHMETIC.map((o) => entry(`_${o}_`, o, 2, ([a, b]) => arithmetic(o, at(a), at(b)))),
  entry('_&&_', '&&', 2, (args) => logic('and', '&&', args)),
  entry('_||_', '||', 2, (args) => logic('or', '||', args)),
  entry('!_', '!', 1, ([of]) => not(at(of))),
  entry('-_', '-', 1, ([of]) => negation(at(of))),
  entry('_?_:_', '? :', 3, ([condition, whenTrue, whenFalse]) =>
    choice({ condition: at(condition), whenTrue: at(whenTrue), whenFalse: at(whenFalse) }),
  ),
  entry('@in', 'in', 2, ([item, list]) => member(at(item), at(list))),
  ...TEXT_TESTS.map((t) =>
    entry(t, `${t}()`, 2, ([text, part]) => textTest(t, at(text), at(part))),
  ),
  entry('matches', 'matches()', 2, ([text, regex]) => matches(at(text), at(regex))),
  entry('size', 'size()', 1, ([of]) => size(at(of))),
  entry('double', 'double()', 1, ([of]) => toDouble(at(of))),
]);

/** Functions that are called after a dot; the others of the table are operators or `size`. */
export const METHOD_NAMES: readonly string[] = [...TEXT_TESTS, 'matches', 'size'];
export const FUNCTION_NAMES: readonly string[] = ['size', 'double'];

export function typeName(type: CelType): string {
  return type === 'double' ? 'number' : type;
}

function entry(
  name: string,
  shown: string,
  arity: number,
  apply: (args: readonly Term[]) => Applied,
): [string, OperatorSpec] {
  return [name, { shown, arity, apply }];
}

/** The caller counted the arguments, so there is one. */
function at(term: Term | undefined): Term {
  assert(term !== undefined, 'an operator got fewer arguments than its arity');
  return term;
}

function wrong(message: string, argument?: number): Applied {
  return fail({ code: 'cel-type', message, ...(argument === undefined ? {} : { argument }) });
}

function comparison(relation: Relation, left: Term, right: Term): Applied {
  if (relation === '==' || relation === '!=') {
    if (!areComparable(left.type, right.type)) return wrong(unlike(relation, left, right));
    const impossible = impossibleIn(left, right) ?? impossibleIn(right, left);
    if (impossible !== null) return fail(impossible);
  } else {
    const orders = (isNumber(left.type) && isNumber(right.type)) || bothStrings(left, right);
    if (!orders) return wrong(unlike(relation, left, right));
  }
  return ok({ kind: 'comparison', type: 'bool', relation, left, right });
}

function bothStrings(left: Term, right: Term): boolean {
  return left.type === 'string' && right.type === 'string';
}

function unlike(shown: string, left: Term, right: Term): string {
  return `${shown} cannot take ${typeName(left.type)} and ${typeName(right.type)}`;
}

/** A string fact of few values is compared with one that it never has: surely a slip. */
function impossibleIn(fact: Term, value: Term): OperatorProblem | null {
  if (fact.kind !== 'fact' || value.kind !== 'literal') return null;
  const { values }: FactSpec = FACTS[fact.name];
  if (values === undefined || values.includes(String(value.value))) return null;
  const text = String(value.value);
  const message = `${fact.name} is never ${quote(text)}${didYouMean(text, values)}`;
  return { code: 'impossible-value', message };
}

function arithmetic(operator: Operator, left: Term, right: Term): Applied {
  const { type } = left;
  if (operator === '+' && bothStrings(left, right)) return calculation('string', '+', left, right);
  if (!isNumber(type) || !isNumber(right.type)) return wrong(unlike(operator, left, right));
  if (type !== right.type) {
    const advice = 'write a literal with a point (24.0), or double(…) around the int';
    return wrong(`${unlike(operator, left, right)}: ${advice}`);
  }
  if (type === 'double') {
    if (operator === '%') return wrong('% takes two ints, and a fact is never an int');
    return calculation(type, operator, left, right);
  }
  if ((operator === '/' || operator === '%') && !isNonZeroLiteral(right)) {
    return wrong(`an int is divided by a literal other than 0 only`, 1);
  }
  return calculation(type, operator, left, right);
}

function calculation(
  type: Arithmetic['type'],
  operator: Operator,
  left: Term,
  right: Term,
): Applied {
  const term: Arithmetic = { kind: 'arithmetic', type, operator, left, right };
  if (wholeMax(term) > Number.MAX_SAFE_INTEGER) return wrong('the int could pass 2^53');
  return ok(term);
}

function isNonZeroLiteral(term: Term): boolean {
  return term.kind === 'literal' && term.value !== 0;
}

function negation(of: Term): Applied {
  if (of.type === 'int') return calculation('int', '-', { ...ZERO, type: 'int' }, of);
  if (of.type === 'double') return calculation('double', '*', { ...ZERO, value: -1 }, of);
  return wrong(`- cannot take ${typeName(of.type)}`);
}

const ZERO = { kind: 'literal', type: 'double', value: 0 } as const;

function logic(kind: 'and' | 'or', shown: string, args: readonly Term[]): Applied {
  for (const [i, arg] of args.entries()) {
    if (arg.type !== 'bool') return wrong(`${shown} cannot take ${typeName(arg.type)}`, i);
  }
  return ok({ kind, type: 'bool', terms: args.flatMap((a) => (a.kind === kind ? a.terms : [a])) });
}

function not(of: Term): Applied {
  if (of.type !== 'bool') return wrong(`! cannot take ${typeName(of.type)}`);
  return ok({ kind: 'not', type: 'bool', of });
}

function choice(parts: Pick<Choice, 'condition' | 'whenTrue' | 'whenFalse'>): Applied {
  const { condition, whenTrue, whenFalse } = parts;
  if (condition.type !== 'bool') return wrong('before ? stands a bool', 0);
  if (whenTrue.type !== whenFalse.type) {
    const types = `${typeName(whenTrue.type)} and ${typeName(whenFalse.type)}`;
    return wrong(`both outcomes of ? : have one type, not ${types}`, 2);
  }
  return ok({ kind: 'choice', type: whenTrue.type, ...parts });
}

function member(item: Term, list: Term): Applied {
  if (!isList(list.type)) return wrong(`behind in stands a list, not ${typeName(list.type)}`, 1);
  const types = ITEM_OF[list.type];
  if (isList(item.type) || !areComparable(item.type, types)) return wrong(unlike('in', item, list));
  for (const value of list.kind === 'list' ? list.items : []) {
    const impossible = impossibleIn(item, value);
    if (impossible !== null) return fail(impossible);
  }
  return ok({ kind: 'member', type: 'bool', item, list });
}

function textTest(test: TextTest['test'], text: Term, part: Term): Applied {
  if (!bothStrings(text, part)) return wrong(unlike(`${test}()`, text, part));
  return ok({ kind: 'text-test', type: 'bool', test, text, part });
}

function matches(text: Term, regex: Term): Applied {
  if (text.type !== 'string') return wrong(`matches() cannot take ${typeName(text.type)}`, 0);
  if (regex.kind !== 'literal' || typeof regex.value !== 'string') {
    return fail({ code: 'cel-pattern', message: 'matches() takes a literal pattern', argument: 1 });
  }
  const problem = patternProblem(regex.value);
  if (problem !== null) return fail({ code: 'cel-pattern', message: problem, argument: 1 });
  return ok({ kind: 'matches', type: 'bool', text, regex: regex.value });
}

function size(of: Term): Applied {
  if (of.type !== 'string' && !isList(of.type)) {
    return wrong(`size() cannot take ${typeName(of.type)}`, 0);
  }
  return ok({ kind: 'size', type: 'int', of });
}

function toDouble(of: Term): Applied {
  if (!isNumber(of.type)) return wrong(`double() cannot take ${typeName(of.type)}`, 0);
  return ok({ kind: 'double', type: 'double', of });
}
