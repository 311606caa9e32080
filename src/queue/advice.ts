import { notBeforeSecondsMax } from '../base/limits.ts';
import type { QueueAdvice } from '../model/lease.ts';
import type { PartyId } from '../model/party.ts';
import type { Lane, PartyRow } from '../model/queue-rows.ts';
import type { Tier } from '../model/tier.ts';
import type { PoolQueue } from './pool-queue.ts';
import { laneOf, newParty, type PoolState, TAG_UNITS, turnOf } from './pool-state.ts';

/**
 * What to tell a scheduler that is not ours about the next job of a party. It reads only; that the
 * job waits, starts and ends is said to the queue by `enqueue`, `begin` and `release`, or else
 * there is nothing to advise from.
 */
export function adviceFor(
  queue: PoolQueue,
  { party, tier, costVcpuSeconds }: { party: PartyId; tier: Tier; costVcpuSeconds: number },
): QueueAdvice {
  const { row, parties, leased, longestWaiting, ready, activeWeight } = queue.state;
  const known = parties.get(party);
  const startTag = Math.max(row.virtualTime, known?.startTag ?? 0);
  const head = known?.head ?? { sequence: row.nextSequence, costVcpuSeconds, since: 0 };
  const place: PartyRow = { ...(known ?? newParty(party, tier, 0)), tier, startTag, head };
  const lane = laneOf(place);
  const isFree = queue.hasRoom(lane);
  const aheadVcpuSeconds = Math.floor((startTag - row.virtualTime) / TAG_UNITS);
  // One party's job after the other: virtual time goes on by this much while each has its share.
  const aheadSeconds = Math.ceil((aheadVcpuSeconds * Math.max(1, activeWeight)) / row.slots);
  const isBusy = leased.size + longestWaiting.size >= row.slots;
  return {
    priority: Math.max(0, 100 - 5 * doublings(Math.floor(aheadVcpuSeconds / 60))),
    notBeforeSeconds: isFree ? 0 : Math.min(notBeforeSecondsMax, aheadSeconds),
    concurrency: isBusy ? Math.min(tier.concurrencyMax, queue.shareOf(tier)) : tier.concurrencyMax,
    position: positionOf(ready, lane, place),
  };
}

/** Lanes go one after the other. */
function positionOf(ready: PoolState['ready'], lane: Lane, place: PartyRow): number {
  const before = (lane > 0 ? ready[0].size : 0) + (lane > 1 ? ready[1].size : 0);
  return before + ready[lane].rank(turnOf(place));
}

/** How often 1 can be doubled before it is more: 0 → 0, 1 → 1, 2 → 2, 4 → 3. */
function doublings(count: number): number {
  return count === 0 ? 0 : Math.floor(Math.log2(count)) + 1;
}
