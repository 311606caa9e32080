/** Patterns of names as a shell has them: `*`, `?` and sets in brackets. */

export function hasPattern(text: string): boolean {
  return text.includes('*') || text.includes('?') || text.includes('[');
}

/**
 * Whether a name fits a pattern. It goes back to the last star only, so the time is at most the
 * product of both lengths, which callers keep short.
 */
export function fitsName(glob: string, name: string): boolean {
  let [at, from, star, kept] = [0, 0, -1, 0];
  while (from < name.length) {
    const end = glob[at] === '[' ? glob.indexOf(']', at + 2) + 1 : at + 1;
    if (glob[at] === '*') [star, kept, at] = [at, from, at + 1];
    else if (end > at && fitsOne(glob.slice(at, end), name[from] as string)) {
      at = end;
      from++;
    } else if (star >= 0) [at, kept, from] = [star + 1, kept + 1, kept + 1];
    else return false;
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
}

/** `?`, a letter, or a set in brackets, of which members and ranges are told. */
function fitsOne(piece: string, c: string): boolean {
  if (piece === '?' || piece === c) return true;
  if (piece.length < 3) return false;
  const isNegated = piece[1] === '!' || piece[1] === '^';
  const members = piece.slice(isNegated ? 2 : 1, -1);
  let isMember = members.includes(c);
  for (let i = 1; i + 1 < members.length; i++) {
    if (members[i] === '-') {
      isMember ||= c >= (members[i - 1] as string) && c <= (members[i + 1] as string);
    }
  }
  return isMember !== isNegated;
}
