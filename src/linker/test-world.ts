/**
 * A provider's accounts over ninety days: honest people, who share offices, universities, carriers,
 * tutorials and forks, and gangs after the published campaigns. Made from a seed through the same
 * readers as real events. It knows who is who, so what the linker makes of it can be counted.
 */
import { Prng } from '../base/prng.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../base/time.ts';
import type { IdentifierKey, SharedKind, SharedValue } from '../model/identifier.ts';
import type { Observation } from '../model/link.ts';
import type { AccountRef } from '../model/party.ts';
import { BUILTIN_NETWORKS } from './identifiers/builtin-networks.ts';
import { displayOf } from './identifiers/display.ts';
import { isDisposable } from './identifiers/disposable-domains.ts';
import { emailValues, mailboxOf } from './identifiers/email.ts';
import { ipValues } from './identifiers/ip.ts';
import { templateBands } from './identifiers/job-template.ts';
import { nameGrammar } from './identifiers/name-grammar.ts';
import { parseNetworks } from './identifiers/networks.ts';
import { addGangs, type GangKind } from './test-gangs.ts';
import {
  anyName,
  chosenLocalPart,
  chosenUsername,
  edited,
  freeMailDomain,
  honestCommands,
  popular,
  residentialIp,
  userAgent,
} from './test-people.ts';

export const WORLD_START = Date.UTC(2026, 5, 1);
export const WORLD_DAYS = 90;

export interface WorldAccount {
  readonly ref: AccountRef;
  /** Who operates it: a person, or a gang. */
  readonly operator: string;
  readonly gang: GangKind | null;
}

export interface World {
  readonly accounts: readonly WorldAccount[];
  /** By time. */
  readonly observations: readonly Observation[];
}

/** An account under construction. */
export interface Draft {
  operator: string;
  gang: GangKind | null;
  signedUpAt: EpochMs;
  username: string;
  email: string;
  isVerified: boolean;
  ips: string[];
  userAgent: string;
  device: string | null;
  card: string | null;
  phone: string | null;
  key: string | null;
  commands: readonly string[] | null;
  /** What the scanner saw in its jobs: mining for a payout, mining, nothing. */
  verdict: 'confirmed' | 'suspected' | 'clear';
  payouts: string[];
  workerGrammar: string | null;
  files: string | null;
  /** Of jobs. */
  starts: readonly EpochMs[];
}

export function makeWorld(seed: number, honest: number): World {
  return worldOf(makeDrafts(seed, honest));
}

/** The accounts as they are, honest ones first. */
export function makeDrafts(seed: number, honest: number): readonly Draft[] {
  const prng = new Prng(seed);
  const drafts = Array.from({ length: honest }, (_, i) => honestDraft(prng, i));
  const places = { prng, drafts };
  offices(places, 0.18);
  universities(places, 0.12);
  carriers(places, 0.15);
  households(places, 0.04);
  workshops(places, Math.ceil(honest / 3_500));
  importedClasses(places, Math.ceil(honest / 30_000));
  tutorials(places, 0.4);
  forks(places, 0.1);
  chance(places);
  secondAccounts(places, 0.01);
  minersOfSoftware(places, Math.ceil(honest / 20_000));
  addGangs(prng, drafts);
  ownMailboxes(drafts);
  return drafts;
}

interface Places {
  readonly prng: Prng;
  readonly drafts: Draft[];
}

export function honestDraft(prng: Prng, number: number): Draft {
  const name = anyName(prng);
  const has = (percent: number): boolean => prng.below(100) < percent;
  const domain = has(2) ? 'mailinator.com' : has(8) ? `${name.last}${number}.example` : null;
  const at = WORLD_START + prng.below(WORLD_DAYS * 24 * 3_600) * 1_000;
  return {
    operator: `person ${number}`,
    gang: null,
    signedUpAt: at,
    username: chosenUsername(prng, name),
    email: `${chosenLocalPart(prng, name)}@${domain ?? freeMailDomain(prng)}`,
    isVerified: has(80),
    ips: Array.from({ length: 1 + prng.below(3) }, () => residentialIp(prng)),
    userAgent: userAgent(prng),
    device: has(40) ? `device ${number}` : null,
    card: has(10) ? `card ${number}` : null,
    phone: has(20) ? `+1555${number}` : null,
    key: has(30) ? `key ${number}` : null,
    commands: has(70) ? honestCommands(prng) : null,
    verdict: 'clear',
    payouts: [],
    workerGrammar: null,
    files: has(50) ? `files ${number}` : null,
    starts: has(10) ? nightly(prng, at) : [],
  };
}

/** Three nights of a cron job, at a round hour as most are. */
function nightly(prng: Prng, from: EpochMs): readonly EpochMs[] {
  const first = Math.ceil(from / DAY_MS) * DAY_MS + popular(prng, 24) * HOUR_MS;
  const minute = prng.below(3) > 0 ? 0 : prng.below(60) * 60_000;
  return [0, 1, 2].map((day) => first + day * DAY_MS + minute + prng.below(20_000));
}

