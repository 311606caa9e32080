/**
 * The grammar of a worker's name: what stays when a campaign counts its workers. `ultra_0a1b2c3d`
 * and `ultra_9f8e7d6c` are both `ultra_<hex8>`, `gh-a-1` and `gh-a-20` both `gh-a-<n>`.
 *
 *   <hexL>   a run of L hexadecimal digits, at least 6 and of both kinds
 *   <nL>     a run of L decimal digits, at least 8: a time or a serial number
 *   <n>      a shorter one: a counter
 */

const HEX_LENGTH_MIN = 6;
const SERIAL_LENGTH_MIN = 8;
/** What is left must be a word; `w<n>` is everybody's. */
const LETTERS_MIN = 2;
const WORKER_LENGTH_MAX = 128;

/** The grammar, or an empty string when the name counts nothing or says nothing. */
export function workerGrammar(worker: string): string {
  if (worker.length > WORKER_LENGTH_MAX) return '';
  let grammar = '';
  let letters = 0;
  let counts = false;
  for (let at = 0; at < worker.length; ) {
    const run = variableRun(worker, at);
    if (run !== null) {
      grammar += run.mark;
      at += run.length;
      counts = true;
      continue;
    }
    const c = worker[at++] as string;
    if (isLetter(c)) letters++;
    grammar += c;
  }
  return counts && letters >= LETTERS_MIN ? grammar : '';
}

function variableRun(
  worker: string,
  at: number,
): { readonly mark: string; readonly length: number } | null {
  // A word such as `face` or `add` in front of a number is a word.
  const startsWord = at === 0 || !isLetter(worker[at - 1] as string);
  const hex = startsWord ? runLength(worker, at, isHexDigit) : 0;
  const digits = runLength(worker, at, isDigit);
  const endsWord = !isLetter(worker[at + hex] ?? '');
  const isMixed = [...worker.slice(at, at + hex)].some(isDigit) && digits < hex;
  if (hex >= HEX_LENGTH_MIN && endsWord && isMixed) return { mark: `<hex${hex}>`, length: hex };
  if (digits === 0) return null;
  return { mark: digits >= SERIAL_LENGTH_MIN ? `<n${digits}>` : '<n>', length: digits };
}

function runLength(worker: string, at: number, test: (c: string) => boolean): number {
  let end = at;
  while (end < worker.length && test(worker[end] as string)) end++;
  return end - at;
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9';
}

function isLetter(c: string): boolean {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

function isHexDigit(c: string): boolean {
  return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
