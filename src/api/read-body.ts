/**
 * Reads the raw body of a call that must be answered whatever happens. It tells once, with the
 * first of: the end, more than `bytesMax`, the caller gone, the deadline.
 *
 * What comes after is read on and thrown away. A client such as GitLab's writes its whole body
 * before it looks at the answer; to close or to stop reading would cost it the answer, and GitLab
 * admits a job whose answer it did not get. The server's request timeout bounds that.
 */
import type { Readable } from 'node:stream';

export type ReadBody =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' }
  /** The caller went away: nobody is left to answer. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'late' };

/** Runs a task at the deadline; the result cancels it. */
export type Deadline = (task: () => void) => () => void;

export function readBody(
  stream: Readable,
  bytesMax: number,
  deadline: Deadline,
  onRead: (body: ReadBody) => void,
): void {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let settled = false;
  const settle = (outcome: ReadBody): void => {
    if (settled) return;
    settled = true;
    cancel();
    chunks.length = 0;
    onRead(outcome);
  };
  const cancel = deadline(() => settle({ kind: 'late' }));
  stream.on('data', (chunk: Uint8Array) => {
    if (settled) return;
    length += chunk.length;
    if (length > bytesMax) settle({ kind: 'too-large' });
    else chunks.push(chunk);
  });
  stream.on('end', () => settle({ kind: 'whole', bytes: join(chunks) }));
  stream.on('error', () => settle({ kind: 'broken' }));
  stream.on('close', () => settle({ kind: 'broken' }));
}

/** Nearly every body is one chunk, which need not be copied. */
function join(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
