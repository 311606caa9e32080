/**
 * The checker: from the parser's tree to a `Term`, or to every problem it can find. Names must be
 * facts of all the rule's checkpoints, operators must get their types, folds may nest
 * `celNestingMax` deep, and the whole may have `celNodesMax` nodes. What CEL has beyond that (maps,
 * messages, indexing, conversions …) is refused by name, so that an accepted condition means in
 * Davylamp what it means in any CEL, and cannot fail when it runs: it is true, false or missing.
 */
import { celDepthMax, celListMax, celNestingMax, celNodesMax } from '../../base/limits.ts';
import type { Checkpoint } from '../../model/checkpoint.ts';
import { FACT_NAMES, FACTS, type FactSpec, isFactName } from '../../model/fact.ts';
import { didYouMean } from '../nearest.ts';
import type { PolicyProblemCode } from '../policy-problem.ts';
import { quote } from '../quote.ts';
import { ITEM_OF, isList, TYPE_OF_FACT } from './cel-type.ts';
import { FUNCTION_NAMES, METHOD_NAMES, OPERATORS, typeName } from './operators.ts';
import { type CelNode, type CelProblem, type CelTree, TOO_DEEP } from './parse-cel.ts';
import { type Fold, MACROS, type Macro, type Term } from './term.ts';
import { wholeMax } from './whole-max.ts';

export interface CheckScope {
  /** Where the condition runs: each fact must exist at all of them. */
  readonly checkpoints: readonly Checkpoint[];
  readonly report: (problem: CelProblem) => void;
}

/** The checked condition, or null when something was reported. */
export function checkCel(tree: CelTree, text: string, scope: CheckScope): Term | null {
  const checker = new Checker(tree, text, scope);
  const term = checker.term(tree.expr, 1);
  if (term === null || term.type === 'bool') return term;
  const message = `a condition is true or false, and this is a ${typeName(term.type)}`;
  scope.report({ code: 'cel-type', message, offset: 0 });
  return null;
}

/** Why a fact may not be read at these checkpoints, or null. */
export function factProblem(
  name: string,
  checkpoints: readonly Checkpoint[],
): Omit<CelProblem, 'offset'> | null {
  if (!isFactName(name)) {
    const message = `${quote(name)} is not a fact${didYouMean(name, FACT_NAMES)}`;
    return { code: 'unknown-fact', message };
  }
  const spec: FactSpec = FACTS[name];
  const without = checkpoints.find((c) => spec.checkpoints?.includes(c) === false);
  if (without === undefined) return null;
  const where = spec.checkpoints?.join(', ');
  const message = `there is no ${name} at ${without}, only at ${where}`;
  return { code: 'unavailable-fact', message };
}

type ComprehensionNode = Extract<CelNode['exprKind'], { case: 'comprehensionExpr' }>['value'];
type SelectNode = Extract<CelNode['exprKind'], { case: 'selectExpr' }>['value'];
type CallNode = Extract<CelNode['exprKind'], { case: 'callExpr' }>['value'];
type ConstantNode = Extract<CelNode['exprKind'], { case: 'constExpr' }>['value'];

interface Path {
  readonly name: string;
  readonly offset: number;
}

class Checker {
  readonly #tree: CelTree;
  readonly #text: string;
  readonly #scope: CheckScope;
  readonly #variables: { readonly name: string; readonly term: Term }[] = [];
  #nodes = 0;

  constructor(tree: CelTree, text: string, scope: CheckScope) {
    this.#tree = tree;
    this.#text = text;
    this.#scope = scope;
  }