/** Draws accounts that nothing has happened to: the generator walks the list from its start. */
function* groups(
  { drafts, prng }: Places,
  share: number,
  sizeOf: () => number,
): Generator<readonly Draft[]> {
  const total = Math.floor(drafts.length * share);
  for (let done = 0; done < total; ) {
    const size = Math.min(sizeOf(), total - done);
    yield Array.from({ length: size }, () => prng.pick(drafts));
    done += size;
  }
}

/**
 * Five to sixty people behind one address, most with the company's mail, many with its template.
 */
function offices(places: Places, share: number): void {
  const { prng } = places;
  let office = 0;
  const size = () => Math.floor(5 * 12 ** (prng.below(1_000) / 1_000));
  for (const people of groups(places, share, size)) {
    const ip = residentialIp(prng);
    const domain = `company${office++}.example`;
    const template = honestCommands(prng);
    for (const draft of people) {
      draft.ips.push(ip);
      if (prng.below(10) < 7) draft.email = `${draft.email.split('@', 1)[0]}@${domain}`;
      if (prng.below(2) === 0) draft.commands = edited(prng, template);
      if (prng.below(3) === 0) draft.userAgent = `Browser/139 (company ${office})`;
    }
  }
}

/** Hundreds behind four addresses, with the university's mail and its courses' templates. */
function universities(places: Places, share: number): void {
  const { prng } = places;
  let university = 0;
  for (const people of groups(places, share, () => 150 + prng.below(400))) {
    const net = university++;
    const templates = Array.from({ length: 6 }, () => honestCommands(prng));
    for (const draft of people) {
      draft.ips.push(`129.${net % 200}.${7 + Math.floor(net / 200)}.${1 + prng.below(4)}`);
      if (prng.below(2) === 0) draft.email = `${draft.email.split('@', 1)[0]}@uni${net}.example`;
      if (prng.below(2) === 0) draft.commands = edited(prng, prng.pick(templates));
    }
  }
}

/** Twelve carriers, eight gateways each. */
function carriers(places: Places, share: number): void {
  const { prng } = places;
  for (const people of groups(places, share, () => 1)) {
    for (const draft of people) draft.ips.push(`92.40.${prng.below(12)}.${1 + prng.below(8)}`);
  }
}

/** Two people, one address, sometimes one computer, seldom one card. */
function households(places: Places, share: number): void {
  const { prng } = places;
  for (const [one, other] of groups(places, share, () => 2)) {
    if (!one || !other) continue;
    other.ips = [one.ips[0] ?? '', ...other.ips.slice(1)];
    if (prng.below(5) === 0) other.device = one.device;
    if (prng.below(100) === 0) other.card = one.card;
  }
}

/** Forty people in one room sign up within a quarter of an hour and run the same job. */
function workshops({ prng, drafts }: Places, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = WORLD_START + prng.below(WORLD_DAYS) * DAY_MS + 9 * HOUR_MS;
    const ip = residentialIp(prng);
    const template = honestCommands(prng);
    for (let person = 0; person < 40; person++) {
      const draft = prng.pick(drafts);
      draft.signedUpAt = at + prng.below(900) * 1_000;
      draft.ips.push(ip);
      draft.commands = template;
      draft.files = `workshop ${i}`;
      draft.starts = [];
    }
  }
}

/** A teacher's file of thirty, which an import makes accounts of as fast as it can. */
function importedClasses({ prng, drafts }: Places, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = WORLD_START + prng.below(WORLD_DAYS) * DAY_MS + 8 * HOUR_MS;
    const ip = residentialIp(prng);
    for (let pupil = 0; pupil < 30; pupil++) {
      const draft = prng.pick(drafts);
      draft.signedUpAt = at + pupil * (800 + prng.below(400));
      draft.username = `class${i}-${String(pupil).padStart(3, '0')}`;
      draft.email = `pupil${pupil}@school${i}.example`;
      draft.ips = [ip];
    }
  }
}

/** Sixty templates that everybody copies, some more than others. */
function tutorials(places: Places, share: number): void {
  const { prng } = places;
  const templates = Array.from({ length: 60 }, () => honestCommands(prng));
  for (const people of groups(places, share, () => 1)) {
    const template = templates[popular(prng, templates.length)] ?? [];
    for (const draft of people) draft.commands = edited(prng, template);
  }
}

/** Two to thirty people with a project's files and jobs as they are. */
function forks(places: Places, share: number): void {
  const { prng } = places;
  let project = 0;
  for (const people of groups(places, share, () => 2 + popular(prng, 29))) {
    const commands = honestCommands(prng);
    project++;
    for (const draft of people) {
      draft.commands = commands;
      draft.files = `project ${project}`;
    }
  }
}

