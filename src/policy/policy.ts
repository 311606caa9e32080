/**
 * The policy: a YAML file of rules, read and checked as a whole, and then a pure function from
 * facts to a judgement. `docs/reference/policy.md` is its specification.
 */
import { sha256Hex } from '../base/hash.ts';
import { policyBytesMax, policyCostMax } from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { parseYaml, type YamlNode } from '../base/yaml.ts';
import type { Action } from '../model/action.ts';
import { CHECKPOINTS, type Checkpoint } from '../model/checkpoint.ts';
import type { Judgement } from '../model/decision.ts';
import type { Facts } from '../model/fact.ts';
import { UNLIMITED_POOL } from '../model/pool.ts';
import { ConditionReader } from './condition-reader.ts';
import { judgeBy } from './judge.ts';
import { type PoolOf, readPools } from './policy-pools.ts';
import { type PolicyProblem, PolicyProblems } from './policy-problem.ts';
import { type PolicyRule, readRules } from './policy-rule.ts';
import { differences, type PolicyTest, readTests } from './policy-test.ts';
import { NO_TIERS, readTiers, type TierOf } from './policy-tiers.ts';
import { readChoice, readFields, readNumber } from './yaml-fields.ts';

export type { PolicyProblem };

export interface Policy {
  /** The first 16 hex digits of the text's SHA-256. */
  readonly revision: string;
  readonly text: string;
  /** Log2 of the odds that a request is abuse, before any evidence. */
  readonly priorBits: number;
  /** What is answered when there is no decision in time. */
  readonly defaults: Readonly<Record<Checkpoint, Action>>;
  /** The tier of whoever asks for a job with these facts; null when the file has no tiers. */
  readonly tierOf: TierOf;
  /** The pool of a provider, whether or not the file names it. */
  readonly poolOf: PoolOf;
  readonly rules: readonly PolicyRule[];
  readonly tests: readonly PolicyTest[];
  /** Pure, synchronous, deterministic; it never throws. */
  readonly judge: (checkpoint: Checkpoint, facts: Facts) => Judgement;
}

/** The probability of abuse: odds of 2^(prior + bits) to one. */
export function riskOf(priorBits: number, bits: number): number {
  return 1 / (1 + 2 ** -(priorBits + bits));
}

/** The policy of a file, or every problem that was found in it, in its order. Never throws. */
export function loadPolicy(text: string): Result<Policy, readonly PolicyProblem[]> {
  const problems = new PolicyProblems(text);
  const root = readRoot(text, problems);
  const file = root === null ? null : readFile(root, text, problems);
  if (file === null || !problems.none) return fail(problems.sorted());
  return ok({ revision: sha256Hex(text).slice(0, 16), text, ...file, judge: judgeBy(file.rules) });
}

function readRoot(text: string, problems: PolicyProblems): YamlNode | null {
  // Every UTF-16 unit is a byte of UTF-8 at least, so that the longest texts are not even counted.
  if (text.length > policyBytesMax || Buffer.byteLength(text) > policyBytesMax) {
    problems.addAt('too-large', `a policy has at most ${policyBytesMax} bytes`, 1, 1);
    return null;
  }
  const yaml = parseYaml(text);
  if (!yaml.ok) {
    const { code, message, line, column } = yaml.error;
    problems.addAt(code, message, line, column);
    return null;
  }
  const [document, second] = yaml.value.documents;
  if (document?.root && second === undefined) return document.root;
  const message = 'a policy file holds one YAML document';
  problems.addAt('wrong-shape', message, 1, 1);
  return null;
}

const FILE = {
  version: 'required',
  priorBits: 'required',
  defaults: 'required',
  tiers: 'optional',
  pools: 'optional',
  rules: 'required',
  tests: 'optional',
} as const;

type PolicyFile = Pick<Policy, 'priorBits' | 'defaults' | 'tierOf' | 'poolOf' | 'rules' | 'tests'>;

