/**
 * Events and decisions as rows, the same for every database. A row is an array in the order of its
 * columns, which are what queries need; the body is the whole, as JSON, which keeps any string
 * exactly (`JSON.stringify` escapes NUL and lone surrogates).
 */
import { assert } from '../base/assert.ts';
import { type EpochMs, HOUR_MS } from '../base/time.ts';
import type { DecisionRecord } from '../model/decision.ts';
import type { DefinitionReport } from '../model/finding.ts';
import { type DecisionId, decisionIdOf } from '../model/ids.ts';
import type {
  AccountKey,
  ActivityDelta,
  ApiKey,
  Gathered,
  GatherKey,
  ReceivedEvent,
  RecordBatch,
  Scope,
} from '../ports/store.ts';
import { FactNames, factsOf } from './fact-names.ts';
import { fromStoredText, toStoredText } from './stored-text.ts';

export type Value = string | number | null;
export type Row = readonly Value[];

const DECISION_PREFIX = 'dec_';

/**
 * The first is 32 hex digits, and 16 bytes in the database. `definition` is JSON, or null; a
 * database may keep each once, since most are the same as one before.
 */
export const EVENT_COLUMNS = [
  'key',
  'provider',
  'account',
  'received_at',
  'source',
  'id',
  'type',
  'job',
  'time',
  'body_hash',
  'definition',
  'body',
] as const;

function eventRow({ event, receivedAt }: ReceivedEvent, key: string): Row {
  const { source, id, type, subject, time, bodyHash, definition, body } = event;
  return [
    key,
    ...accountRow(subject),
    receivedAt,
    toStoredText(source),
    toStoredText(id),
    type,
    subject.job === null ? null : toStoredText(subject.job),
    time,
    bodyHash,
    definition,
    body,
  ];
}

/** The key of an event: the id that a decision on it has, as the 32 hex digits behind `dec_`. */
export function eventKey(source: string, id: string): string {
  return keyOfDecision(decisionIdOf(source, id));
}

export function keyOfDecision(id: DecisionId): string {
  return id.slice(DECISION_PREFIX.length);
}

/**
 * The first is the key of the event; a database puts its own reference to it in its place. Then
 * what the decision adds to the counters of its account. `scan` is the report as JSON, or null, and
 * `fact_names` those of the facts whose values the body has; a database may keep either once, since
 * most are the same as one before.
 */
export const DECISION_COLUMNS = [
  'event_key',
  'hour',
  'jobs',
  'refused',
  'provider',
  'account',
  'party',
  'action',
  'answered',
  'scan',
  'fact_names',
  'body',
] as const;

function decisionRow(record: DecisionRecord, { account, at, jobs, refused }: ActivityDelta): Row {
  const { decision, subject } = record;
  const isItsOwn = account.provider === subject.provider && account.account === subject.account;
  assert(isItsOwn, 'a decision counts for its own account');
  return [
    keyOfDecision(decision.id),
    hourOf(at),
    jobs,
    refused,
    ...accountRow(subject),
    decision.party === null ? null : toStoredText(decision.party),
    decision.action,
    record.answered,
    textOfScan(record.scan),
    factNames.textOf(record.facts),
    // What is left out is put back by `decisionOf`.
    JSON.stringify({ ...record, facts: Object.values(record.facts), scan: undefined }),
  ];
}

const factNames = new FactNames();
const scanTexts = new WeakMap<DefinitionReport, string>();

/** The same report stands in record after record, as the same object (`candidate-row.ts`). */
function textOfScan(scan: DefinitionReport | null): string | null {
  if (scan === null) return null;
  const known = scanTexts.get(scan);
  if (known !== undefined) return known;
  const text = JSON.stringify(scan);
  scanTexts.set(scan, text);
  return text;
}

/** Rows of `EVENT_COLUMNS`. */
export function eventRows(events: readonly ReceivedEvent[]): readonly Row[] {
  return events.map((received) =>
    eventRow(received, eventKey(received.event.source, received.event.id)),
  );
}

