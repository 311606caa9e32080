/**
 * The `next` of a page: the sequence number of the last row looked at, in base 36. Opaque to the
 * caller, who sends it back through a URL and may send anything. Pages go down the sequence, so new
 * decisions never shift a page that is being read.
 */
const CURSOR_LENGTH_MAX = 11;

/** Above every sequence number. */
export const NEWEST = Number.MAX_SAFE_INTEGER;

export function formatCursor(sequence: number): string {
  return sequence.toString(36);
}

/** The sequence to go on below: `NEWEST` without a cursor, 0 (nothing is below) for a bad one. */
export function parseCursor(cursor: string | undefined): number {
  if (cursor === undefined) return NEWEST;
  if (cursor.length > CURSOR_LENGTH_MAX || !/^[0-9a-z]+$/.test(cursor)) return 0;
  const sequence = Number.parseInt(cursor, 36);
  return Number.isSafeInteger(sequence) ? sequence : 0;
}
