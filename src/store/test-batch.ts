/** Events and decisions of a realistic size (1.5 KB each as JSON) for tests of a store. */
import { type EpochMs, HOUR_MS } from '../base/time.ts';
import type { Decision, DecisionRecord } from '../model/decision.ts';
import { type Event, writeEvent } from '../model/event.ts';
import type { DefinitionReport, Finding } from '../model/finding.ts';
import { type AccountId, decisionIdOf, type JobId, type ProviderName } from '../model/ids.ts';
import type { Books } from '../model/ledger-rows.ts';
import type { PartyId } from '../model/party.ts';
import { NO_LEDGER_CHANGES, type ReceivedEvent, type RecordBatch } from '../ports/store.ts';

/** The start of a clock hour. */
export const testStart: EpochMs = 490_000 * HOUR_MS;

const SCRIPT = '    - npm ci && npm run build && npm test -- --reporter=dot\n';

export function testEvent(
  id: string,
  changes: Partial<Event> & { readonly provider?: string; readonly account?: string } = {},
  receivedAt: EpochMs = testStart,
): ReceivedEvent {
  const { provider = 'gitlab', account = '4711', ...fields } = changes;
  const text = `build:\n  stage: test\n  script:\n${SCRIPT.repeat(20)}`;
  const event: Event = {
    source: '//gitlab.example.com',
    id,
    type: 'job.requested',
    subject: {
      provider: provider as ProviderName,
      account: account as AccountId,
      job: '88' as JobId,
    },
    time: receivedAt - 20,
    data: { project: 'a/b', definition: { dialect: 'gitlab', files: [{ path: 'ci.yml', text }] } },
    bodyHash: `hash of ${id}`,
    ...fields,
  };
  return { event: writeEvent(event), receivedAt };
}

const FINDING: Finding = {
  rule: 'pool-address',
  title: 'Address of a mining pool',
  severity: 'high',
  confidence: 'medium',
  position: 'executed',
  bits: 6.5,
  job: 'build',
  location: { path: '.gitlab-ci.yml', line: 4, column: 7, endLine: 4, endColumn: 60 },
  evidence: './worker -o pool.example.org:3333 -u login',
  decoded: ['base64'],
};

const SCAN: DefinitionReport = {
  path: '.gitlab-ci.yml',
  dialect: 'gitlab',
  verdict: 'suspected',
  bits: 6.5,
  executedBits: 6.5,
  unchecked: [],
  broken: false,
  findings: [FINDING],
  identifiers: [],
};

/** The decision on an event. */
export function testDecision(
  { event, receivedAt }: ReceivedEvent,
  changes: Partial<Decision> = {},
): DecisionRecord {
  const decision: Decision = {
    id: decisionIdOf(event.source, event.id),
    checkpoint: 'admission',
    action: 'allow',
    limits: { vcpuSeconds: 7_200, concurrency: 1 },
    ttlSeconds: 0,
    risk: 0.083,
    bits: 6.5,
    reasons: ['the definition names a mining pool'],
    rules: [],
    shadow: [{ id: 'slow-new', action: 'slow', limits: {}, ttlSeconds: 60, reason: 'new account' }],
    findings: [FINDING],
    party: null,
    policy: '0123456789abcdef',
    at: receivedAt,
    ...changes,
  };
  return {
    decision,
    subject: event.subject,
    event: { source: event.source, id: event.id },
    mode: 'live',
    liveAction: decision.action,
    answered: 'decision',
    facts: {
      'provider': event.subject.provider,
      'event.type': event.type,
      'input.problem': '',
      'account.id': event.subject.account,
      'account.knownHours': 0,
      'account.jobsThisHour': 3,
      'scan.verdict': 'suspected',
      'scan.rules': ['pool-address'],
    },
    scan: SCAN,
  };
}

/** A batch with these events and a decision on each, every one a job. */
export function testBatch(
  events: readonly ReceivedEvent[],
  changes: Partial<Decision> = {},
): RecordBatch {
  const decisions = events.map((event) => testDecision(event, changes));
  const activity = decisions.map(({ decision, subject, liveAction }) => ({
    account: { provider: subject.provider, account: subject.account },
    at: decision.at,
    jobs: 1 as const,
    refused: liveAction === 'deny' ? (1 as const) : (0 as const),
  }));
  return { events, decisions, activity, ledger: NO_LEDGER_CHANGES };
}

/** Books with something in each column. */
export function testBooks(changes: Partial<Books> = {}): Books {
  return {
    free: -7,
    reserved: 3_600,
    used: 5,
    jobsUnderWay: 1,
    shortJobs: 1,
    month: 24_300,
    since: testStart,
    monthlyVcpuSeconds: null,
    firstDayVcpuSeconds: 9,
    firstDayUsedBefore: 2,
    given: 4,
    taken: 6,
    noticedPercent: 75,
    mergedInto: 'pty_1' as PartyId,
    version: 1,
    ...changes,
  };
}
