/**
 * Pool logins: what stands behind `-u`. Pools share a grammar: an address, perhaps a coin before it
 * (the pool pays in another coin than is mined), and behind it a worker, a payment id, a fixed
 * difficulty and a referral: `COIN:ADDRESS.worker#ref`, `ADDRESS/worker`, `ADDRESS+20000`.
 */
import { COIN_TAGS } from './coin-tags.ts';
import { type Payout, payoutsIn } from './payout.ts';

export interface PoolLogin {
  /** The coin as the login names it, in capitals (`DOGE`); without a tag, the payout's coin. */
  readonly coin: string;
  /** Null when the tag is known and the address is of a form without a checksum we can compute. */
  readonly payout: Payout | null;
  /** The address of a tagged login that has no checksum; empty when a variable stands there. */
  readonly unproven: string;
  /** Worker or rig name; empty when there is none, and for a payment id or a difficulty. */
  readonly worker: string;
  readonly referral: string;
}

const LOGIN_LENGTH_MAX = 512;
const TAG_LENGTH_MIN = 2;
const TAG_LENGTH_MAX = 6;
/** Addresses without a known checksum (XRP, SOL, ADA …) are still this long. */
const UNCHECKED_ADDRESS_LENGTH_MIN = 25;
const EMAIL_USER_LENGTH_MAX = 64;

/** The pool login that the word is, or null. */
export function parseLogin(word: string): PoolLogin | null {
  if (word.length > LOGIN_LENGTH_MAX) return null;
  const login = userOf(word);
  const tag = tagOf(login);
  const [payout] = payoutsIn(login);
  if (payout && (payout.start === 0 || (tag !== '' && payout.start === tag.length + 1))) {
    const rest = login.slice(payout.end);
    if (rest !== '' && !SUFFIX_STARTS.includes(rest[0] as string)) return null;
    // The tag of `kaspa:…` belongs to the address itself.
    const coin = payout.start > 0 ? tag.toUpperCase() : payout.coin;
    const offset = word.indexOf(login);
    const placed = { ...payout, start: payout.start + offset, end: payout.end + offset };
    return { coin, payout: placed, unproven: '', ...suffixOf(rest) };
  }
  return tag === '' ? null : loginByTag(tag, login.slice(tag.length + 1));
}

const SUFFIX_STARTS = './+#:@,';

/** What stands before `@` in `stratum+tcp://LOGIN:PASSWORD@host`, or the word itself. */
function userOf(word: string): string {
  const scheme = word.indexOf('://');
  if (scheme < 0) return word;
  const at = word.indexOf('@', scheme);
  return at < 0 ? '' : word.slice(scheme + 3, at);
}

/** Letters before the first colon when there are 2 to 6 of them, or an empty string. */
function tagOf(login: string): string {
  const colon = login.indexOf(':');
  if (colon < TAG_LENGTH_MIN || colon > TAG_LENGTH_MAX) return '';
  const tag = login.slice(0, colon);
  return isAll(tag, isLetter) ? tag : '';
}

/** A known coin and something that can be an address of it: no checksum to prove it with. */
function loginByTag(tag: string, rest: string): PoolLogin | null {
  const coin = tag.toUpperCase();
  if (!COIN_TAGS.has(coin)) return null;
  const end = firstOf(rest, './+#');
  const address = rest.slice(0, end);
  const suffix = suffixOf(rest.slice(end));
  // `DOGE:$WALLET.rig`: no image tag looks like this, since image names have no capitals.
  const filledIn = address.includes('$') && tag === coin && end < rest.length;
  const plain = address.length >= UNCHECKED_ADDRESS_LENGTH_MIN && isAll(address, isAddressLike);
  return filledIn || plain
    ? { coin, payout: null, unproven: plain ? address : '', ...suffix }
    : null;
}

/**
 * What a pool's password says: `c=BTC,mc=RTM` names the coin that is paid out, `ID=rig7` a worker.
 * The login beside it is then somebody's, whatever its form.
 */
export interface PoolPassword {
  readonly coin: string;
  readonly worker: string;
}

export function parsePassword(word: string): PoolPassword | null {
  if (word.length > LOGIN_LENGTH_MAX) return null;
  let coin = '';
  let worker = '';
  for (const part of word.split(',')) {
    const equals = part.indexOf('=');
    const [key, value] = [
      part.slice(0, equals).trim().toLowerCase(),
      part.slice(equals + 1).trim(),
    ];
    if (key === 'c' && COIN_TAGS.has(value.toUpperCase())) coin = value.toUpperCase();
    if (key === 'id' || key === 'rigid') worker = value;
  }
  return coin === '' ? null : { coin, worker };
}

/** Pools that know their users by an address of e-mail: `me@example.com.rig7`. */
export function isEmailLogin(word: string): boolean {
  const at = word.indexOf('@');
  const host = word.slice(at + 1);
  const isUser = at > 0 && at <= EMAIL_USER_LENGTH_MAX && isAll(word.slice(0, at), isUserCharacter);
  const dot = host.indexOf('.');
  return isUser && dot > 0 && dot < host.length - 1 && isAll(host, isUserCharacter);
}

/** The worker of a login whose payout is not in the text: `$WALLET.rig7`, `account.rig7`. */
export function workerOfUnknown(word: string): string {
  if (word.includes('@') || word.length > LOGIN_LENGTH_MAX) return '';
  const dot = word.indexOf('.');
  const worker = dot > 0 ? word.slice(dot + 1) : '';
  return worker !== '' && isAll(worker, isUserCharacter) ? worker : '';
}

function suffixOf(rest: string): { readonly worker: string; readonly referral: string } {
  const hash = rest.indexOf('#');
  const referral = hash < 0 ? '' : rest.slice(hash + 1);
  const segments = hash < 0 ? rest : rest.slice(0, hash);
  let worker = '';
  for (let at = 0; at < segments.length && worker === ''; ) {
    const next = at + 1 + firstOf(segments.slice(at + 1), './+:@,');
    const segment = segments.slice(at + 1, next);
    const names = segments[at] === '.' || segments[at] === '/';
    if (names && !isPaymentId(segment)) worker = segment;
    at = next;
  }
  return { worker, referral };
}

/** A short (16 digits) or long (64) payment id. */
function isPaymentId(segment: string): boolean {
  return (segment.length === 16 || segment.length === 64) && isAll(segment, isHexDigit);
}

function firstOf(text: string, characters: string): number {
  for (let i = 0; i < text.length; i++) if (characters.includes(text[i] as string)) return i;
  return text.length;
}

function isAll(text: string, test: (c: string) => boolean): boolean {
  for (const c of text) if (!test(c)) return false;
  return true;
}

const isLetter = (c: string): boolean => (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
const isDigit = (c: string): boolean => c >= '0' && c <= '9';
const isAddressLike = (c: string): boolean => isLetter(c) || isDigit(c) || c === '_' || c === '-';
const isHexDigit = (c: string): boolean => isDigit(c) || 'abcdefABCDEF'.includes(c);
const isUserCharacter = (c: string): boolean => isAddressLike(c) || c === '.' || c === '+';
