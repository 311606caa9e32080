import type { JsonObject } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';
import type { Caps, Measure } from '../../enforce/measure.ts';
import type { WantedMeasure } from '../../enforce/run-rule.ts';
import { type Action, isAction } from '../../model/action.ts';

/** When a decision does not say. */
const TTL_SECONDS = 600;
const SLOW_WEIGHT = 10;

/**
 * What a server's decision on a running job means for its cgroup. `slow` is less of everything,
 * `challenge` and `hold` let it stand still until somebody looks, the rest ends it. `allow` does
 * nothing new: what was done before ends by its TTL or by an undo.
 */
export function measuresOfDecision(
  decision: JsonObject,
  cgroup: string,
  isOwnCgroup: boolean,
  cores: number,
): readonly WantedMeasure[] {
  const action = String(decision['action']);
  if (!isAction(action)) return [];
  const measure = measureOf(action, cgroup, capsOf(decision['limits'], cores));
  if (measure === null || (measure.kind !== 'cap' && !isOwnCgroup)) return [];
  const ttl = Number(decision['ttlSeconds']);
  const reasons = Array.isArray(decision['reasons']) ? decision['reasons'] : [];
  const rule = `server ${String(decision['id']).slice(0, 64)}`;
  const ttlSeconds = ttl > 0 ? ttl : TTL_SECONDS;
  return [{ measure, rule, ttlSeconds, reason: reasons.join('; ').slice(0, 1_024) }];
}

function measureOf(action: Action, cgroup: string, caps: Caps): Measure | null {
  switch (action) {
    case 'allow':
      return null;
    case 'slow':
      return { kind: 'cap', cgroup, caps: { cpuWeight: SLOW_WEIGHT, ...caps } };
    case 'challenge':
    case 'hold':
      return { kind: 'freeze', cgroup };
    case 'deny':
    case 'stop':
    case 'suspend':
      return { kind: 'stop', cgroup };
  }
}

/** `limits.cpuShare` is of one CPU, ours is of the cores that the job may use. */
function capsOf(limits: unknown, cores: number): Caps {
  if (!isObject(limits)) return {};
  const { cpuShare, memoryBytes } = limits;
  return {
    ...(typeof cpuShare === 'number' ? { cpuShare: Math.min(1, cpuShare / cores) } : {}),
    ...(typeof memoryBytes === 'number' ? { memoryHighBytes: memoryBytes } : {}),
  };
}
