/**
 * One question to a running server, and what became of it. A server that does not answer within
 * `askMsMax`, or with more than `askBytesMax`, has not answered.
 */
import { isObject, type JsonObject, parseJson } from '../base/json.ts';
import { askBytesMax, askMsMax } from '../base/sensor-limits.ts';
import { readBounded } from './read-bounded.ts';

export interface ServerAccess {
  readonly url: string;
  readonly key: string;
}

export type ServerAnswer =
  | { readonly kind: 'told'; readonly body: JsonObject }
  | { readonly kind: 'not-found' }
  /** In a sentence's words. */
  | { readonly kind: 'failed'; readonly why: string };

export async function askServer(path: string, { url, key }: ServerAccess): Promise<ServerAnswer> {
  try {
    const response = await fetch(url + path, {
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(askMsMax),
      // A key goes to the server that was named and to no other.
      redirect: 'error',
    });
    return answerOf(response.status, await readBounded(response, askBytesMax));
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message || codeOf(cause) : message;
    return { kind: 'failed', why: `it could not be asked: ${why}` };
  }
}

/** Several refused connections of one name come as one error without words. */
function codeOf(error: Error): string {
  return String((error as NodeJS.ErrnoException).code ?? error.name);
}

function answerOf(status: number, bytes: Uint8Array): ServerAnswer {
  const parsed = parseJson(bytes, askBytesMax);
  const body = parsed.ok && isObject(parsed.value) ? parsed.value : null;
  if (status === 404 && body?.['code'] === 'not-found') return { kind: 'not-found' };
  if (status === 401) return { kind: 'failed', why: 'it does not know the key' };
  if (status === 403) return { kind: 'failed', why: 'the key may not read' };
  if (status === 200 && body !== null) return { kind: 'told', body };
  const detail = typeof body?.['detail'] === 'string' ? `: ${body['detail']}` : '';
  return { kind: 'failed', why: `it answered with status ${status}${detail}` };
}
