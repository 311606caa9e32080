/**
 * Thinking: synchronous, pure, without clock or I/O. Decision *i* of a batch sees the effects of
 * the decisions before it, as if each had been recorded before the next was read. The same batch,
 * the same known state and the same policy give the same bytes: replay and shadow mode rest on it.
 */
import { assert } from '../base/assert.ts';
import type { LedgerBatch } from '../ledger/ledger.ts';
import { compareActions } from '../model/action.ts';
import type { Decision, DecisionRecord, Judgement } from '../model/decision.ts';
import type { WrittenEvent } from '../model/event.ts';
import type { Facts } from '../model/fact.ts';
import type { DecisionId } from '../model/ids.ts';
import type { PartyId } from '../model/party.ts';
import { type Policy, riskOf } from '../policy/policy.ts';
import type { AccountActivity, AccountKey, ActivityDelta, Gathered } from '../ports/store.ts';
import { askLedger, reserveOf, settleInLedger, settlementOf } from './allowance.ts';
import type { Candidate } from './candidate.ts';
import { withActivity } from './facts.ts';
import type { Known } from './gather.ts';
import { followMoves, type Linked } from './link-batch.ts';
import type { Mode } from './ports.ts';
import type { QueuesOfBatch } from './queues.ts';

export type Outcome =
  | {
      readonly kind: 'decided';
      readonly record: DecisionRecord;
      /** The event, when the store does not have it yet. */
      readonly event: WrittenEvent | null;
      readonly activity: ActivityDelta;
    }
  /** The event was decided before; the first decision stands. */
  | { readonly kind: 'replayed'; readonly record: DecisionRecord }
  | { readonly kind: 'conflict' };

export function decide(
  batch: readonly Candidate[],
  { requests, linked, ledger, queues }: Known,
  { policy, mode }: { readonly policy: Policy; readonly mode: Mode },
): readonly Outcome[] {
  const earlier = new EarlierInBatch();
  const by = { policy, mode, ledger, queues, earlier };
  return batch.map((candidate, i) => {
    const before = requests[i];
    assert(before !== undefined, 'every request was gathered');
    const outcome = decideOne(candidate, before, linked[i] ?? null, by);
    if (outcome.kind === 'decided') earlier.add(outcome, candidate.event);
    return outcome;
  });
}

interface DecideBy {
  readonly policy: Policy;
  readonly mode: Mode;
  /** Sees what the decisions before have reserved, and takes up what this one does. */
  readonly ledger: LedgerBatch;
  readonly queues: QueuesOfBatch;
  readonly earlier: EarlierInBatch;
}

function decideOne(
  candidate: Candidate,
  known: Gathered,
  link: Linked | null,
  by: DecideBy,
): Outcome {
  const { mode, earlier } = by;
  const { id, event, scan } = candidate;
  const seen = earlier.event(id) ?? known.event;
  if (seen.kind === 'seen') {
    if (seen.bodyHash !== event.bodyHash) return { kind: 'conflict' };
    if (seen.decision !== null) return { kind: 'replayed', record: seen.decision };
  }
  assert(link !== null, 'the linker has seen what is decided');
  const activity = earlier.activity(event.subject, known.activity);
  const { facts, judgement } = judge(candidate, activity, link, by);
  const decision = decisionOf(candidate, link.party, judgement, by);
  const record: DecisionRecord = {
    decision,
    subject: event.subject,
    event: { source: event.source, id: event.id },
    mode,
    liveAction: judgement.action,
    answered: candidate.defaulted ? 'default' : 'decision',
    facts,
    scan,
  };
  const isNew = seen.kind === 'new';
  return { kind: 'decided', record, event: isNew ? event : null, activity: activityOf(record) };
}