function readFile(root: YamlNode, text: string, problems: PolicyProblems): PolicyFile | null {
  const fields = readFields(root, 'a policy', FILE, problems);
  if (fields === null) return null;
  if (fields.version) readChoice(fields.version, 'version', ['1'], problems);
  const range = { least: -60, most: 60, whole: false };
  const priorBits = fields.priorBits && readNumber(fields.priorBits, 'priorBits', range, problems);
  const defaults = fields.defaults && readDefaults(fields.defaults, problems);
  const conditions = new ConditionReader(text, problems);
  const tierOf = fields.tiers ? readTiers(fields.tiers, conditions, problems) : NO_TIERS;
  const poolOf = fields.pools ? readPools(fields.pools, problems) : () => UNLIMITED_POOL;
  const rules = fields.rules === undefined ? [] : readRules(fields.rules, conditions, problems);
  if (fields.rules !== undefined) checkTotalCost(rules, fields.rules, problems);
  // Rules that could not be read would make tests name unknown ones: those wait for the next run.
  const tests = fields.tests && problems.none ? readTests(fields.tests, rules, problems) : [];
  if (priorBits === null || priorBits === undefined || !defaults) return null;
  return { priorBits, defaults, tierOf, poolOf, rules, tests };
}

/** An outage must not punish: stop and suspend need a decision. */
const DEFAULT_ACTIONS = ['allow', 'slow', 'challenge', 'hold', 'deny'] as const;

function readDefaults(node: YamlNode, problems: PolicyProblems): Policy['defaults'] | null {
  const shape = Object.fromEntries(CHECKPOINTS.map((c) => [c, 'required' as const]));
  const fields = readFields(node, 'defaults', shape, problems) ?? {};
  const read = (checkpoint: Checkpoint): Action => {
    const field = fields[checkpoint];
    // What is missing or wrong was reported, and the whole file is refused.
    if (field === undefined) return 'allow';
    return readChoice(field, `the default of ${checkpoint}`, DEFAULT_ACTIONS, problems) ?? 'allow';
  };
  return {
    'sign-up': read('sign-up'),
    'admission': read('admission'),
    'run': read('run'),
    'spend': read('spend'),
  };
}

function checkTotalCost(
  rules: readonly PolicyRule[],
  node: YamlNode,
  problems: PolicyProblems,
): void {
  for (const checkpoint of CHECKPOINTS) {
    const here = rules.filter((rule) => rule.at.includes(checkpoint));
    const cost = here.reduce((sum, rule) => sum + rule.cost, 0);
    if (cost <= policyCostMax) continue;
    const message = `the rules of ${checkpoint} may cost ${cost} steps, at most ${policyCostMax}`;
    problems.add('cel-cost', message, node.start);
  }
}

export interface PolicyTestReport {
  readonly passed: number;
  readonly failures: readonly PolicyTestFailure[];
  /** Rules that fire in no test, or in every test of their checkpoints. `off` ones aside. */
  readonly untested: readonly { readonly rule: string; readonly lacks: 'firing' | 'quiet' }[];
}

export interface PolicyTestFailure {
  readonly name: string;
  readonly line: number;
  readonly message: string;
}

/** Runs the tests that the file carries. */
export function testPolicy(policy: Policy): PolicyTestReport {
  const failures: PolicyTestFailure[] = [];
  const firing = new Set<string>();
  const quiet = new Set<string>();
  for (const { name, line, at, facts, expect } of policy.tests) {
    const judgement = policy.judge(at, facts);
    const found = differences(judgement, expect);
    if (found.length > 0) failures.push({ name, line, message: found.join('; ') });
    const fired = new Set([...judgement.rules, ...judgement.shadow].map((rule) => rule.id));
    for (const rule of policy.rules) {
      if (rule.at.includes(at)) (fired.has(rule.id) ? firing : quiet).add(rule.id);
    }
  }
  const untested = policy.rules
    .filter((rule) => rule.mode !== 'off')
    .flatMap(({ id }) => [
      ...(firing.has(id) ? [] : [{ rule: id, lacks: 'firing' as const }]),
      ...(quiet.has(id) ? [] : [{ rule: id, lacks: 'quiet' as const }]),
    ]);
  return { passed: policy.tests.length - failures.length, failures, untested };
}
