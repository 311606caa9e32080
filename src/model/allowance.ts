import type { Brand } from '../base/brand.ts';
import type { PartyId } from './party.ts';

/** Names one operation on the ledger once and for all: the decision's id, the event's id. */
export type OperationKey = Brand<string, 'OperationKey'>;

/** Free compute of a party in this month, in whole vCPU-seconds. */
export interface Allowance {
  /** All that it may use, with what a person gave or took. */
  readonly grantedVcpuSeconds: number;
  /** Set aside for jobs under way. */
  readonly reservedVcpuSeconds: number;
  readonly usedVcpuSeconds: number;
  /** What new jobs may have; 0 also when the party is overdrawn. */
  readonly remainingVcpuSeconds: number;
  readonly jobsUnderWay: number;
}

/** What `ledger.refusal` says; `src/ledger/operation.ts` explains each. */
export const LEDGER_REFUSALS = [
  '',
  'too-many-jobs',
  'allowance-spent',
  'account-spent',
  'pool-spent',
  'already-settled',
  'bad-operation',
  'conflict',
  'party-merged',
  'not-a-member',
  'overflow',
] as const;

/** Shares of an allowance at which its party is told, in percent. */
export const NOTICE_PERCENTS = [75, 90, 100] as const;

export type NoticePercent = (typeof NOTICE_PERCENTS)[number];

/** Said once in a month for each share. */
export interface AllowanceNotice {
  readonly party: PartyId;
  readonly percent: NoticePercent;
  readonly usedVcpuSeconds: number;
  readonly grantedVcpuSeconds: number;
}
