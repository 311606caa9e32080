import { policyProblemsMax } from '../base/limits.ts';

/** Every kind of mistake in a policy file. `docs/reference/policy.md` explains each. */
export const POLICY_PROBLEM_CODES = [
  'too-large',
  'not-yaml',
  'too-deep',
  'too-many-aliases',
  'too-many',
  'wrong-shape',
  'unknown-key',
  'duplicate-key',
  'missing-key',
  'wrong-value',
  'duplicate-id',
  'unknown-rule',
  'cel-too-long',
  'cel-too-deep',
  'cel-too-large',
  'cel-syntax',
  'cel-unsupported',
  'cel-type',
  'cel-pattern',
  'cel-cost',
  'unknown-fact',
  'unavailable-fact',
  'impossible-value',
  'missing-unsaid',
  'reason-syntax',
] as const;

export type PolicyProblemCode = (typeof POLICY_PROBLEM_CODES)[number];

export interface PolicyProblem {
  readonly code: PolicyProblemCode;
  readonly message: string;
  /** Line and column in the file, both from 1. */
  readonly line: number;
  readonly column: number;
  /** Id of the rule that it stands in. */
  readonly rule?: string;
}

/** Collects the problems of one file up to `policyProblemsMax`, and knows lines and columns. */
export class PolicyProblems {
  /** The rule that is being read. */
  rule: string | undefined;
  readonly #text: string;
  readonly #problems: PolicyProblem[] = [];
  #lineStarts: readonly number[] | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  get none(): boolean {
    return this.#problems.length === 0;
  }

  /** Reading stops here: a hostile file must not cost more than the problems it shows. */
  get full(): boolean {
    return this.#problems.length >= policyProblemsMax;
  }

  add(code: PolicyProblemCode, message: string, offset: number): void {
    this.#push({ code, message, ...this.#placeOf(offset) });
  }

  addAt(code: PolicyProblemCode, message: string, line: number, column: number): void {
    this.#push({ code, message, line, column });
  }

  lineOf(offset: number): number {
    return this.#placeOf(offset).line;
  }

  /** In the order of the file. */
  sorted(): readonly PolicyProblem[] {
    return this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  #push(problem: PolicyProblem): void {
    if (this.full) return;
    this.#problems.push(this.rule === undefined ? problem : { ...problem, rule: this.rule });
  }

  /** Lines are found once: 100 problems and 2,000 tests in 1 MiB cost one pass over it. */
  #placeOf(offset: number): { line: number; column: number } {
    this.#lineStarts ??= lineStartsOf(this.#text);
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}
