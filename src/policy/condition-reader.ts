/** Conditions of a policy file: of its rules and of its tiers, with one bound for all of them. */
import { celCostMax, celTotalLengthMax } from '../base/limits.ts';
import type { YamlNode, YamlScalar } from '../base/yaml.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import type { FactName, Facts } from '../model/fact.ts';
import { checkCel } from './cel/check-cel.ts';
import { type Condition, compileCel } from './cel/compile-cel.ts';
import { celCost } from './cel/cost.ts';
import { type CelProblem, parseCel } from './cel/parse-cel.ts';
import { missableFacts, partsOf, type Term } from './cel/term.ts';
import type { PolicyProblems } from './policy-problem.ts';
import { positionInScalar } from './scalar-position.ts';
import { readChoice, readScalar } from './yaml-fields.ts';

export interface ReadCondition {
  /** Estimated steps at worst. */
  readonly cost: number;
  readonly fires: (facts: Facts) => boolean;
}

type Missing = 'skip' | 'fire';

export class ConditionReader {
  readonly #text: string;
  readonly #problems: PolicyProblems;
  #length = 0;

  constructor(text: string, problems: PolicyProblems) {
    this.#text = text;
    this.#problems = problems;
  }

  /**
   * Without checkpoints nothing is known of its facts, and the mistake was told already. Facts that
   * are `unknown` stand there only once this condition was asked.
   */
  read(
    { when, missing }: { readonly when?: YamlNode; readonly missing?: YamlNode },
    at: readonly Checkpoint[],
    unknown: (name: FactName) => boolean = () => false,
  ): ReadCondition | null {
    const told =
      missing && readChoice<Missing>(missing, 'missing', ['skip', 'fire'], this.#problems);
    const scalar = when === undefined ? null : readScalar(when, 'when', this.#problems);
    if (scalar === null || at.length === 0) return null;
    const term = this.#term(scalar, at);
    if (term === null) return null;
    this.#checkFacts(term, scalar, missing !== undefined, unknown);
    const cost = Math.round(celCost(term));
    if (cost > celCostMax) {
      const message = `the condition may cost ${cost} steps, at most ${celCostMax} are taken`;
      this.#problems.add('cel-cost', message, scalar.start);
      return null;
    }
    return { cost, fires: firing(compileCel(term), told ?? 'skip') };
  }

  reporterIn(scalar: YamlScalar): (problem: CelProblem) => void {
    return ({ code, message, offset }) => {
      if (this.#problems.full) return;
      this.#problems.add(code, message, positionInScalar(this.#text, scalar, offset));
    };
  }

  #checkFacts(
    term: Term,
    scalar: YamlScalar,
    isSaid: boolean,
    unknown: (name: FactName) => boolean,
  ): void {
    const early = factsOf(term).find(unknown);
    if (early !== undefined) {
      const message = `${early} is not known yet where this condition is asked`;
      this.#problems.add('unavailable-fact', message, scalar.start);
    }
    const [missable] = missableFacts(term);
    if (missable === undefined || isSaid) return;
    const message = `${missable} may be missing: say "missing: skip" or "missing: fire"`;
    this.#problems.add('missing-unsaid', message, scalar.start);
  }

  #term(scalar: YamlScalar, at: readonly Checkpoint[]): Term | null {
    const report = this.reporterIn(scalar);
    this.#length += scalar.value.length;
    if (this.#length > celTotalLengthMax) {
      const message = `the conditions of a policy have ${celTotalLengthMax} characters at most`;
      report({ code: 'too-many', message, offset: 0 });
      return null;
    }
    const tree = parseCel(scalar.value);
    if (tree.ok) return checkCel(tree.value, scalar.value, { checkpoints: at, report });
    report(tree.error);
    return null;
  }
}

function factsOf(term: Term): readonly FactName[] {
  if (term.kind === 'fact' || term.kind === 'known') return [term.name];
  return partsOf(term).flatMap(factsOf);
}

/** A fact that should always be there and is not counts as missing, and nothing fires. */
function firing(condition: Condition, missing: Missing): (facts: Facts) => boolean {
  const whenMissing = missing === 'fire';
  return (facts) => condition(facts) ?? whenMissing;
}
