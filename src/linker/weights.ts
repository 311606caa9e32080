/**
 * Every weight of the linker, with where it comes from.
 *
 * Bits are Fellegi–Sunter weights, log2(m / u): how much likelier it is that two accounts share the
 * value when they have one operator (m) than when they do not (u). For a value that n of N accounts
 * show, u is about n / N, and the prior odds that two given accounts have one operator are about
 * 1 / N; N cancels. So a weight here stands for a value that few show, N already taken out, and
 * falls with log2(n): `fade` bits for each doubling beyond `free` accounts. Nobody has published
 * labelled pairs of such accounts, so nearly all weights are assumed; what is measured says so.
 */
import type { SharedKind } from '../model/identifier.ts';

/** Values of one group depend on each other: within a group the heaviest counts, groups add. */
export const LINK_GROUPS = [
  'paid',
  'work',
  'rhythm',
  'instrument',
  'device',
  'mail',
  'network',
  'name',
  'starts',
  'review',
] as const;

export type LinkGroup = (typeof LINK_GROUPS)[number];

/**
 * yes     he can show it, or copy it from the account
 * seldom  he can for a few: for who steps into his rhythm, or whose own jobs look like mining
 * no      the account would have to mine, or he to have its card, mailbox or device
 */
export type Plantable = 'yes' | 'seldom' | 'no';

/** Of a value's bits, so many at most count as what nobody can plant. */
export const UNPLANTABLE_BITS_MAX: Readonly<Record<Plantable, number>> = {
  yes: 0,
  /** Two such values of different groups are enough together: assumed, rare times rare. */
  seldom: 4,
  no: Number.POSITIVE_INFINITY,
};

export interface KindWeight {
  readonly group: LinkGroup;
  /** Between two accounts, of a value that few have. */
  readonly bits: number;
  /** Accounts up to which a value is as good as unique. */
  readonly free: number;
  /** Bits lost with each doubling beyond. */
  readonly fade: number;
  /** From so many accounts on it links nobody: a generic value. Also bounds what is read of it. */
  readonly accountsMax: number;
  /** An account's tie to a value halves with each such span by which others showed it later. */
  readonly halfLifeDays: number;
  /** Whether somebody who wants to be linked to an honest account can bring that about. */
  readonly plantable: Plantable;
  readonly words: string;
}

const YEAR = 365;

