import type { Brand } from '../base/brand.ts';
import { shortSha256Hex } from '../base/hash.ts';

/** `gitlab`, `github` …: lower-case letters, digits and dashes. */
export type ProviderName = Brand<string, 'ProviderName'>;
/** An account's id at its provider, as the provider writes it. */
export type AccountId = Brand<string, 'AccountId'>;
/** A job's id at its provider. */
export type JobId = Brand<string, 'JobId'>;
/** `dec_` and 32 hex digits. */
export type DecisionId = Brand<string, 'DecisionId'>;

/** Whom an event is about. `provider/account` or `provider/account/job` on the wire. */
export interface Subject {
  readonly provider: ProviderName;
  readonly account: AccountId;
  readonly job: JobId | null;
}

const PROVIDER = /^[a-z][a-z0-9-]{0,39}$/;
/** Printable characters but `/`. A provider's own id with a `/` in it is sent percent-encoded. */
const SEGMENT = /^[^/\u0000-\u0020\u007f]{1,200}$/;

/** The subject that a text names, or null. A job's id may hold slashes; it is the rest. */
export function parseSubject(text: string): Subject | null {
  const [provider = '', account = '', ...rest] = text.split('/');
  const job = rest.join('/');
  if (!PROVIDER.test(provider) || !SEGMENT.test(account)) return null;
  if (rest.length > 0 && !rest.every((part) => SEGMENT.test(part))) return null;
  return {
    provider: provider as ProviderName,
    account: account as AccountId,
    job: job === '' ? null : (job as JobId),
  };
}

export function formatSubject(subject: Subject): string {
  const account = `${subject.provider}/${subject.account}`;
  return subject.job === null ? account : `${account}/${subject.job}`;
}

/**
 * The id of the decision on an event. It follows from the event's `(source, id)`, so that the same
 * request decided twice, on two servers or after a crash, can only be one decision.
 */
export function decisionIdOf(source: string, eventId: string): DecisionId {
  // As JSON no two names are the same bytes, not even with lone surrogates, which have no UTF-8.
  return `dec_${shortSha256Hex(JSON.stringify([source, eventId]))}` as DecisionId;
}

const DECISION_ID = /^dec_[0-9a-f]{32}$/;

export function parseDecisionId(text: string): DecisionId | null {
  return DECISION_ID.test(text) ? (text as DecisionId) : null;
}
