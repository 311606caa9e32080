/**
 * The tiers of a policy file: what each gives, and who has it. They are asked from the most trusted
 * down, and the first whose condition holds is the account's; `new` has no condition and is what
 * remains. Tiers decide what the ledger grants, so their conditions cannot read the ledger's facts.
 */
import type { YamlNode } from '../base/yaml.ts';
import type { FactName, Facts } from '../model/fact.ts';
import { TIER_NAMES, TIER_RANGES, type Tier, type TierName } from '../model/tier.ts';
import type { ConditionReader } from './condition-reader.ts';
import type { PolicyProblems } from './policy-problem.ts';
import { readFields, readNumber } from './yaml-fields.ts';

export type TierOf = (facts: Facts) => Tier | null;

interface ReadTier {
  readonly tier: Tier;
  readonly holds: (facts: Facts) => boolean;
}

const TIER = {
  when: 'optional',
  missing: 'optional',
  monthlyVcpuSeconds: 'required',
  firstDayVcpuSeconds: 'required',
  concurrencyMax: 'required',
  fanOutMax: 'required',
  weight: 'required',
  assuredVcpuSecondsPerDay: 'required',
} as const;

/** Without tiers nobody has one, and the ledger is not asked. */
export const NO_TIERS: TierOf = () => null;

export function readTiers(
  node: YamlNode,
  conditions: ConditionReader,
  problems: PolicyProblems,
): TierOf {
  const shape = Object.fromEntries(TIER_NAMES.map((name) => [name, 'optional' as const]));
  const fields = readFields(node, 'tiers', shape, problems);
  if (fields === null) return NO_TIERS;
  if (fields['new'] === undefined) {
    problems.add('missing-key', 'tiers needs the key "new": what everybody has', node.start);
  }
  const tiers = TIER_NAMES.toReversed().flatMap((name) => {
    const field = fields[name];
    const tier = field && readTier(name, field, conditions, problems);
    return tier ? [tier] : [];
  });
  return (facts) => tiers.find(({ holds }) => holds(facts))?.tier ?? null;
}

function readTier(
  name: TierName,
  node: YamlNode,
  conditions: ConditionReader,
  problems: PolicyProblems,
): ReadTier | null {
  const fields = readFields(node, `the tier ${name}`, TIER, problems);
  if (fields === null) return null;
  if ((fields.when === undefined) !== (name === 'new')) {
    const message =
      name === 'new' ? 'new is for everybody: no "when"' : `the tier ${name} needs the key "when"`;
    problems.add(name === 'new' ? 'unknown-key' : 'missing-key', message, node.start);
  }
  const condition = fields.when ? conditions.read(fields, ['admission'], isOfLedger) : null;
  const tier: Record<string, number | string> = { name };
  for (const [field, [least, most]] of Object.entries(TIER_RANGES)) {
    const value = fields[field as keyof typeof TIER_RANGES];
    const range = { least, most, whole: true };
    tier[field] = (value && readNumber(value, field, range, problems)) ?? 0;
  }
  // Each field of a tier has its range, and a mistake in one refuses the file.
  return { tier: tier as unknown as Tier, holds: condition?.fires ?? (() => name === 'new') };
}

/** Facts that follow from the tier. */
function isOfLedger(name: FactName): boolean {
  return name.startsWith('ledger.') || name.startsWith('queue.');
}
