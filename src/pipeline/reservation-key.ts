import { shortSha256Hex } from '../base/hash.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { DecisionId, Subject } from '../model/ids.ts';

/** A job's reservation is found by the job; without one only its expiry ends it. */
export function reservationKeyOf(subject: Subject, decision: DecisionId): OperationKey {
  const { provider, account, job } = subject;
  if (job === null) return decision as string as OperationKey;
  return `job_${shortSha256Hex(JSON.stringify([provider, account, job]))}` as OperationKey;
}
