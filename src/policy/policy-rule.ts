/** The rules of a policy file, from YAML to what `judge` runs. */
import {
  policyIdLengthMax,
  policyRulesMax,
  policyTtlSecondsMax,
  reasonLengthMax,
} from '../base/limits.ts';
import type { YamlNode } from '../base/yaml.ts';
import { ACTIONS, type Action } from '../model/action.ts';
import { CHECKPOINTS, type Checkpoint } from '../model/checkpoint.ts';
import { LIMIT_NAMES, type Limits } from '../model/decision.ts';
import type { Facts } from '../model/fact.ts';
import type { ConditionReader } from './condition-reader.ts';
import { parseDuration } from './duration.ts';
import type { PolicyProblems } from './policy-problem.ts';
import { quote } from './quote.ts';
import { parseReason, type Reason } from './reason.ts';
import {
  type NumberRange,
  readChoice,
  readFields,
  readItems,
  readNumber,
  readScalar,
  readText,
} from './yaml-fields.ts';

/**
 * live    its action counts
 * shadow  it is recorded when it fires, and changes nothing
 * off     it is checked when the file is loaded, and never runs
 */
export const RULE_MODES = ['live', 'shadow', 'off'] as const;
export type RuleMode = (typeof RULE_MODES)[number];

export interface PolicyRule {
  readonly id: string;
  readonly at: readonly Checkpoint[];
  readonly mode: RuleMode;
  readonly action: Action;
  readonly limits: Limits;
  /** 0: the answer is for this request only. */
  readonly ttlSeconds: number;
  /** Estimated steps of the condition at worst. */
  readonly cost: number;
  readonly fires: (facts: Facts) => boolean;
  readonly reason: Reason;
}

const RULE = {
  id: 'required',
  at: 'required',
  mode: 'required',
  when: 'required',
  missing: 'optional',
  action: 'required',
  limits: 'optional',
  ttl: 'optional',
  reason: 'required',
} as const;

export const LIMIT_RANGES: Readonly<Record<keyof Limits, NumberRange>> = {
  vcpuSeconds: { least: 0, most: 1e12, whole: true },
  concurrency: { least: 1, most: 1e6, whole: true },
  fanOut: { least: 1, most: 1e6, whole: true },
  priority: { least: -100, most: 100, whole: true },
  notBeforeSeconds: { least: 0, most: policyTtlSecondsMax, whole: true },
  cpuShare: { least: 0.01, most: 1, whole: false },
  memoryBytes: { least: 1024 * 1024, most: 2 ** 50, whole: true },
};

/** All rules that could be read, in the order of the file. */
export function readRules(
  node: YamlNode,
  conditions: ConditionReader,
  problems: PolicyProblems,
): readonly PolicyRule[] {
  const reader = new RuleReader(conditions, problems);
  const rules: PolicyRule[] = [];
  for (const item of readItems(node, 'rules', policyRulesMax, problems)) {
    if (problems.full) break;
    const rule = reader.rule(item);
    if (rule !== null) rules.push(rule);
    problems.rule = undefined;
  }
  return rules;
}

class RuleReader {
  readonly #conditions: ConditionReader;
  readonly #problems: PolicyProblems;
  readonly #ids = new Set<string>();

  constructor(conditions: ConditionReader, problems: PolicyProblems) {
    this.#conditions = conditions;
    this.#problems = problems;
  }

  rule(node: YamlNode): PolicyRule | null {
    const fields = readFields(node, 'a rule', RULE, this.#problems);
    if (fields === null) return null;
    const id = this.#id(fields.id);
    const at = this.#checkpoints(fields.at);
    const mode = this.#choice(fields.mode, 'mode', RULE_MODES);
    const action = this.#choice(fields.action, 'action', ACTIONS);
    const limits = this.#limits(fields.limits);
    const ttlSeconds = this.#ttl(fields.ttl);
    const condition = this.#conditions.read(fields, at);
    const reason = this.#reason(fields.reason, at);
    if (id === null || mode === null || action === null) return null;
    if (condition === null || reason === null) return null;
    return { id, at, mode, action, limits, ttlSeconds, ...condition, reason };
  }

  #choice<T extends string>(node: YamlNode | undefined, what: string, choices: readonly T[]) {
    return node === undefined ? null : readChoice(node, what, choices, this.#problems);
  }

  #id(node: YamlNode | undefined): string | null {
    const scalar = node && readText(node, 'id', policyIdLengthMax, this.#problems);
    if (!scalar) return null;
    const id = scalar.value;
    if (!isKebabCase(id)) {
      const message = `an id has lower-case words joined by dashes, unlike ${quote(id)}`;
      this.#problems.add('wrong-value', message, scalar.start);
      return null;
    }
    this.#problems.rule = id;
    if (this.#ids.has(id)) {
      this.#problems.add('duplicate-id', `there is another rule ${quote(id)}`, scalar.start);
    }
    this.#ids.add(id);
    return id;
  }

  #checkpoints(node: YamlNode | undefined): readonly Checkpoint[] {
    if (node === undefined) return [];
    const items = readItems(node, 'at', CHECKPOINTS.length, this.#problems);
    if (node.kind === 'sequence' && node.items.length === 0) {
      this.#problems.add('wrong-value', 'at names at least one checkpoint', node.start);
    }
    const named = items.map((item) => this.#choice(item, 'a checkpoint', CHECKPOINTS));
    return [...new Set(named.filter((checkpoint) => checkpoint !== null))];
  }

  #limits(node: YamlNode | undefined): Limits {
    if (node === undefined) return {};
    const shape = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'optional' as const]));
    const fields = readFields(node, 'limits', shape, this.#problems) ?? {};
    const limits: Partial<Record<keyof Limits, number>> = {};
    for (const name of LIMIT_NAMES) {
      const field = fields[name];
      if (field === undefined) continue;
      const value = readNumber(field, name, LIMIT_RANGES[name], this.#problems);
      if (value !== null) limits[name] = value;
    }
    return limits;
  }

  #ttl(node: YamlNode | undefined): number {
    const scalar = node === undefined ? null : readScalar(node, 'ttl', this.#problems);
    if (scalar === null) return 0;
    const seconds = parseDuration(scalar.value);
    if (seconds !== null && seconds >= 1 && seconds <= policyTtlSecondsMax) return seconds;
    const message = 'ttl is a time such as 90s, 30m, 24h or 7d, at most 366d';
    this.#problems.add('wrong-value', `${message}: ${quote(scalar.value)}`, scalar.start);
    return 0;
  }

  #reason(node: YamlNode | undefined, at: readonly Checkpoint[]): Reason | null {
    if (node === undefined) return null;
    const scalar = readText(node, 'reason', reasonLengthMax, this.#problems);
    if (scalar === null) return null;
    const reason = parseReason(scalar.value, at);
    if (reason.ok) return reason.value;
    for (const problem of reason.error) this.#conditions.reporterIn(scalar)(problem);
    return null;
  }
}

function isKebabCase(id: string): boolean {
  if (id.startsWith('-') || id.endsWith('-')) return false;
  for (const c of id) if (!'abcdefghijklmnopqrstuvwxyz0123456789-'.includes(c)) return false;
  return !id.includes('--');
}
