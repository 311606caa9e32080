/**
 * Identifiers: values that accounts may share. What an event says is read as a `SharedValue`, which
 * is personal data; the caller turns it into an `Identifier`, whose key is a keyed hash (HMAC) of
 * kind and value with 128 bits, and only that travels further. The key of the hash never enters the
 * database, so an address of IPv4, of which there are few, cannot be guessed from it.
 */
import type { Brand } from '../base/brand.ts';

/**
 * ip                  an IPv4 address, or the /64 of an IPv6 address: what one household has
 * ip-prefix           the /24 or /48 around it
 * asn                 the network's operator
 * hosting             the operator, where it rents machines out: people do not live there
 * email               the mailbox that an unproven address leads to
 * verified-email      the same, once its owner has shown that it is read
 * email-domain        a domain that is not everybody's
 * disposable-domain   a domain that hands out mailboxes for an hour
 * email-shape         runs of letters and digits of the address, with its domain
 * name-grammar        how a user name was put together, where a program could have done it
 * card                a payment card's fingerprint
 * similar-cards       how many cards like its own the provider has counted
 * phone               a telephone number
 * key                 an SSH or GPG key's fingerprint
 * device              a device, as the provider recognises it
 * user-agent          the browser, word for word
 * payout              who is paid for what a job mines
 * worker              the name under which one copy of a miner reports
 * worker-grammar      what the workers of one campaign have in common
 * mining-template     commands of a job that mines for a payout that it names, much like another's
 * suspect-template    commands of a job in which the scanner saw mining, with or without a payout
 * job-template        commands of any job, much like another's
 * repository-content  the files of a project
 * cadence             a run of sign-ups with a machine's rhythm; the linker finds it itself
 * start-pattern       jobs that start together, again and again
 * review              a person said so
 */
export const SHARED_KINDS = [
  'ip',
  'ip-prefix',
  'asn',
  'hosting',
  'email',
  'verified-email',
  'email-domain',
  'disposable-domain',
  'email-shape',
  'name-grammar',
  'card',
  'similar-cards',
  'phone',
  'key',
  'device',
  'user-agent',
  'payout',
  'worker',
  'worker-grammar',
  'mining-template',
  'suspect-template',
  'job-template',
  'repository-content',
  'cadence',
  'start-pattern',
  'review',
] as const;

export type SharedKind = (typeof SHARED_KINDS)[number];

/** As it was read, in one canonical form for equal things. Personal data: never stored. */
export interface SharedValue {
  readonly kind: SharedKind;
  readonly value: string;
}

/** Names a value of a kind without telling it: the HMAC of both, in any text form. */
export type IdentifierKey = Brand<string, 'IdentifierKey'>;

export interface Identifier {
  readonly kind: SharedKind;
  readonly key: IdentifierKey;
  /** Enough for a person to recognise it, too little to use it: `4AB…x9`. */
  readonly display: string;
}