/** What strangers share by chance: numbers used again, a key of a team, a card of two families. */
function chance({ prng, drafts }: Places): void {
  const each = (oneIn: number, share: (one: Draft, other: Draft) => void): void => {
    for (let i = 0; i < drafts.length / oneIn; i++) share(prng.pick(drafts), prng.pick(drafts));
  };
  each(2_000, (one, other) => {
    one.phone ??= `+1666${prng.uint32()}`;
    other.phone = one.phone;
  });
  each(5_000, (one, other) => {
    one.key ??= `team key ${prng.uint32()}`;
    other.key = one.key;
    other.ips.push(one.ips[0] ?? '');
  });
  each(4_000, (one, other) => {
    one.card ??= `shared card ${prng.uint32()}`;
    other.card = one.card;
  });
}

/** Twenty people each who work on mining software: its own jobs look like mining to a scanner. */
function minersOfSoftware({ prng, drafts }: Places, projects: number): void {
  for (let project = 0; project < projects; project++) {
    const commands = honestCommands(prng);
    for (let i = 0; i < 20; i++) {
      const draft = prng.pick(drafts);
      draft.commands = edited(prng, commands);
      draft.verdict = 'suspected';
      draft.files = `mining software ${project}`;
    }
  }
}

/** A mailbox has one owner: who comes later finds the name taken and adds something. */
function ownMailboxes(drafts: readonly Draft[]): void {
  const owners = new Map<string, string>();
  for (const [i, draft] of drafts.entries()) {
    const mailbox = mailboxOf(draft.email);
    const name = `${mailbox?.local}@${mailbox?.domain}`;
    if ((owners.get(name) ?? draft.operator) !== draft.operator) {
      const at = draft.email.indexOf('@');
      draft.email = `${draft.email.slice(0, at)}${i}${draft.email.slice(at)}`;
    } else owners.set(name, draft.operator);
  }
}

/** One in a hundred has another account, for work: the same person. */
function secondAccounts({ prng, drafts }: Places, share: number): void {
  for (let i = 0; i < drafts.length * share; i++) {
    const [one, other] = [prng.pick(drafts), prng.pick(drafts)];
    other.operator = one.operator;
    other.device = one.device;
    other.ips.push(one.ips[0] ?? '');
    if (prng.below(3) === 0) other.email = one.email;
  }
}

const NETWORKS = parseNetworks(BUILTIN_NETWORKS).table;

export function accountsOf(drafts: readonly Draft[]): readonly WorldAccount[] {
  return drafts.map(({ operator, gang }, i) => ({ ref: refOf(i), operator, gang }));
}

function worldOf(drafts: readonly Draft[]): World {
  const observations = drafts.flatMap((draft, i) => observationsOf(draft, refOf(i)));
  const timeOf = (observation: Observation) => ('at' in observation ? observation.at : 0);
  return {
    accounts: accountsOf(drafts),
    observations: observations.sort((a, b) => timeOf(a) - timeOf(b)),
  };
}

function refOf(i: number): AccountRef {
  return `gitlab/u${i}` as AccountRef;
}

function observationsOf(draft: Draft, account: AccountRef): readonly Observation[] {
  const observations: Observation[] = [{ kind: 'signed-up', account, at: draft.signedUpAt }];
  const say = (values: readonly SharedValue[], at: EpochMs): void => {
    for (const value of values) {
      const key = `${value.kind} ${value.value}` as IdentifierKey;
      const identifier = { kind: value.kind, key, display: displayOf(value) };
      observations.push({ kind: 'shown', account, identifier, at });
    }
  };
  say(signUpValues(draft), draft.signedUpAt);
  for (const [i, ip] of draft.ips.entries()) {
    say(ipValues(ip, NETWORKS), draft.signedUpAt + i * 2 * DAY_MS);
  }
  for (const at of draft.starts) observations.push({ kind: 'started', account, at });
  say(jobValues(draft), draft.signedUpAt + HOUR_MS);
  return observations;
}

function signUpValues(draft: Draft): readonly SharedValue[] {
  const grammar = nameGrammar(draft.username);
  const given = { device: draft.device, card: draft.card, phone: draft.phone, key: draft.key };
  return [
    ...emailValues(draft.email, draft.isVerified, isDisposable),
    ...(grammar === null ? [] : [{ kind: 'name-grammar', value: grammar } as const]),
    { kind: 'user-agent', value: draft.userAgent },
    ...(['device', 'card', 'phone', 'key'] as const).flatMap((kind) => {
      const value = given[kind];
      return value === null ? [] : [{ kind, value }];
    }),
  ];
}

function jobValues(draft: Draft): readonly SharedValue[] {
  const { verdict } = draft;
  const bands = templateBands(draft.commands ?? []);
  const as = (kind: SharedKind) => bands.map((value) => ({ kind, value }));
  return [
    ...as('job-template'),
    ...(verdict === 'confirmed' ? as('mining-template') : []),
    ...(verdict === 'clear' ? [] : as('suspect-template')),
    ...draft.payouts.map((value) => ({ kind: 'payout', value }) as const),
    ...(draft.workerGrammar === null
      ? []
      : [{ kind: 'worker-grammar', value: draft.workerGrammar } as const]),
    ...(draft.files === null ? [] : [{ kind: 'repository-content', value: draft.files } as const]),
  ];
}
