import { formatTime } from '../base/time.ts';
import type { Decision, DecisionRecord } from '../model/decision.ts';
import { formatSubject } from '../model/ids.ts';

/** A decision as it leaves: the same, with the time in RFC 3339. */
export type DecisionBody = Omit<Decision, 'at'> & { readonly at: string };

export type DecisionRecordBody = DecisionBody &
  Omit<DecisionRecord, 'decision' | 'subject'> & { readonly subject: string };

/** Field by field: what the pipeline adds to a decision does not reach callers by accident. */
export function encodeDecision(decision: Decision): DecisionBody {
  return {
    id: decision.id,
    checkpoint: decision.checkpoint,
    action: decision.action,
    limits: decision.limits,
    ttlSeconds: decision.ttlSeconds,
    risk: decision.risk,
    bits: decision.bits,
    reasons: decision.reasons,
    rules: decision.rules,
    shadow: decision.shadow,
    findings: decision.findings,
    party: decision.party,
    policy: decision.policy,
    at: formatTime(decision.at),
  };
}

export function encodeRecord(record: DecisionRecord): DecisionRecordBody {
  return {
    ...encodeDecision(record.decision),
    subject: formatSubject(record.subject),
    event: record.event,
    mode: record.mode,
    liveAction: record.liveAction,
    answered: record.answered,
    facts: record.facts,
    scan: record.scan,
  };
}
