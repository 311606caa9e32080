/**
 * What the rules make of the facts. Rules are kept by checkpoint, severest first and then in the
 * order of the file, so what fires stands in its final order and the first one is the answer.
 */
import { compareActions } from '../model/action.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import { type FiredRule, type Judgement, LIMIT_NAMES, type Limits } from '../model/decision.ts';
import type { Facts } from '../model/fact.ts';
import type { PolicyRule } from './policy-rule.ts';

export type Judge = (checkpoint: Checkpoint, facts: Facts) => Judgement;

interface RuleSet {
  readonly live: readonly PolicyRule[];
  readonly shadow: readonly PolicyRule[];
}

const NOTHING: readonly FiredRule[] = [];
const NO_LIMITS: Limits = {};

export function judgeBy(rules: readonly PolicyRule[]): Judge {
  const sorted = rules.toSorted((a, b) => compareActions(b.action, a.action));
  const sets: Readonly<Record<Checkpoint, RuleSet>> = {
    'sign-up': ruleSet(sorted, 'sign-up'),
    'admission': ruleSet(sorted, 'admission'),
    'run': ruleSet(sorted, 'run'),
    'spend': ruleSet(sorted, 'spend'),
  };
  return (checkpoint, facts) => {
    const set = sets[checkpoint];
    const rules = fired(set.live, facts);
    const shadow = fired(set.shadow, facts);
    const [winner] = rules;
    const action = winner?.action ?? 'allow';
    return { action, limits: strictest(rules), ttlSeconds: longest(rules), rules, shadow };
  };
}

function ruleSet(sorted: readonly PolicyRule[], checkpoint: Checkpoint): RuleSet {
  const here = sorted.filter((rule) => rule.at.includes(checkpoint));
  return {
    live: here.filter((rule) => rule.mode === 'live'),
    shadow: here.filter((rule) => rule.mode === 'shadow'),
  };
}

function fired(rules: readonly PolicyRule[], facts: Facts): readonly FiredRule[] {
  // Most requests fire nothing, and then no array is made.
  let found: FiredRule[] | null = null;
  for (const rule of rules) {
    if (!rule.fires(facts)) continue;
    found ??= [];
    const { id, action, limits, ttlSeconds } = rule;
    found.push({ id, action, limits, ttlSeconds, reason: rule.reason(facts) });
  }
  return found ?? NOTHING;
}

/** Whether the higher value of a limit is the stricter one. */
const HIGHER_IS_STRICTER: Readonly<Record<keyof Limits, boolean>> = {
  vcpuSeconds: false,
  concurrency: false,
  fanOut: false,
  priority: false,
  notBeforeSeconds: true,
  cpuShare: false,
  memoryBytes: false,
};

/** Of each limit the strictest value among all rules that fired, milder ones included. */
function strictest(rules: readonly FiredRule[]): Limits {
  const [first] = rules;
  if (first === undefined) return NO_LIMITS;
  return rules.length === 1 ? first.limits : strictestLimits(rules.map(({ limits }) => limits));
}

/** Of each limit the strictest value. */
export function strictestLimits(all: readonly Limits[]): Limits {
  const merged: Partial<Record<keyof Limits, number>> = {};
  for (const name of LIMIT_NAMES) {
    const values = all.map((limits) => limits[name]).filter((value) => value !== undefined);
    if (values.length === 0) continue;
    merged[name] = HIGHER_IS_STRICTER[name] ? Math.max(...values) : Math.min(...values);
  }
  return merged;
}

/** The longest time among the rules with the winning action. */
function longest(rules: readonly FiredRule[]): number {
  let seconds = 0;
  for (const rule of rules) {
    if (rule.action === rules[0]?.action) seconds = Math.max(seconds, rule.ttlSeconds);
  }
  return seconds;
}
