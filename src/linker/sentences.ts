/**
 * How the linker speaks to somebody who has to judge accounts and has never seen this code. Values
 * stand here by their masked displays only.
 */
import type { Link } from '../model/link.ts';
import type { AccountRef } from '../model/party.ts';
import { bitsOf } from './bits.ts';
import { JOIN_BITS_MIN, JOIN_UNPLANTABLE_BITS_MIN, WEIGHTS } from './weights.ts';

export const RULE =
  'Each bit doubles the odds that one operator is behind both. Accounts are linked from ' +
  `${JOIN_BITS_MIN} bits on, if at least ${JOIN_UNPLANTABLE_BITS_MIN} are of what nobody else ` +
  'can copy.';

/** It may have asked for jobs, of which nothing could link it. */
export function nothingShown(account: AccountRef): string {
  return `${account} has shown nothing that others may share.`;
}

/** What two accounts share, and what that says of them. */
export function sharedSentence(pair: string, link: Link, counts: boolean): string {
  const { kind, display, accounts } = link;
  const others = accounts === 2 ? 'and nobody else' : `like ${othersText(accounts - 2)}`;
  return `${pair} ${WEIGHTS[kind].words} ${display}, ${others}: ${meaningOf(link, counts)}.`;
}

/** What one account shows, and what ties it to others that show it. */
export function shownSentence(link: Link): string {
  return `Those who ${WEIGHTS[link.kind].words} ${link.display}: ${othersOf(link)}.`;
}

function othersOf(link: Link): string {
  const { kind, accounts } = link;
  if (accounts > 1) return `${othersText(accounts - 1)}, ${meaningOf(link, true)}`;
  return `nobody else so far, the first would be tied to it by ${bitsText(bitsOf(kind, 2, 0))}`;
}

function meaningOf({ kind, bits, accounts }: Link, counts: boolean): string {
  if (bits > 0) return counts ? bitsText(bits) : 'no more than what is counted above';
  const isOld = bitsOf(kind, accounts, 0) > 0;
  return isOld ? 'one so long before others that it says nothing' : 'so many that it says nothing';
}

export function bitsText(bits: number): string {
  return bits === 1 ? '1 bit' : `${bits} bits`;
}

function othersText(count: number): string {
  return count === 1 ? '1 other' : `${count} others`;
}

export function listText(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