/** Rows of `EVENT_COLUMNS` and of `DECISION_COLUMNS`. */
export function recordRows({ events, decisions, activity }: Omit<RecordBatch, 'ledger'>): {
  readonly events: readonly Row[];
  readonly decisions: readonly Row[];
} {
  const keys = eventKeys(events, decisions);
  return {
    events: events.map((received, i) => eventRow(received, keys[i] ?? '')),
    decisions: decisions.map((record, i) => {
      const delta = activity[i];
      assert(delta !== undefined, 'each decision says what it adds');
      return decisionRow(record, delta);
    }),
  };
}

/** The decision on an event, which follows it in the batch, tells its key without hashing again. */
function eventKeys(
  events: readonly ReceivedEvent[],
  decisions: readonly DecisionRecord[],
): readonly string[] {
  let next = 0;
  return events.map(({ event: { source, id } }) => {
    for (let i = next; i < decisions.length; i++) {
      const record = decisions[i];
      if (record?.event.id !== id || record.event.source !== source) continue;
      next = i + 1;
      return keyOfDecision(record.decision.id);
    }
    return eventKey(source, id);
  });
}

/** Counters go by clock hours. */
export function hourOf(at: EpochMs): number {
  return Math.floor(at / HOUR_MS);
}

export function accountRow({ provider, account }: AccountKey): readonly [string, string] {
  return [toStoredText(provider), toStoredText(account)];
}

/**
 * The record of a row of `body`, `answered`, `scan` and `fact_names`. The body is as it was first
 * written, the whole record in older versions; only the column knows whether the caller was given
 * the default after all.
 */
export function decisionOf([body, answered, scan, names]: Row): DecisionRecord {
  // Written by `decisionRow` alone.
  const stored = JSON.parse(String(body)) as StoredRecord;
  return {
    ...stored,
    facts: typeof names === 'string' ? factsOf(names, Object.values(stored.facts)) : stored.facts,
    scan: typeof scan === 'string' ? (JSON.parse(scan) as DefinitionReport) : (stored.scan ?? null),
    answered: answered === 'default' ? answered : stored.answered,
  };
}

/** Without its scan and the names of its facts, where those stand apart. */
type StoredRecord = Omit<DecisionRecord, 'scan'> & Partial<Pick<DecisionRecord, 'scan'>>;

/** A request of a batch: the key of its event, provider and account, and the clock hour. */
export function gatherRow({ id, account, at }: GatherKey): Row {
  return [keyOfDecision(id), ...accountRow(account), hourOf(at)];
}

/**
 * Of a row of: the event's body hash, null when it is new; the row of its decision, of nulls when
 * it has none; when the account was first seen; its jobs in this clock hour and in 24
 * hours; its refusals in 24 hours.
 */
export function gatheredOf(row: Row): Gathered {
  const [bodyHash, body, answered = null, scan = null, names = null, ...counters] = row;
  const [firstSeenAt, thisHour, jobs, refused] = counters;
  const decision = typeof body === 'string' ? decisionOf([body, answered, scan, names]) : null;
  return {
    event: typeof bodyHash === 'string' ? { kind: 'seen', bodyHash, decision } : { kind: 'new' },
    activity: {
      firstSeenAt: typeof firstSeenAt === 'number' ? firstSeenAt : null,
      jobsThisHour: Number(thisHour),
      jobsLastDay: Number(jobs),
      refusedLastDay: Number(refused),
    },
  };
}

export const API_KEY_COLUMNS = ['id', 'name', 'scopes', 'secret_hash', 'created_at'] as const;

export function apiKeyRow({ id, name, scopes, secretHash, createdAt }: ApiKey): Row {
  return [toStoredText(id), toStoredText(name), JSON.stringify(scopes), secretHash, createdAt];
}

export function apiKeyOf([id, name, scopes, secretHash, createdAt]: Row): ApiKey {
  return {
    id: fromStoredText(String(id)),
    name: fromStoredText(String(name)),
    // Written by `apiKeyRow` alone.
    scopes: JSON.parse(String(scopes)) as readonly Scope[],
    secretHash: String(secretHash),
    createdAt: Number(createdAt),
  };
}

/** The rows of `values`, each as wide as `columns`. */
export function rowsOf(columns: readonly string[], values: readonly Value[]): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < values.length; i += columns.length) {
    rows.push(values.slice(i, i + columns.length));
  }
  return rows;
}
