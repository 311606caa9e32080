/** Gangs after published campaigns, put among honest people. */
import type { Prng } from '../base/prng.ts';
import { DAY_MS, HOUR_MS } from '../base/time.ts';
import {
  anyName,
  chosenLocalPart,
  freeMailDomain,
  miningCommands,
  proposedUsername,
  residentialIp,
} from './test-people.ts';
import { type Draft, honestDraft, WORLD_DAYS, WORLD_START } from './test-world.ts';

/**
 * cadence    200 accounts, one each 24 seconds, with a generator's names and mailboxes at 27
 *            domains, from a dozen rented machines; 85 of 100 jobs are seen to mine, as was
 *            measured of real repositories, and none names a payout
 * sign-ups   the same each 2 minutes, before any job has run
 * stolen     80 accounts of honest people, used for one template and one payout address
 * numbered   12 accounts of one person, workers counted in one way, three wallets in turn
 * proxies    40 accounts behind residential proxies; two in three jobs name the payout address,
 *            the others go through a private relay
 * hidden     30 accounts behind residential proxies whose jobs are not even seen to mine
 */
export type GangKind = 'cadence' | 'sign-ups' | 'stolen' | 'numbered' | 'proxies' | 'hidden';

export const GANG_KINDS: readonly GangKind[] = [
  'cadence',
  'sign-ups',
  'stolen',
  'numbered',
  'proxies',
  'hidden',
];

interface Gang {
  readonly prng: Prng;
  readonly name: string;
  /** Tells its template and wallets from others'. */
  readonly campaign: number;
}

export function addGangs(prng: Prng, drafts: Draft[]): void {
  let campaign = 0;
  const honest = drafts.length;
  const add = (kind: GangKind, count: number, make: (gang: Gang) => readonly Draft[]): void => {
    for (let i = 0; i < count; i++) {
      campaign++;
      const name = `${kind} ${campaign}`;
      for (const draft of make({ prng, name, campaign })) drafts.push({ ...draft, gang: kind });
    }
  };
  add('cadence', 2, (gang) => paced(gang, 200, 24, true));
  add('sign-ups', 1, (gang) => paced(gang, 200, 119, false));
  add('numbered', 8, numbered);
  add('proxies', 4, proxies);
  add('hidden', 2, hidden);
  for (let i = 0; i < 3; i++)
    steal({ prng, name: `stolen ${i}`, campaign: ++campaign }, drafts, honest);
}

/** A blank account of the gang. */
function member({ prng, name }: Gang, at: number): Draft {
  const blank = honestDraft(prng, drawn(prng));
  return {
    ...blank,
    operator: name,
    signedUpAt: at,
    isVerified: true,
    device: null,
    card: null,
    phone: null,
    key: null,
    files: null,
    starts: [],
    commands: null,
  };
}

function drawn(prng: Prng): number {
  return 10_000_000 + prng.below(1_000_000_000);
}

/** Each account runs three jobs; for each, whether it is one of so many in a hundred. */
function jobs(prng: Prng, percent: number): readonly boolean[] {
  return [0, 1, 2].map(() => prng.below(100) < percent);
}

function anyDay(prng: Prng): number {
  return WORLD_START + prng.below(WORLD_DAYS - 20) * DAY_MS;
}

function paced(gang: Gang, size: number, seconds: number, hasJobs: boolean): readonly Draft[] {
  const { prng, campaign } = gang;
  let at = anyDay(prng) + prng.below(12) * HOUR_MS;
  return Array.from({ length: size }, () => {
    // The sleep of a script, and forms that take a little longer now and then.
    at += Math.round(seconds * (0.85 + prng.below(300) / 1_000)) * 1_000;
    const username = proposedUsername(prng);
    const draft = member(gang, at);
    draft.username = username;
    draft.email = `${username}@gang${campaign}-${prng.below(27)}.example`;
    draft.ips = [`116.202.${campaign}.${1 + prng.below(12)}`];
    draft.userAgent = 'Browser/131 (Linux, headless)';
    const isSeen = hasJobs && jobs(prng, 85).some((seen) => seen);
    draft.verdict = isSeen ? 'suspected' : 'clear';
    if (hasJobs) draft.commands = miningCommands(campaign, `w-${prng.uint32().toString(16)}`);
    return draft;
  });
}

/** Honest people's accounts, with all that these shared before, run one more job. */
function steal({ prng, name, campaign }: Gang, drafts: Draft[], honest: number): void {
  for (let i = 0; i < 80; i++) {
    const draft = drafts[prng.below(honest)];
    if (draft === undefined || draft.gang !== null) continue;
    draft.operator = name;
    draft.gang = 'stolen';
    draft.commands = miningCommands(campaign, `ultra_${prng.uint32().toString(16)}`);
    draft.verdict = 'confirmed';
    draft.payouts = [`wallet ${campaign}`];
    draft.workerGrammar = 'ultra_<hex8>';
  }
}

function numbered(gang: Gang): readonly Draft[] {
  const { prng, campaign } = gang;
  const from = anyDay(prng);
  const name = anyName(prng);
  return Array.from({ length: 12 }, (_, i) => {
    const draft = member(gang, from + prng.below(15 * 24 * 3_600) * 1_000);
    draft.username = `${name.last}-${i + 1}`;
    draft.email = `${chosenLocalPart(prng, name)}@${freeMailDomain(prng)}`;
    draft.ips = [residentialIp(prng), residentialIp(prng)];
    draft.commands = miningCommands(campaign, `gh-${campaign}-${i}`);
    draft.verdict = 'confirmed';
    draft.payouts = [`wallet ${campaign}-${i % 3}`];
    draft.workerGrammar = `gh-${campaign}-<n>`;
    return draft;
  });
}

function proxies(gang: Gang): readonly Draft[] {
  const { prng, campaign } = gang;
  return scattered(gang, 40).map((draft) => {
    draft.commands = miningCommands(campaign, `w${prng.below(1_000)}`);
    const isDirect = jobs(prng, 67).some((direct) => direct);
    draft.verdict = isDirect ? 'confirmed' : 'suspected';
    if (isDirect) draft.payouts = [`wallet ${campaign}`];
    return draft;
  });
}

function hidden(gang: Gang): readonly Draft[] {
  const { prng, campaign } = gang;
  return scattered(gang, 30).map((draft) => {
    draft.commands = miningCommands(campaign, `w${prng.below(1_000)}`);
    return draft;
  });
}

/** Sign-ups spread over two weeks as those of people are, each from homes of others. */
function scattered(gang: Gang, size: number): readonly Draft[] {
  const { prng } = gang;
  const from = anyDay(prng);
  return Array.from({ length: size }, () => {
    const name = anyName(prng);
    const draft = member(gang, from + prng.below(14 * 24 * 3_600) * 1_000);
    draft.email = `${chosenLocalPart(prng, name)}@${freeMailDomain(prng)}`;
    draft.ips = Array.from({ length: 3 }, () => residentialIp(prng));
    return draft;
  });
}
