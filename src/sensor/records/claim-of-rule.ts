import type { AlertClaim } from '../../model/signal.ts';

/** Words of rules about mining, whoever wrote them; the first that fits says what is claimed. */
const CLAIMS: readonly (readonly [RegExp, AlertClaim])[] = [
  [/randomx|rounding mode|mxcsr/i, 'rounding'],
  [/miners? using the stratum|stratum\+/i, 'miner-command-line'],
  [/stratum|mining\.(?:subscribe|authorize|submit|notify)/i, 'stratum'],
  [/(?:miner|mining)[ _-]?pool|pool (?:domain|ports?)/i, 'pool-name'],
  [/(?:miner|mining|coin).{0,40} dns|dns .{0,40}(?:miner|mining|coin)/i, 'pool-name'],
  [/(?:known )?(?:crypto|coin)[ _-]?miner.{0,20}(?:process|binary|program|exec)/i, 'miner-program'],
  [/(?:crypto|coin)(?:currency|s)?[ _-]?(?:min(?:er|ing)|jack)|xmrig|bitcoin::/i, 'mining'],
  [/fileless|memfd/i, 'fileless'],
  [/drop and execute|execution from \/dev\/shm/i, 'dropped-binary'],
];

const RULE_LENGTH_MAX = 512;

/** What a rule of another sensor claims by its name; null when it is not about mining. */
export function claimOfRule(name: string): AlertClaim | null {
  const text = name.slice(0, RULE_LENGTH_MAX);
  return CLAIMS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
