/** The tests that a policy file carries: facts, and what the policy makes of them. */
import {
  celListMax,
  policyRulesMax,
  policyTestNameLengthMax,
  policyTestsMax,
} from '../base/limits.ts';
import type { YamlNode, YamlScalar } from '../base/yaml.ts';
import { ACTIONS, type Action } from '../model/action.ts';
import { CHECKPOINTS, type Checkpoint } from '../model/checkpoint.ts';
import type { Judgement } from '../model/decision.ts';
import type { EventType } from '../model/event.ts';
import { FACTS, type FactName, type FactSpec, type FactValue, isFactName } from '../model/fact.ts';
import { factProblem } from './cel/check-cel.ts';
import { didYouMean } from './nearest.ts';
import type { PolicyProblems } from './policy-problem.ts';
import type { PolicyRule } from './policy-rule.ts';
import { quote } from './quote.ts';
import {
  numberOf,
  readChoice,
  readFields,
  readItems,
  readMap,
  readScalar,
  readText,
} from './yaml-fields.ts';

export interface PolicyTest {
  readonly name: string;
  /** Where it starts in the file. */
  readonly line: number;
  readonly at: Checkpoint;
  /** Given ones, and neutral values of those that are always there. */
  readonly facts: Readonly<Partial<Record<FactName, FactValue>>>;
  readonly expect: Expectation;
}

/** What is not said is not compared. */
export interface Expectation {
  readonly action: Action;
  readonly rules?: readonly string[];
  readonly shadow?: readonly string[];
}

type AlwaysFact = {
  [K in FactName]: (typeof FACTS)[K]['always'] extends true ? K : never;
}[FactName];

/**
 * Values of the facts that are always there, for tests that do not name them: an account known for
 * 30 days that has asked for nothing today. `docs/reference/policy.md` states them.
 */
export const NEUTRAL_FACTS: Readonly<Record<Exclude<AlwaysFact, 'event.type'>, FactValue>> = {
  'provider': 'generic',
  'input.problem': '',
  'account.id': 'account-1',
  'account.knownHours': 720,
  'account.jobsThisHour': 0,
  'account.jobsLastDay': 0,
  'account.refusedLastDay': 0,
  'party.accounts': 1,
  'party.accountsLastDay': 0,
  'party.linkBits': 0,
  'party.suspected': 0,
};

export const NEUTRAL_EVENT: Readonly<Record<Checkpoint, EventType>> = {
  'sign-up': 'account.created',
  'admission': 'job.requested',
  'run': 'job.started',
  'spend': 'credit.spent',
};

const TEST = { name: 'required', at: 'required', facts: 'optional', expect: 'required' } as const;
const EXPECT = { action: 'required', rules: 'optional', shadow: 'optional' } as const;

/** All tests that could be read. Their rules must exist. */
export function readTests(
  node: YamlNode,
  rules: readonly PolicyRule[],
  problems: PolicyProblems,
): readonly PolicyTest[] {
  const ids = new Set(rules.map((rule) => rule.id));
  const tests: PolicyTest[] = [];
  for (const item of readItems(node, 'tests', policyTestsMax, problems)) {
    if (problems.full) break;
    const test = readTest(item, ids, problems);
    if (test !== null) tests.push(test);
  }
  return tests;
}

function readTest(
  node: YamlNode,
  ids: ReadonlySet<string>,
  problems: PolicyProblems,
): PolicyTest | null {
  const fields = readFields(node, 'a test', TEST, problems);
  if (fields === null) return null;
  const name = fields.name && readText(fields.name, 'name', policyTestNameLengthMax, problems);
  const at = fields.at && readChoice(fields.at, 'at', CHECKPOINTS, problems);
  const expect = fields.expect && readExpectation(fields.expect, ids, problems);
  if (!name || !at || !expect) return null;
  const given = fields.facts === undefined ? {} : readFacts(fields.facts, at, problems);
  const facts = { ...NEUTRAL_FACTS, 'event.type': NEUTRAL_EVENT[at], ...given };
  return { name: name.value, line: problems.lineOf(name.start), at, facts, expect };
}