  term(node: CelNode | undefined, depth: number): Term | null {
    if (node === undefined) return null;
    this.#nodes++;
    // Said once: the walk stops here, and the nodes behind are not counted.
    if (this.#nodes > celNodesMax + 1) return null;
    if (this.#nodes > celNodesMax) {
      return this.#wrong('cel-too-large', `a condition has at most ${celNodesMax} parts`, node);
    }
    if (depth > celDepthMax) return this.#wrong('cel-too-deep', TOO_DEEP, node);
    const { exprKind } = node;
    switch (exprKind.case) {
      case 'constExpr':
        return this.#constant(node, exprKind.value);
      case 'identExpr':
      case 'selectExpr':
        return this.#name(node);
      case 'callExpr':
        return this.#call(node, exprKind.value, depth);
      case 'listExpr':
        return this.#list(node, exprKind.value.elements, depth);
      case 'comprehensionExpr':
        return this.#fold(node, exprKind.value, depth);
      default:
        return this.#unsupported('maps and messages are', node);
    }
  }

  #constant(node: CelNode, { constantKind }: ConstantNode): Term | null {
    switch (constantKind.case) {
      case 'stringValue':
        return { kind: 'literal', type: 'string', value: constantKind.value };
      case 'boolValue':
        return { kind: 'literal', type: 'bool', value: constantKind.value };
      case 'doubleValue':
        return { kind: 'literal', type: 'double', value: constantKind.value };
      case 'int64Value': {
        const value = Number(constantKind.value);
        if (Number.isSafeInteger(value)) return { kind: 'literal', type: 'int', value };
        return this.#wrong('cel-type', 'an int is smaller than 2^53', node);
      }
      default:
        return this.#unsupported(`${constantKind.case?.replace('Value', '')} literals are`, node);
    }
  }

  /** A variable of a fold, a fact, or `has(fact)`. */
  #name(node: CelNode): Term | null {
    const path = this.#path(node);
    if (path === null) return this.#unsupported('fields of anything but facts are', node);
    const variable = this.#variables.find((v) => v.name === path.name);
    if (variable !== undefined) return variable.term;
    const problem = factProblem(path.name, this.#scope.checkpoints);
    if (problem !== null) {
      this.#scope.report({ ...problem, offset: path.offset });
      return null;
    }
    if (!isFactName(path.name)) return null;
    const isTest = node.exprKind.case === 'selectExpr' && node.exprKind.value.testOnly;
    if (isTest) return { kind: 'known', type: 'bool', name: path.name };
    return { kind: 'fact', type: TYPE_OF_FACT[FACTS[path.name].type], name: path.name };
  }

  /** `a.b.c` and where it starts; null when a call or the like stands at its root. */
  #path(node: CelNode): Path | null {
    const fields: string[] = [];
    let root: CelNode | undefined = node;
    while (root?.exprKind.case === 'selectExpr') {
      const select: SelectNode = root.exprKind.value;
      fields.unshift(select.field);
      root = select.operand;
    }
    if (root?.exprKind.case !== 'identExpr') return null;
    const name = [root.exprKind.value.name, ...fields].join('.');
    return { name, offset: this.#offset(root) };
  }

