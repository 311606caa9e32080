/**
 * What an event says that accounts may share. Total: a field of the wrong type says nothing. Only
 * kinds that a provider can know are taken from an event's own list of identifiers, so that nobody
 * can send a person's verdict or a finding of the linker's own.
 */
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { sharedValueLengthMax, sharedValuesPerEventMax } from '../../base/limits.ts';
import type { Event } from '../../model/event.ts';
import type { DefinitionReport } from '../../model/finding.ts';
import type { SharedKind, SharedValue } from '../../model/identifier.ts';
import type { DisposableTest } from './disposable-domains.ts';
import { emailValues } from './email.ts';
import { ipValues } from './ip.ts';
import { nameGrammar } from './name-grammar.ts';
import type { NetworkTable } from './network-table.ts';
import { repositoryContent } from './repository-content.ts';

export interface Knowledge {
  readonly networks: NetworkTable;
  readonly isDisposable: DisposableTest;
}

/** A job as the scanner saw it. */
export interface JobSeen {
  readonly report: DefinitionReport | null;
  /** Of all commands of the definition, in order: `templateBands`. */
  readonly bands: readonly string[];
}

/** Each value once, at most `sharedValuesPerEventMax`. */
export function eventValues(
  event: Event,
  job: JobSeen | null,
  knowledge: Knowledge,
): readonly SharedValue[] {
  const isVerified = event.type === 'account.verified';
  const account = accountValues(accountOf(event), isVerified, knowledge);
  return distinctValues([...account, ...ownValues(event, job)]);
}

/** Job events have the account's fields under `account`, others at the top. */
export function accountOf({ data }: Event): AccountFields {
  return isObject(data['account']) ? data['account'] : data;
}

/** What an event says beside what its account does. */
export function ownValues({ data, type }: Event, job: JobSeen | null): readonly SharedValue[] {
  if (type === 'instrument.added') return instrumentValues(data);
  if (type === 'project.created') return projectValues(data);
  return type === 'job.requested' && job !== null ? jobValues(job) : [];
}

/** Each value once, without those that say nothing or are too long. */
export function distinctValues(values: readonly SharedValue[]): readonly SharedValue[] {
  const distinct = new Map(values.map((value) => [`${value.kind} ${value.value}`, value]));
  return [...distinct.values()]
    .filter(({ value }) => value !== '' && value.length <= sharedValueLengthMax)
    .slice(0, sharedValuesPerEventMax);
}

/** All fields of an account that are read: the same in these is the same in all values. */
export const ACCOUNT_FIELDS = [
  'ip',
  'currentIp',
  'lastIp',
  'email',
  'username',
  'userAgent',
  'similarCards',
  'similarCardHolders',
  'identifiers',
] as const;

export type AccountFields = Readonly<Partial<Record<(typeof ACCOUNT_FIELDS)[number], Json>>>;

/** GitLab tells where an account is now and where it was before. */
const IP_FIELDS = ['ip', 'currentIp', 'lastIp'] as const;

export function accountValues(
  account: AccountFields,
  isVerified: boolean,
  { networks, isDisposable }: Knowledge,
): readonly SharedValue[] {
  const grammar = nameGrammar(textIn(account['username']));
  const userAgent = textIn(account['userAgent']);
  return [
    ...IP_FIELDS.flatMap((field) => ipValues(textIn(account[field]), networks)),
    ...emailValues(textIn(account['email']), isVerified, isDisposable),
    ...(grammar === null ? [] : [{ kind: 'name-grammar', value: grammar } as const]),
    { kind: 'user-agent', value: userAgent },
    ...similarCards(account),
    ...givenValues(account['identifiers']),
  ];
}

/** Counts of one or two are those of people who share a card at home. */
const SIMILAR_CARDS_MIN = 3;

/** GitLab tells how many accounts have a card like theirs, not which: a count is all to share. */
function similarCards(account: AccountFields): readonly SharedValue[] {
  const [cards, holders] = [account['similarCards'], account['similarCardHolders']];
  if (typeof cards !== 'number' || cards < SIMILAR_CARDS_MIN) return [];
  const named = typeof holders === 'number' ? `${cards} of ${holders} names` : `${cards}`;
  return [{ kind: 'similar-cards', value: named }];
}

/** What a provider may call a kind, and what it is here. */
const GIVEN_KINDS: Readonly<Record<string, SharedKind>> = {
  'phone': 'phone',
  'key': 'key',
  'ssh-key': 'key',
  'gpg-key': 'key',
  'device': 'device',
  'card': 'card',
};

function givenValues(identifiers: Json | undefined): readonly SharedValue[] {
  if (!Array.isArray(identifiers)) return [];
  return identifiers.slice(0, sharedValuesPerEventMax).flatMap((item): readonly SharedValue[] => {
    if (!isObject(item)) return [];
    const name = textIn(item['kind']);
    const kind = Object.hasOwn(GIVEN_KINDS, name) ? GIVEN_KINDS[name] : undefined;
    const value = textIn(item['value']);
    if (kind === undefined) return [];
    return [{ kind, value: kind === 'phone' ? phoneOf(value) : value.trim() }];
  });
}

/** `+49 (30) 1234-5` and `0049 30 12345` are one number. */
function phoneOf(text: string): string {
  const digits = [...text].filter((c) => c >= '0' && c <= '9').join('');
  return digits.startsWith('00') ? digits.slice(2) : digits;
}

function instrumentValues(data: JsonObject): readonly SharedValue[] {
  const fingerprint = textIn(data['fingerprint']);
  if (fingerprint === '') return [];
  return [{ kind: 'card', value: `${textIn(data['kind']) || 'card'} ${fingerprint}` }];
}

function projectValues(data: JsonObject): readonly SharedValue[] {
  const { files } = data;
  if (!Array.isArray(files)) return [];
  const paths = files.map((file: Json) => textIn(isObject(file) ? file['path'] : file));
  const content = repositoryContent(paths);
  return content === null ? [] : [{ kind: 'repository-content', value: content }];
}

/**
 * Payouts and workers count only of a job that mines for them: somebody's donation address in
 * another job is no pocket that a miner fills.
 */
function jobValues({ report, bands }: JobSeen): readonly SharedValue[] {
  const verdict = report?.verdict;
  const found = verdict === 'confirmed' ? (report?.identifiers ?? []) : [];
  const as = (kind: SharedKind, isSeen: boolean): readonly SharedValue[] =>
    isSeen ? bands.map((value) => ({ kind, value })) : [];
  return [
    ...found.map(({ kind, value }) => ({ kind, value })),
    ...as('mining-template', verdict === 'confirmed'),
    ...as('suspect-template', verdict === 'confirmed' || verdict === 'suspected'),
    ...as('job-template', true),
  ];
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