/** What the policy says, once the ledger and the queue have said what they would. */
function judge(
  candidate: Candidate,
  activity: AccountActivity,
  { party, facts: ofParty, partyMoves, moves }: Linked,
  { policy, mode, ledger, queues }: DecideBy,
): { readonly facts: Facts; readonly judgement: Judgement } {
  const { checkpoint, event, id, receivedAt } = candidate;
  const own = withActivity(candidate.facts, activity, receivedAt);
  const facts = { ...own, ...ofParty };
  followMoves(moves, ledger, receivedAt);
  const settlement = settlementOf(event, id, party, policy);
  queues.follow(partyMoves, receivedAt);
  const settle = (): void => {
    if (settlement !== null) settleInLedger(settlement, ledger, mode, receivedAt);
  };
  // Credit is spent once that is allowed; all else has happened.
  if (checkpoint !== 'spend') settle();
  queues.admitted.settle(event.subject, settlement, receivedAt);
  const reserve = reserveOf(candidate, party, facts, policy);
  const asked = reserve === null ? null : askLedger(reserve, ledger, receivedAt);
  const advised = queues.admitted.advise(candidate, party, facts, policy);
  if (asked === null && advised === null) {
    const judgement = policy.judge(checkpoint, facts);
    if (checkpoint === 'spend' && compareActions(judgement.action, 'slow') <= 0) settle();
    return { facts, judgement };
  }
  const all = { ...facts, ...asked?.facts, ...advised?.facts };
  const judgement = policy.judge(checkpoint, all);
  const granted = asked?.limits(judgement) ?? judgement.limits;
  const limits = advised?.limits(judgement, granted) ?? granted;
  return { facts: all, judgement: { ...judgement, limits } };
}

function decisionOf(
  { id, checkpoint, receivedAt, scan, facts }: Candidate,
  party: PartyId,
  judgement: Judgement,
  { policy, mode }: Pick<DecideBy, 'policy' | 'mode'>,
): Decision {
  const runBits = facts['run.bits'];
  const bits = (scan?.bits ?? 0) + (typeof runBits === 'number' ? runBits : 0);
  const shared = {
    id,
    checkpoint,
    risk: riskOf(policy.priorBits, bits),
    bits,
    findings: scan?.findings ?? [],
    party,
    policy: policy.revision,
    at: receivedAt,
  };
  if (mode === 'shadow') {
    const shadow = [...judgement.rules, ...judgement.shadow];
    return {
      ...shared,
      action: 'allow',
      limits: {},
      ttlSeconds: 0,
      reasons: [],
      rules: [],
      shadow,
    };
  }
  const { action, limits, ttlSeconds, rules, shadow } = judgement;
  const reasons = rules.map((rule) => rule.reason);
  return { ...shared, action, limits, ttlSeconds, reasons, rules, shadow };
}

/**
 * What the decision adds to its account's counters. Shadow mode counts what it would have refused,
 * so that rules on the counters show in shadow what they would do live. A job that waits for its
 * allowance is not refused: a busy day would cost an account its tier, and so the rest of a month.
 */
function activityOf({ decision, subject, liveAction, facts }: DecisionRecord): ActivityDelta {
  const waits = liveAction === 'hold' && Boolean(facts['ledger.refusal']);
  return {
    account: { provider: subject.provider, account: subject.account },
    at: decision.at,
    jobs: decision.checkpoint === 'admission' ? 1 : 0,
    refused: compareActions(liveAction, 'hold') >= 0 && !waits ? 1 : 0,
  };
}

/** What the decisions so far in this batch change for those that follow. */
class EarlierInBatch {
  readonly #events = new Map<DecisionId, Extract<Gathered['event'], { kind: 'seen' }>>();
  readonly #activity = new Map<string, { firstAt: number; jobs: number; refused: number }>();

  add(outcome: Extract<Outcome, { kind: 'decided' }>, { bodyHash }: WrittenEvent): void {
    const { record, activity } = outcome;
    this.#events.set(record.decision.id, { kind: 'seen', bodyHash, decision: record });
    const key = keyOf(activity.account);
    const sum = this.#activity.get(key) ?? { firstAt: activity.at, jobs: 0, refused: 0 };
    sum.jobs += activity.jobs;
    sum.refused += activity.refused;
    this.#activity.set(key, sum);
  }

  event(id: DecisionId): Gathered['event'] | undefined {
    return this.#events.get(id);
  }

  /** A batch takes milliseconds, so its own decisions count into the current hour. */
  activity(account: AccountKey, stored: AccountActivity): AccountActivity {
    const sum = this.#activity.get(keyOf(account));
    if (sum === undefined) return stored;
    return {
      firstSeenAt: stored.firstSeenAt ?? sum.firstAt,
      jobsThisHour: stored.jobsThisHour + sum.jobs,
      jobsLastDay: stored.jobsLastDay + sum.jobs,
      refusedLastDay: stored.refusedLastDay + sum.refused,
    };
  }
}

function keyOf({ provider, account }: AccountKey): string {
  return `${provider}/${account}`;
}
