/** Names longer than this are not compared: the distance costs the product of the lengths. */
const LENGTH_MAX = 64;

/** `: did you mean "x"?` for the nearest of `names` when it is near, else an empty string. */
export function didYouMean(word: string, names: Iterable<string>): string {
  if (word.length > LENGTH_MAX) return '';
  // A third of the letters may differ: "sacn.verdict" is near "scan.verdict", "foo" near nothing.
  let distanceMax = Math.floor(word.length / 3);
  let nearest: string | null = null;
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance > distanceMax) continue;
    nearest = name;
    distanceMax = distance - 1;
  }
  return nearest === null ? '' : `: did you mean ${JSON.stringify(nearest)}?`;
}

/**
 * Letters to insert, delete, replace, or swap with the next one, a row of the table at a time. A
 * swap is one slip of a hand: as two, `scna` were as far from `scan` as it may be.
 */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
