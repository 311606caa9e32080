/**
 * What a policy may read of one request: from the event's data, the scan and the counters. A value
 * of the wrong type is missing, not guessed; the rules say what a missing fact means.
 */
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { type EpochMs, HOUR_MS, parseTime } from '../base/time.ts';
import type { FactName, Facts, FactValue } from '../model/fact.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { Observed } from '../model/signal.ts';
import type { AccountActivity } from '../ports/store.ts';
import { judgeRun } from '../runtime/judge-run.ts';
import type { DecisionRequest } from './request.ts';

type MutableFacts = { -readonly [Name in keyof Facts]: Facts[Name] };

/** Those that follow from the request alone. */
export function requestFacts(request: DecisionRequest, scan: DefinitionReport | null): Facts {
  const { event, receivedAt } = request;
  const facts: MutableFacts = {
    'provider': event.subject.provider,
    'event.type': event.type,
    'input.problem': request.problem,
    'account.id': event.subject.account,
  };
  addAccountFacts(facts, event.data, receivedAt);
  if (request.checkpoint === 'admission' || request.checkpoint === 'run') {
    addJobFacts(facts, event.data, receivedAt);
  }
  if (request.checkpoint === 'admission' && scan !== null) addScanFacts(facts, scan);
  if (request.observed !== undefined) addRunFacts(facts, request.observed, event.time);
  return facts;
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
function addAccountFacts(facts: MutableFacts, data: JsonObject, at: EpochMs): void {
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
}

function addJobFacts(facts: MutableFacts, data: JsonObject, at: EpochMs): void {
  put(facts, 'project.id', textIn(data['project']));
  put(facts, 'project.ageHours', ageHours(data['projectCreatedAt'], at));
  put(facts, 'project.visibility', textIn(data['projectVisibility']));
  put(facts, 'job.trigger', textIn(data['trigger']));
  put(facts, 'job.fanOut', countIn(data['fanOut']));
  put(facts, 'job.vcpu', countIn(data['vcpu']));
  put(facts, 'job.timeoutSeconds', countIn(data['timeoutSeconds']));
  put(facts, 'job.alive', countIn(data['jobsAlive']));
}

function addScanFacts(facts: MutableFacts, scan: DefinitionReport): void {
  facts['scan.verdict'] = scan.verdict;
  facts['scan.bits'] = scan.bits;
  facts['scan.executedBits'] = scan.executedBits;
  facts['scan.rules'] = [...new Set(scan.findings.map((finding) => finding.rule))];
  facts['scan.unchecked'] = scan.unchecked.length;
}

/** Judged at the time of the event, so that a replay judges the same. */
function addRunFacts(facts: MutableFacts, { signals, unread }: Observed, at: EpochMs): void {
  const verdict = judgeRun(signals, at);
  facts['run.level'] = verdict.level;
  facts['run.bits'] = verdict.bits;
  facts['run.signals'] = verdict.reasons.map(({ kind }) => kind);
  // A list is shown with commas: its items stand in somebody else's sentence.
  facts['run.reasons'] = verdict.reasons.map(({ sentence }) => sentence.replace(/\.$/, ''));
  facts['run.unread'] = unread;
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