function readExpectation(
  node: YamlNode,
  ids: ReadonlySet<string>,
  problems: PolicyProblems,
): Expectation | null {
  const fields = readFields(node, 'expect', EXPECT, problems);
  if (fields?.action === undefined) return null;
  const action = readChoice(fields.action, 'action', ACTIONS, problems);
  if (action === null) return null;
  return {
    action,
    ...(fields.rules && { rules: readIds(fields.rules, 'rules', ids, problems) }),
    ...(fields.shadow && { shadow: readIds(fields.shadow, 'shadow', ids, problems) }),
  };
}

function readIds(
  node: YamlNode,
  what: string,
  ids: ReadonlySet<string>,
  problems: PolicyProblems,
): readonly string[] {
  return readItems(node, what, policyRulesMax, problems).flatMap((item) => {
    const scalar = problems.full ? null : readScalar(item, `an item of ${what}`, problems);
    if (scalar === null) return [];
    if (ids.has(scalar.value)) return [scalar.value];
    const message = `there is no rule ${quote(scalar.value)}${didYouMean(scalar.value, ids)}`;
    problems.add('unknown-rule', message, scalar.start);
    return [];
  });
}

function readFacts(
  node: YamlNode,
  at: Checkpoint,
  problems: PolicyProblems,
): Partial<Record<FactName, FactValue>> {
  const facts: Partial<Record<FactName, FactValue>> = {};
  for (const { key, value, duplicate } of readMap(node, 'facts', problems)?.entries ?? []) {
    if (problems.full) break;
    const problem = factProblem(key.value, [at]);
    if (duplicate) problems.add('duplicate-key', `facts has ${quote(key.value)} twice`, key.start);
    else if (problem !== null) problems.add(problem.code, problem.message, key.start);
    else if (isFactName(key.value)) {
      const read = readFact(key.value, value, problems);
      if (read !== null) facts[key.value] = read;
    }
  }
  return facts;
}

function readFact(name: FactName, node: YamlNode, problems: PolicyProblems): FactValue | null {
  const { type, values }: FactSpec = FACTS[name];
  if (type === 'list<string>') {
    const items = readItems(node, name, celListMax, problems);
    return items.flatMap((item) => readScalar(item, `an item of ${name}`, problems)?.value ?? []);
  }
  if (values !== undefined) return readChoice(node, name, values, problems);
  const scalar = readScalar(node, name, problems);
  if (scalar === null || type === 'string') return scalar?.value ?? null;
  const value = type === 'number' ? numberOf(scalar) : boolOf(scalar);
  if (value !== null) return value;
  const expected = type === 'number' ? 'a number' : 'true or false';
  problems.add('wrong-value', `${name} is ${expected}, not ${quote(scalar.value)}`, scalar.start);
  return null;
}

function boolOf({ value, style }: YamlScalar): boolean | null {
  if (style !== 'plain' || (value !== 'true' && value !== 'false')) return null;
  return value === 'true';
}

/** How a judgement differs from what a test expects; empty when it does not. */
export function differences(judgement: Judgement, expect: Expectation): readonly string[] {
  const found: string[] = [];
  if (judgement.action !== expect.action) {
    found.push(`the action is ${judgement.action}, expected ${expect.action}`);
  }
  for (const list of ['rules', 'shadow'] as const) {
    const expected = expect[list]?.toSorted();
    const fired = judgement[list].map((rule) => rule.id).toSorted();
    if (expected === undefined || expected.join() === fired.join()) continue;
    found.push(`${list} that fired: ${listed(fired)}, expected ${listed(expected)}`);
  }
  return found;
}

function listed(ids: readonly string[]): string {
  return ids.length === 0 ? 'none' : ids.join(', ');
}
