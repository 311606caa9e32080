/**
 * Addresses that a miner connects to, in any text: stratum URLs by their scheme, and public pools
 * by their name. One pass, no pattern.
 */
import type { IndicatorOrigin, Indicators } from '../indicators/indicators.ts';
import { isAlphanumeric } from './token.ts';

/**
 * stratum  a stratum URL, whatever its host
 * local    a stratum URL of this machine or of a service without a domain
 * pool     a known pool's host with a port
 * site     a known pool's host without one
 */
export type EndpointKind = 'stratum' | 'local' | 'pool' | 'site';

export interface Endpoint {
  readonly kind: EndpointKind;
  readonly text: string;
  readonly start: number;
  /** Which indicators know the pool; public for what is known by its scheme. */
  readonly origin: IndicatorOrigin;
}

/** Schemes of mining clients: the first part names the protocol, `+tcp` and such may follow. */
const SCHEMES: ReadonlySet<string> = new Set([
  'stratum',
  'stratum1',
  'stratum2',
  'stratums',
  'stratumss',
  'ethstratum',
  'nicehash',
  'zstratum',
]);

/** Labels from the right that are compared with the list. A domain of it has at most four. */
const LABELS_MAX = 6;
/** Where nodes of Monero answer, and not pools: those who run a pool run public nodes too. */
const NODE_PORTS: ReadonlySet<string> = new Set(['18080', '18081', '18083', '18089']);
const URL_LENGTH_MAX = 300;
const ENDPOINTS_MAX = 50;

/** One of these, or of the pools' own, stands in every endpoint that this file can find. */
export const ENDPOINT_ATOMS: readonly string[] = [
  ...SCHEMES,
  // `-ostratum+tcp://…`: the option and its value in one word.
  ...[...SCHEMES].map((scheme) => `o${scheme}`),
];

/**
 * The endpoints of a text, in order; the first ones when there are very many. Only a word with a
 * dot or before `://` can be one, so the pass goes from one such mark to the next.
 */
export function endpointsIn(text: string, indicators: Indicators): readonly Endpoint[] {
  const found: Endpoint[] = [];
  let from = 0;
  let dot = text.indexOf('.');
  let scheme = text.indexOf('://');
  while ((dot !== -1 || scheme !== -1) && found.length < ENDPOINTS_MAX) {
    const isDot = dot !== -1 && (scheme === -1 || dot < scheme);
    const mark = isDot ? dot : scheme;
    let start = mark;
    while (start > from && isHostCharacter(text.charCodeAt(start - 1))) start--;
    let end = mark;
    while (end < text.length && isHostCharacter(text.charCodeAt(end))) end++;
    const endpoint = end - start >= 4 ? endpointAt(text, start, end, indicators) : null;
    if (endpoint) found.push(endpoint);
    // What follows the host belongs to the same address.
    from = Math.max(end, mark + 1, endpoint ? endpoint.start + endpoint.text.length : 0);
    if (dot !== -1 && dot < from) dot = text.indexOf('.', from);
    if (scheme !== -1 && scheme < from) scheme = text.indexOf('://', from);
  }
  return found;
}

/** Whether the word is `host:port`, with a host that is not this machine. */
export function isHostAndPort(word: string): boolean {
  const { host, port } = serverOf(word);
  if (port.length < 2 || port.length > 5) return false;
  if (!isDigits(port)) return false;
  return host.startsWith('[') ? isIpv6(host) : isHost(host) && !isLocal(host);
}

/** The parts of `scheme://login@host:port/path`; the port is empty when there is none. */
export function serverOf(word: string): { readonly host: string; readonly port: string } {
  const scheme = word.indexOf('://');
  const rest = scheme < 0 ? word : word.slice(scheme + 3);
  let end = 0;
  while (end < rest.length && !'/?#'.includes(rest[end] as string)) end++;
  const place = rest.slice(rest.lastIndexOf('@', end - 1) + 1, end);
  const colon = place.lastIndexOf(':');
  const hasPort = colon > 0 && !place.endsWith(']');
  return hasPort
    ? { host: place.slice(0, colon), port: place.slice(colon + 1) }
    : { host: place, port: '' };
}

/** A machine without a port, which a miner connects to at its own, and no name of a file. */
export function isBareServer(word: string): boolean {
  const { host, port } = serverOf(word);
  if (port !== '' || !host.includes('.') || !isHost(host) || isLocal(host)) return false;
  const labels = host.split('.');
  if (labels.every(isDigits)) return labels.length === 4;
  const last = labels.at(-1) ?? '';
  return last.length >= 2 && [...last].every(isLetter) && !FILE_ENDINGS.has(last.toLowerCase());
}

/** Of files that programs write: `-o result.json`. */
const FILE_ENDINGS: ReadonlySet<string> = new Set(
  (
    'json jsonl txt csv tsv log out xml html htm md yaml yml toml ini conf cfg bin dat zip gz tgz ' +
    'xz tar pem key crt js ts py sh rb go rs sol wasm abi db sqlite png jpg svg pdf exe so dll tmp'
  ).split(' '),
);