export const WEIGHTS: Readonly<Record<SharedKind, KindWeight>> = {
  /**
   * Paid into one pocket. Assumed: as sure as an identity. In real campaigns one address served
   * eleven dialects and eleven repositories. `free` is above any gang seen with one address; what
   * more accounts pay into is a pool's own or a manual's address.
   */
  'payout': weight('paid', 24, 512, 1, 16_384, 2 * YEAR, 'no', 'are paid at the address'),
  /** Assumed. Random workers are unique; `worker1` is everybody's and fades. */
  'worker': weight('paid', 10, 8, 1, 512, YEAR, 'no', 'report as the worker'),
  /** Assumed; a campaign counts its workers in one way, and so do a few others. */
  'worker-grammar': weight('paid', 10, 32, 0.5, 4_096, YEAR, 'no', 'number their workers as'),

  /**
   * Assumed. Only those whose jobs mine have one, so nobody can plant it on others. Real campaigns
   * differ in one worker id per account and keep a template for years. Not enough alone: strangers
   * follow one manual.
   */
  'mining-template': weight(
    'work',
    14,
    32,
    0.5,
    8_192,
    YEAR,
    'no',
    'mine with the commands of template',
  ),
  /**
   * Assumed. A private relay hides the payout. People who work on mining software have such jobs,
   * too: 25 % of their files look like mining, and anybody can copy those.
   */
  'suspect-template': weight(
    'work',
    14,
    32,
    0.5,
    8_192,
    YEAR,
    'seldom',
    'seem to mine with the commands of template',
  ),
  /** Assumed. Forks and tutorials spread honest files, and anybody may fork one. */
  'job-template': weight('work', 5, 2, 1, 64, 180, 'yes', 'run nearly the commands of template'),
  'repository-content': weight('work', 5, 2, 1, 64, 180, 'yes', 'have a project with the files of'),

  /**
   * It rises with the run's length, from 12 to 14. Eleven gaps are so even by chance once in 2.8
   * million sign-ups (`cadence.ts`), 21 bits; no more than 14, because others have machines too,
   * such as a school that makes accounts for a class. Plantable by luck alone: a machine that runs
   * all day now and then has somebody step into its rhythm, and can show what he shows from then
   * on.
   */
  'cadence': weight(
    'rhythm',
    14,
    4_096,
    0,
    8_192,
    YEAR,
    'seldom',
    'signed up in one rhythm, among the',
  ),

  /** Assumed. A family or a team shares a card, and stolen ones are bought by several. */
  'card': weight('instrument', 12, 2, 0.5, 1_024, YEAR, 'no', 'show the card'),
  /** Assumed. GitLab counts cards alike by last digits, expiry and network: by chance, too. */
  'similar-cards': weight('instrument', 3, 4, 1, 64, 30, 'yes', 'have as many cards like theirs,'),
  /** Assumed. Rented numbers are used again by others: 17 vendors, 0.08 to 5 USD a number. */
  'phone': weight('instrument', 12, 2, 1, 64, 180, 'no', 'were verified by the phone'),
  /** Assumed. A public key can be copied where a host does not ask for its private half. */
  'key': weight('device', 14, 2, 0.5, 256, YEAR, 'yes', 'use the key'),
  /** Assumed. People share a computer at home, in a library, in a class. */
  'device': weight('device', 12, 2, 1, 64, 180, 'no', 'use the device'),
  /** Assumed: a browser's name tells little, and anybody can send it. */
  'user-agent': weight('device', 2, 2, 1, 16, 30, 'yes', 'use the browser'),

  /** Assumed. An unproven address is easily somebody else's. */
  'email': weight('mail', 12, 2, 1, 64, 2 * YEAR, 'yes', 'give the mailbox'),
  /** Assumed: one mailbox, one reader. */
  'verified-email': weight('mail', 22, 2, 1, 64, 2 * YEAR, 'no', 'read the mailbox'),
  /** Assumed. A company's domain is shared by its people. */
  'email-domain': weight('mail', 5, 2, 0.5, 128, YEAR, 'yes', 'have mailboxes at'),
  /** Assumed. It holds the domain, so it counts with it. */
  'email-shape': weight('mail', 3, 8, 1, 256, 180, 'yes', 'have mailboxes of the pattern'),
  /** Assumed. Some people just want no mail. */
  'disposable-domain': weight('mail', 4, 4, 0.5, 512, 90, 'yes', 'have throw-away mailboxes at'),

  /** Assumed. A flat, an office, a carrier's gateway for thousands: the count tells them apart. */
  'ip': weight('network', 6, 2, 1, 128, 14, 'yes', 'came from the address'),
  'ip-prefix': weight('network', 3, 2, 1, 64, 30, 'yes', 'came from the network'),
  /** Assumed. Where machines are rented few people browse; VPNs end there, too. */
  'hosting': weight('network', 2, 64, 1, 1_024, 30, 'yes', 'came from machines rented at'),
  'asn': weight('network', 1, 16, 1, 64, 30, 'yes', 'came from the network operator'),

  /** Assumed. Measured only: 683 and 202 accounts of one gang had one grammar. */
  'name-grammar': weight('name', 3, 16, 1, 512, 180, 'yes', 'have names of the pattern'),

  /** Assumed. Cron lines make strangers start together, those of one file above all. */
  'start-pattern': weight('starts', 5, 2, 1, 32, 90, 'yes', 'started their jobs together,'),

  /** A person's word. */
  'review': weight('review', 40, 1_024, 0, 16_384, 100 * YEAR, 'no', 'were put together by'),
};

/**
 * Bits at which accounts join. At the prior of one pair in 2^10 among those that share anything
 * that counts (assumed), odds of 1,000 to 1.
 */
export const JOIN_BITS_MIN = 20;
/** Of these, bits that nobody else can plant. Without them accounts are suspected at most. */
export const JOIN_UNPLANTABLE_BITS_MIN = 8;
/** Bits at which a person should look. The same prior: odds of 16 to 1. */
export const SUSPECT_BITS_MIN = 14;
/**
 * Accounts from which on a group is large: two such groups need more than one account in common.
 */
export const LARGE_PARTY_ACCOUNTS = 25;

function weight(
  group: LinkGroup,
  bits: number,
  free: number,
  fade: number,
  accountsMax: number,
  halfLifeDays: number,
  plantable: Plantable,
  words: string,
): KindWeight {
  return { group, bits, free, fade, accountsMax, halfLifeDays, plantable, words };
}
