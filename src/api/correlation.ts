import type { IncomingHttpHeaders } from 'node:http';
import { correlationIdLengthMax } from '../base/limits.ts';
import type { Random } from '../ports/random.ts';

/** Where callers put their id. GitLab's own goes first: it is the one in GitLab's log. */
const HEADERS = ['x-gitlab-correlation-id', 'x-correlation-id', 'x-request-id'] as const;

/** The caller's correlation id when it is fit to be echoed and logged, else a new one. */
export function correlationIdOf(headers: IncomingHttpHeaders, random: Random): string {
  for (const name of HEADERS) {
    const value = headers[name];
    if (typeof value === 'string' && isPrintable(value)) return value;
  }
  return Buffer.from(random.bytes(16)).toString('hex');
}

function isPrintable(text: string): boolean {
  if (text.length === 0 || text.length > correlationIdLengthMax) return false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}
