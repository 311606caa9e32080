/** Addresses that somebody runs for himself: bare ones, and names that change their target. */
import { DYNAMIC_DOMAINS } from '../indicators/dynamic-domains.ts';
import { hasMinerScheme, isHostAndPort, serverOf } from './endpoint.ts';

const DYNAMIC: ReadonlySet<string> = new Set(DYNAMIC_DOMAINS);

/** `203.0.113.9:443`, `name.duckdns.org:3333`: with a port, and not of a local network. */
export function isPrivateRelay(word: string): boolean {
  if (!isHostAndPort(word) || !hasMinerScheme(word)) return false;
  const host = serverOf(word).host.toLowerCase();
  const octets = octetsOf(host);
  if (octets !== null) return !isLocalNetwork(octets);
  const labels = host.split('.');
  return labels.some((_, i) => i > 0 && DYNAMIC.has(labels.slice(i).join('.')));
}

function octetsOf(host: string): readonly number[] | null {
  const parts = host.split('.');
  const isNumber = (part: string): boolean =>
    part.length > 0 && part.length <= 3 && [...part].every((c) => c >= '0' && c <= '9');
  return parts.length === 4 && parts.every(isNumber) ? parts.map(Number) : null;
}

/** RFC 1918, loopback, link-local, carrier-grade and unspecified addresses. */
function isLocalNetwork([a = 0, b = 0]: readonly number[]): boolean {
  if (a === 10 || a === 127 || a === 0) return true;
  if (a === 172) return b >= 16 && b < 32;
  if (a === 100) return b >= 64 && b < 128;
  return (a === 192 && b === 168) || (a === 169 && b === 254);
}