function isDigits(text: string): boolean {
  return text !== '' && [...text].every((c) => c >= '0' && c <= '9');
}

function isLetter(c: string): boolean {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/** `[2001:db8::1]`, and not this machine. */
function isIpv6(host: string): boolean {
  const inner = host.slice(1, -1).toLowerCase();
  const isAddress =
    inner.includes(':') && [...inner].every((c) => '0123456789abcdef:.'.includes(c));
  return host.endsWith(']') && isAddress && inner !== '::1' && inner !== '::';
}

/** Whether a miner may connect to the word: `host:port` of another machine that is no node. */
export function isServer(word: string): boolean {
  if (!isHostAndPort(word) || !hasMinerScheme(word)) return false;
  return !NODE_PORTS.has(serverOf(word).port);
}

/** Schemes that miners take besides their own. */
const PLAIN_SCHEMES: ReadonlySet<string> = new Set(['tcp', 'ssl', 'tls']);

/** Whether an address has no scheme, or one that says nothing of another trade. */
export function hasMinerScheme(word: string): boolean {
  const end = word.indexOf('://');
  return end < 0 || PLAIN_SCHEMES.has(word.slice(0, end).toLowerCase());
}

/** An endpoint whose scheme or host is the run `text.slice(start, end)`. */
function endpointAt(
  text: string,
  start: number,
  end: number,
  indicators: Indicators,
): Endpoint | null {
  const run = text.slice(start, Math.min(end, start + URL_LENGTH_MAX));
  const scheme = text.startsWith('://', end) ? schemeOf(run) : '';
  if (scheme !== '') {
    const stop = urlEnd(text, end);
    const host = hostOf(text.slice(end + 3, stop));
    const kind = isLocal(host) ? 'local' : 'stratum';
    const from = end - scheme.length;
    return { kind, text: text.slice(from, stop), start: from, origin: 'public' };
  }
  const origin = run.includes('.') ? poolOrigin(run, indicators) : null;
  if (origin === null) return null;
  const hasPort = text[end] === ':' && isDigit(text.charCodeAt(end + 1));
  const isWebAddress = text
    .slice(Math.max(0, start - 8), start)
    .toLowerCase()
    .includes('http');
  const whole = hasPort ? text.slice(start, urlEnd(text, end)) : run;
  const isNode = NODE_PORTS.has(whole.slice(run.length + 1));
  if (!hasPort || isWebAddress || isNode) return { kind: 'site', text: run, start, origin };
  return { kind: 'pool', text: whole, start, origin };
}

/** The mining scheme that a run is or ends in, with what follows its plus, or an empty string. */
function schemeOf(run: string): string {
  const [protocol = ''] = run.toLowerCase().split('+', 1);
  const dash = protocol.lastIndexOf('-');
  const name = protocol.slice(dash + 1);
  if (SCHEMES.has(name)) return run.slice(dash + 1);
  const isGlued = dash >= 0 && name.startsWith('o') && SCHEMES.has(name.slice(1));
  return isGlued ? run.slice(dash + 2) : '';
}

/** Which indicators know the host, or a domain around it, as a pool's; null when none does. */
export function poolOrigin(host: string, indicators: Indicators): IndicatorOrigin | null {
  const lower = host.toLowerCase();
  // A dot at the end names the same host.
  const name = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  let at = name.lastIndexOf('.');
  for (let labels = 2; at >= 0 && labels <= LABELS_MAX; labels++) {
    at = at === 0 ? -1 : name.lastIndexOf('.', at - 1);
    const origin = indicators.originOf('pools', name.slice(at + 1));
    if (origin !== null) return origin;
  }
  return null;
}

/** This machine, or a name that only a local network can resolve. */
function isLocal(host: string): boolean {
  const name = host.toLowerCase();
  if (name === '' || name === 'localhost' || name === '0.0.0.0') return true;
  if (name.startsWith('127.') || name.endsWith('.local') || name.endsWith('.localhost'))
    return true;
  return !name.includes('.') && !name.includes('$') && !name.includes('{');
}

/** The host of what stands behind `://`: without login, port and path. */
function hostOf(rest: string): string {
  const authority = rest.split('/', 1)[0] ?? '';
  const name = authority.slice(authority.lastIndexOf('@') + 1);
  return name.split(':', 1)[0] ?? '';
}

function urlEnd(text: string, from: number): number {
  const limit = Math.min(text.length, from + URL_LENGTH_MAX);
  let end = from;
  while (end < limit && isUrlCharacter(text.charCodeAt(end))) end++;
  return end;
}

function isHost(name: string): boolean {
  return name.length > 0 && [...name].every((c) => isHostCharacter(c.charCodeAt(0)) && c !== '+');
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters, digits, dot, dash, underscore and the plus of a scheme. */
function isHostCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === 46 || code === 45 || code === 95 || code === 43;
}

/** All that may stand in an address, up to a blank, a quote or what closes a list. */
function isUrlCharacter(code: number): boolean {
  return code > 32 && !'"\'`<>|;,)\\]'.includes(String.fromCharCode(code));
}
