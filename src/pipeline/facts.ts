/**
 * What a policy may read of one request: from the event's data, the scan and the counters. A value
 * of the wrong type is missing, not guessed; the rules say what a missing fact means.
 */
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { type EpochMs, HOUR_MS, parseTime } from '../base/time.ts';
import type { FactName, Facts, FactValue } from '../model/fact.ts';
import { type DefinitionReport, isGivenUp } from '../model/finding.ts';
import type { Observed } from '../model/signal.ts';
import type { AccountActivity } from '../ports/store.ts';
import { judgeRun } from '../runtime/judge-run.ts';
import type { DecisionRequest } from './request.ts';

type MutableFacts = { -readonly [Name in keyof Facts]: Facts[Name] };

/** Those that follow from the request alone. */
export function requestFacts(request: DecisionRequest, scan: DefinitionReport | null): Facts {
  const { event, receivedAt } = request;
  const isJob = request.checkpoint === 'admission' || request.checkpoint === 'run';
  // Each makes a small object: a large one that grows becomes slow (`candidate-row.ts`).
  return {
    'provider': event.subject.provider,
    'event.type': event.type,
    'input.problem': request.problem,
    'account.id': event.subject.account,
    ...accountFacts(event.data, receivedAt),
    ...(isJob ? jobFacts(event.data, receivedAt) : null),
    ...(request.checkpoint === 'admission' && scan !== null ? scanFacts(scan) : null),
    ...(request.observed === undefined ? null : runFacts(request.observed, event.time)),
  };
}

/** Those of the request, and those that the store knows. */
export function withActivity(facts: Facts, activity: AccountActivity, receivedAt: EpochMs): Facts {
  return {
    ...facts,
    'account.knownHours': hoursBetween(activity.firstSeenAt ?? receivedAt, receivedAt),
    'account.jobsThisHour': activity.jobsThisHour,
    'account.jobsLastDay': activity.jobsLastDay,
    'account.refusedLastDay': activity.refusedLastDay,
  };
}

/** `account.created` has the fields at the top, job events under `account`. */
function accountFacts(data: JsonObject, at: EpochMs): MutableFacts {
  const facts: MutableFacts = {};
  const account = isObject(data['account']) ? data['account'] : data;
  put(facts, 'account.username', textIn(account['username']));
  const email = textIn(account['email']);
  if (email?.includes('@')) {
    put(facts, 'account.emailDomain', email.slice(email.lastIndexOf('@') + 1).toLowerCase());
  }
  put(facts, 'account.plan', textIn(account['plan']));
  if (typeof account['trial'] === 'boolean') put(facts, 'account.trial', account['trial']);
  put(facts, 'account.ageHours', ageHours(account['createdAt'], at));
  put(facts, 'account.signIns', countIn(account['signIns']));
  put(facts, 'account.similarCards', countIn(account['similarCards']));
  put(facts, 'account.similarCardHolders', countIn(account['similarCardHolders']));
  return facts;
}

function jobFacts(data: JsonObject, at: EpochMs): MutableFacts {
  const facts: MutableFacts = {};
  put(facts, 'project.id', textIn(data['project']));
  put(facts, 'project.ageHours', ageHours(data['projectCreatedAt'], at));
  put(facts, 'project.visibility', textIn(data['projectVisibility']));
  put(facts, 'job.trigger', textIn(data['trigger']));
  put(facts, 'job.fanOut', countIn(data['fanOut']));
  put(facts, 'job.vcpu', countIn(data['vcpu']));
  put(facts, 'job.timeoutSeconds', countIn(data['timeoutSeconds']));
  put(facts, 'job.alive', countIn(data['jobsAlive']));
  return facts;
}

function scanFacts(scan: DefinitionReport): MutableFacts {
  return {
    'scan.verdict': scan.verdict,
    'scan.bits': scan.bits,
    'scan.executedBits': scan.executedBits,
    'scan.rules': [...new Set(scan.findings.map((finding) => finding.rule))],
    'scan.unchecked': scan.unchecked.length,
    'scan.gaveUp': scan.unchecked.some(isGivenUp),
  };
}

/** Judged at the time of the event, so that a replay judges the same. */
function runFacts({ signals, unread }: Observed, at: EpochMs): MutableFacts {
  const verdict = judgeRun(signals, at);
  return {
    'run.level': verdict.level,
    'run.bits': verdict.bits,
    'run.signals': verdict.reasons.map(({ kind }) => kind),
    // A list is shown with commas: its items stand in somebody else's sentence.
    'run.reasons': verdict.reasons.map(({ sentence }) => sentence.replace(/\.$/, '')),
    'run.unread': unread,
  };
}

function put(facts: MutableFacts, name: FactName, value: FactValue | undefined): void {
  if (value !== undefined) facts[name] = value;
}

function textIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A count or amount: finite and not negative. */
function countIn(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function ageHours(value: Json | undefined, at: EpochMs): number | undefined {
  const since = typeof value === 'string' ? parseTime(value) : null;
  return since === null ? undefined : hoursBetween(since, at);
}

/** Never negative: a provider's clock may be ahead of ours. */
function hoursBetween(from: EpochMs, to: EpochMs): number {
  return Math.max(0, to - from) / HOUR_MS;
}
