/**
 * What a request shows that accounts may share, as keyed hashes. It follows from the request alone,
 * so it is worked out on the event loop; values themselves, which are personal data, stay here.
 *
 * It is remembered in two parts, since a project's jobs come again with every push: what the
 * account shows, by its fields that are read, and what the job shows, by its report, which the
 * scan's cache finds again. A request whose parts are known takes 1 µs and leaves 1 KB of garbage,
 * one of a new account 14 µs and 20 KB.
 */
import { keyedHash } from '../base/hash.ts';
import {
  accountKeyLengthMax,
  accountsShownLengthMax,
  accountsShownMax,
  jobValuesKeptMax,
  sharedDigestsMax,
  sharedValuesPerEventMax,
} from '../base/limits.ts';
import { RecentMap } from '../base/recent-map.ts';
import { BUILTIN_NETWORKS } from '../linker/identifiers/builtin-networks.ts';
import { displayOf } from '../linker/identifiers/display.ts';
import { isDisposable } from '../linker/identifiers/disposable-domains.ts';
import {
  ACCOUNT_FIELDS,
  type AccountFields,
  accountOf,
  accountValues,
  distinctValues,
  type Knowledge,
  ownValues,
} from '../linker/identifiers/event-values.ts';
import { templateBands } from '../linker/identifiers/job-template.ts';
import { parseNetworks } from '../linker/identifiers/networks.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { Event } from '../model/event.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { SharedValue } from '../model/identifier.ts';
import type { Shown } from './links.ts';

export type Identify = (
  event: Event,
  definition: DefinitionInput | null,
  report: DefinitionReport | null,
) => Shown;

const DIGEST_BYTES = 16;

/** `key` keeps the hashes from being guessed; it is in no database. */
export function createIdentify(key: Uint8Array, known: Partial<Knowledge> = {}): Identify {
  const knowledge: Knowledge = { ...BUILTIN, ...known };
  const digest = cachedDigest(keyedHash(key));
  const write = (values: readonly SharedValue[]): Shown =>
    distinctValues(values).flatMap((value) => [value.kind, digest(value), displayOf(value)]);
  const accountShown = rememberedAccounts(({ account, isVerified }) =>
    write(accountValues(account, isVerified, knowledge)),
  );
  const jobShown = rememberedJobs((event, definition, report) =>
    write(ownValues(event, { report, bands: templateBands(commandsOf(definition)) })),
  );
  return (event, definition, report) => {
    const own =
      definition === null ? write(ownValues(event, null)) : jobShown(event, definition, report);
    return joined(accountShown(event), own);
  };
}

/** What an account shows, and both with its last job: the same array for the same request. */
interface AccountShown {
  readonly account: Shown;
  own: Shown;
  both: Shown;
}

/** `own` is nearly always that of the account's request before. */
function joined(known: AccountShown, own: Shown): Shown {
  if (own.length === 0) return known.account;
  if (own.length > 3 * jobValuesKeptMax) return joinedLists(known.account, own);
  if (known.own !== own) {
    known.both = joinedLists(known.account, own);
    known.own = own;
  }
  return known.both;
}

const BUILTIN: Knowledge = { networks: parseNetworks(BUILTIN_NETWORKS).table, isDisposable };

/** As one list would be, in which what both parts show stands once, within its limit. */
function joinedLists(account: Shown, own: Shown): Shown {
  const all = account.slice();
  for (let at = 0; at < own.length; at += 3) {
    // A digest is one of kind and value.
    if (!shows(account, own[at + 1])) all.push(own[at] ?? '', own[at + 1] ?? '', own[at + 2] ?? '');
  }
  const lengthMax = 3 * sharedValuesPerEventMax;
  return all.length > lengthMax ? all.slice(0, lengthMax) : all;
}

function shows(account: Shown, digest: string | undefined): boolean {
  for (let at = 1; at < account.length; at += 3) if (account[at] === digest) return true;
  return false;
}

interface AccountSeen {
  readonly account: AccountFields;
  readonly isVerified: boolean;
}

function rememberedAccounts(show: (seen: AccountSeen) => Shown): (event: Event) => AccountShown {
  const known = new RecentMap<string, AccountShown>(accountsShownMax, accountsShownLengthMax);
  return (event) => {
    const account = accountOf(event);
    const isVerified = event.type === 'account.verified';
    const key = keyOf(account, isVerified);
    const found = known.get(key);
    if (found !== undefined) return found;
    const shown = show({ account, isVerified });
    const made = { account: shown, own: [], both: shown };
    if (key.length <= accountKeyLengthMax) known.put(key, made, key.length + lengthOf(shown));
    return made;
  };
}

/** Texts stand behind their lengths, and no JSON has a bare line break: all fields end clearly. */
function keyOf(account: AccountFields, isVerified: boolean): string {
  let key = isVerified ? 'verified' : '';
  for (const field of ACCOUNT_FIELDS) {
    const value = account[field];
    key += '\n';
    if (typeof value === 'string') key += `${value.length} ${value}`;
    else if (value !== undefined) key += JSON.stringify(value);
  }
  return key;
}

function lengthOf(shown: Shown): number {
  return shown.reduce((length, text) => length + text.length, 0);
}

type ShowJob = (
  event: Event,
  definition: DefinitionInput,
  report: DefinitionReport | null,
) => Shown;

/** The same report is of the same commands. */
function rememberedJobs(show: ShowJob): ShowJob {
  const known = new WeakMap<DefinitionReport, Shown>();
  return (event, definition, report) => {
    // Of another event than a request the definition shows nothing.
    if (report === null || event.type !== 'job.requested') return show(event, definition, report);
    const found = known.get(report);
    if (found !== undefined) return found;
    const shown = show(event, definition, report);
    known.set(report, shown);
    return shown;
  };
}

/** Half of all values are those of everybody: a browser, a network, a template. */
function cachedDigest(hashOf: (text: string) => Buffer): (value: SharedValue) => string {
  const known = new Map<string, string>();
  return ({ kind, value }) => {
    const text = `${kind}\0${value}`;
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= sharedDigestsMax) known.clear();
    const made = hashOf(text).subarray(0, DIGEST_BYTES).toString('base64url');
    known.set(text, made);
    return made;
  };
}

/** Of files that nobody has read yet, all that they say. */
function commandsOf(input: DefinitionInput): readonly string[] {
  if (input.kind === 'files') return input.files.map(({ text }) => text);
  return input.definition.jobs.flatMap(({ commands }) => commands.map(({ source }) => source.text));
}