  #list(node: CelNode, elements: readonly CelNode[], depth: number): Term | null {
    if (elements.length > celListMax) {
      return this.#wrong('cel-too-large', `a list has at most ${celListMax} items`, node);
    }
    const items = this.#terms(elements, depth);
    if (items === null) return null;
    const [first] = items;
    if (first === undefined) return { kind: 'list', type: 'list<nothing>', items };
    const odd = items.findIndex((item) => item.type !== first.type);
    if (isList(first.type) || odd !== -1) {
      const found = typeName((items[odd] ?? first).type);
      const message = `a list holds items of one simple type; this is a ${found}`;
      return this.#wrong('cel-type', message, elements[Math.max(odd, 0)] ?? node);
    }
    return { kind: 'list', type: `list<${first.type}>`, items };
  }

  #call(node: CelNode, call: CallNode, depth: number): Term | null {
    const written = call.target === undefined ? call.args : [call.target, ...call.args];
    const spec = this.#callable(call) ? OPERATORS.get(call.function) : undefined;
    if (spec === undefined) return this.#unknownCall(node, call);
    if (written.length !== spec.arity) {
      const count = spec.arity - (call.target === undefined ? 0 : 1);
      const message = `${spec.shown} takes ${count} argument${count === 1 ? '' : 's'}`;
      return this.#wrong('cel-type', message, node);
    }
    const args = this.#terms(written, depth);
    if (args === null) return null;
    const applied = spec.apply(args);
    if (applied.ok) return applied.value;
    const { code, message, argument } = applied.error;
    return this.#wrong(code, message, argument === undefined ? node : (written[argument] ?? node));
  }

  /** Words are called in their own form; operators, by their mangled names, have no target. */
  #callable(call: CallNode): boolean {
    const isMethod = METHOD_NAMES.includes(call.function);
    if (call.target !== undefined) return isMethod;
    return !isMethod || FUNCTION_NAMES.includes(call.function);
  }

  #unknownCall(node: CelNode, call: CallNode): null {
    if (call.function === '_[_]') return this.#unsupported('indexing is', node);
    if (call.function === 'has') {
      return this.#unsupported('has() of anything but a fact with a dot is', node);
    }
    const known = call.target === undefined ? FUNCTION_NAMES : [...METHOD_NAMES, ...MACROS];
    const message = `${quote(call.function)} is not a function that conditions have`;
    return this.#wrong('cel-unsupported', message + didYouMean(call.function, known), node);
  }

  /** The macro behind a comprehension: its name is kept, and its parts have fixed places. */
  #fold(node: CelNode, comprehension: ComprehensionNode, depth: number): Term | null {
    const called = this.#tree.sourceInfo?.macroCalls[String(node.id)]?.exprKind;
    const macro = called?.case === 'callExpr' ? macroOf(called.value.function) : null;
    if (macro === null) return this.#unsupported('map() is', node);
    const slot = this.#variables.length;
    if (slot >= celNestingMax) {
      const message = `exists, all … stand in one another at most ${celNestingMax} deep`;
      return this.#wrong('cel-too-deep', message, node);
    }
    const list = this.term(comprehension.iterRange, depth + 1);
    if (list === null) return null;
    if (!isList(list.type)) {
      return this.#wrong('cel-type', `${macro}() walks a list, not a ${typeName(list.type)}`, node);
    }
    const item = ITEM_OF[list.type];
    if (item === 'nothing') return this.#wrong('cel-type', 'the list is always empty', node);
    if (this.#refusesVariable(comprehension.iterVar, node)) return null;
    const testNode = testOf(macro, comprehension);
    const variable: Term = { kind: 'variable', type: item, slot, itemMax: wholeMax(list) };
    this.#variables.push({ name: comprehension.iterVar, term: variable });
    const test = this.term(testNode, depth + 1);
    this.#variables.pop();
    if (test === null) return null;
    if (test.type !== 'bool') {
      return this.#wrong('cel-type', `${macro}() tests with a bool`, testNode ?? node);
    }
    const type: Fold['type'] = macro === 'filter' ? list.type : 'bool';
    return { kind: 'fold', type, macro, slot, list, test };
  }

  /** A variable that hides a fact or another variable reads as something that it is not. */
  #refusesVariable(name: string, node: CelNode): boolean {
    const taken =
      this.#variables.some((v) => v.name === name) ||
      FACT_NAMES.some((fact) => fact === name || fact.startsWith(`${name}.`));
    if (taken) this.#wrong('cel-type', `the name ${quote(name)} is taken`, node);
    return taken;
  }

  /** All of them are checked, so that all their problems are told. */
  #terms(nodes: readonly CelNode[], depth: number): readonly Term[] | null {
    const terms = nodes.map((node) => this.term(node, depth + 1));
    return terms.every((term) => term !== null) ? terms : null;
  }

  #unsupported(what: string, node: CelNode): null {
    return this.#wrong('cel-unsupported', `${what} not part of conditions`, node);
  }

  #wrong(code: PolicyProblemCode, message: string, node: CelNode): null {
    this.#scope.report({ code, message, offset: this.#offset(node) });
    return null;
  }

  /** Where a name, an operator or a literal starts. */
  #offset(node: CelNode): number {
    const { exprKind } = node;
    const path = exprKind.case === 'selectExpr' ? this.#path(node) : null;
    if (path !== null) return path.offset;
    let offset = this.#tree.sourceInfo?.positions[String(node.id)] ?? 0;
    // The parser counts blanks before an operator to it, and a method from its dot on.
    while (this.#text[offset]?.trim() === '' || this.#text[offset] === '.') offset++;
    return offset;
  }
}

function macroOf(name: string): Macro | null {
  if (name === 'existsOne') return 'exists_one';
  return MACROS.find((macro) => macro === name) ?? null;
}

/** exists is `result || test`, all is `result && test`, the others are `test ? … : result`. */
function testOf(macro: Macro, { loopStep }: ComprehensionNode): CelNode | undefined {
  const args = loopStep?.exprKind.case === 'callExpr' ? loopStep.exprKind.value.args : [];
  return macro === 'exists' || macro === 'all' ? args[1] : args[0];
}
