import { tierConcurrencyMax, tierWeightMax, vcpuSecondsMax } from '../base/limits.ts';

/** How far a party is trusted, least first. The policy says which one a party has. */
export const TIER_NAMES = ['new', 'known', 'proven', 'paying'] as const;

export type TierName = (typeof TIER_NAMES)[number];

/** What a tier gives. Data of the policy: the ledger and the queue only read it. */
export interface Tier {
  readonly name: TierName;
  /** Free compute of a party in a calendar month (UTC). */
  readonly monthlyVcpuSeconds: number;
  /** What of it may be used in the first 24 hours. */
  readonly firstDayVcpuSeconds: number;
  /** Jobs of a party that may be under way at once. */
  readonly concurrencyMax: number;
  /** Copies that one job may start; more are cut to this many. */
  readonly fanOutMax: number;
  /** Share of a busy pool beside other parties, 1 to `tierWeightMax`. */
  readonly weight: number;
  /** What a party may use of a pool in a day before its jobs have to wait for spare machines. */
  readonly assuredVcpuSecondsPerDay: number;
}

export type Tiers = Readonly<Record<TierName, Tier>>;

/**
 * For a free CI tier. 24,000 vCPU-seconds are the 400 minutes that GitLab gives, on one vCPU; an
 * hour on the first day is enough to try the service and mines less than a tenth of a cent.
 */
export const DEFAULT_TIERS: Tiers = {
  new: tier('new', [24_000, 3_600], { concurrencyMax: 2, fanOutMax: 4 }, [1, 14_400]),
  known: tier('known', [48_000, 14_400], { concurrencyMax: 4, fanOutMax: 20 }, [2, 14_400]),
  proven: tier('proven', [120_000, 48_000], { concurrencyMax: 10, fanOutMax: 50 }, [4, 86_400]),
  paying: tier(
    'paying',
    [100_000_000, 100_000_000],
    { concurrencyMax: 100, fanOutMax: 256 },
    [8, 100_000_000],
  ),
};

function tier(
  name: TierName,
  [monthlyVcpuSeconds, firstDayVcpuSeconds]: readonly [number, number],
  caps: Pick<Tier, 'concurrencyMax' | 'fanOutMax'>,
  [weight, assuredVcpuSecondsPerDay]: readonly [number, number],
): Tier {
  return {
    name,
    monthlyVcpuSeconds,
    firstDayVcpuSeconds,
    ...caps,
    weight,
    assuredVcpuSecondsPerDay,
  };
}

/** What is wrong with a tier that somebody wrote, or null. */
export function tierProblem(tier: Tier): string | null {
  if (sound.has(tier)) return null;
  for (const [field, [least, most]] of RANGES) {
    const value = tier[field];
    if (Number.isSafeInteger(value) && value >= least && value <= most) continue;
    return `${field} of tier ${tier.name} must be a whole number from ${least} to ${most}`;
  }
  sound.add(tier);
  return null;
}

/** Tiers are made with a policy and asked about with each decision: 1 µs. */
const sound = new WeakSet<Tier>();

/** Least and most of each. */
export const TIER_RANGES: Readonly<Record<Exclude<keyof Tier, 'name'>, readonly [number, number]>> =
  {
    monthlyVcpuSeconds: [0, vcpuSecondsMax],
    firstDayVcpuSeconds: [0, vcpuSecondsMax],
    concurrencyMax: [1, tierConcurrencyMax],
    fanOutMax: [1, tierConcurrencyMax],
    weight: [1, tierWeightMax],
    assuredVcpuSecondsPerDay: [0, vcpuSecondsMax],
  };

/** Each job that is queued has its tier looked at: to list these each time took 3 % of that. */
const RANGES = Object.entries(TIER_RANGES) as readonly (readonly [
  keyof typeof TIER_RANGES,
  readonly [number, number],
])[];
