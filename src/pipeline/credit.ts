/**
 * What a provider says of an account beside its jobs, as the pool in the policy counts it: credit
 * that it was given or has spent, and challenges that it has passed. Each changes the allowance of
 * this month as a person's adjustment does. So of what linked accounts were given the largest counts,
 * and fifty accounts that pass one challenge each have passed it once.
 */
import { shortSha256Hex } from '../base/hash.ts';
import { vcpuSecondsMax } from '../base/limits.ts';
import { monthOf } from '../ledger/books.ts';
import type { Adjust } from '../ledger/operation.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { WrittenEvent } from '../model/event.ts';
import type { DecisionId } from '../model/ids.ts';
import { accountRef, type PartyId } from '../model/party.ts';
import type { Policy } from '../policy/policy.ts';

/** Null: it changes nothing. */
export function creditOf(
  event: WrittenEvent,
  id: DecisionId,
  party: PartyId,
  { poolOf }: Pick<Policy, 'poolOf'>,
): Adjust | null {
  const { type, subject } = event;
  if (type !== 'credit.granted' && type !== 'credit.spent' && type !== 'challenge.completed') {
    return null;
  }
  const { creditVcpuSeconds, challenges } = poolOf(subject.provider);
  const account = accountRef(subject.provider, subject.account);
  const shared = { kind: 'adjust', account, party, by: subject.provider } as const;
  const { amount, challenge, result } = JSON.parse(event.body) as Said;
  if (type === 'challenge.completed') {
    const vcpuSeconds = typeof challenge === 'string' ? challenges.get(challenge) : undefined;
    if (vcpuSeconds === undefined || result !== 'passed') return null;
    // Once a month, however often it is passed; the event's time is the provider's.
    const named = JSON.stringify([account, challenge, monthOf(event.time)]);
    const key = `challenge_${shortSha256Hex(named)}` as OperationKey;
    return { ...shared, key, vcpuSeconds, reason: `passed the challenge ${challenge}` };
  }
  if (creditVcpuSeconds === null || typeof amount !== 'number') return null;
  const key = id as string as OperationKey;
  const worth = amount * creditVcpuSeconds;
  const isGrant = type === 'credit.granted';
  const vcpuSeconds = Math.min(isGrant ? Math.floor(worth) : Math.ceil(worth), vcpuSecondsMax);
  if (!(vcpuSeconds >= 1)) return null;
  const reason = isGrant ? 'credit granted' : 'credit spent';
  return { ...shared, key, vcpuSeconds: isGrant ? vcpuSeconds : -vcpuSeconds, reason };
}

/** The event's shape was checked when it came in; what is not as it should be says nothing. */
interface Said {
  readonly amount?: unknown;
  readonly challenge?: unknown;
  readonly result?: unknown;
}
