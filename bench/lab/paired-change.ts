/**
 * How much longer one of two things takes, from pairs of adjacent runs: the pseudo-median of the
 * pairs' ratios (Hodges and Lehmann) with the interval that the signed ranks of Wilcoxon give. It
 * assumes no distribution, only that a neighbour's moment falls on either run of a pair alike, and
 * nearly a third of the pairs may be spoiled without moving it far.
 *
 * Who measures until it is enough looks more than once, and each look may err. At most
 * `PAIRS_AT_LOOK.length` looks are taken, each at 99 %, so that all of them together err in 5 % of
 * all runs at most.
 */
export interface Change {
  /** Percent more than without; negative: it was less. */
  readonly percent: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

/** Pairs at which it is asked whether they suffice. The fewest that can tell at 99 % are eight. */
export const PAIRS_AT_LOOK = [12, 24, 40, 64, 128] as const;

const ERROR_OF_ALL = 0.05;
const ERROR_OF_EACH = ERROR_OF_ALL / PAIRS_AT_LOOK.length;

export interface Pair {
  readonly without: number;
  readonly with: number;
}

export function pairedChange(pairs: readonly Pair[]): Change {
  const logs = pairs.map((pair) => Math.log(pair.with / pair.without));
  const means = logs.flatMap((a, i) => logs.slice(i).map((b) => (a + b) / 2)).sort((a, b) => a - b);
  const percent = (log: number | undefined): number => (Math.exp(log ?? Number.NaN) - 1) * 100;
  const rank = outerRank(pairs.length);
  const middle =
    ((means.at(means.length >> 1) ?? 0) + (means.at((means.length - 1) >> 1) ?? 0)) / 2;
  return {
    percent: means.length === 0 ? Number.NaN : percent(middle),
    low: rank === null ? Number.NEGATIVE_INFINITY : percent(means[rank]),
    high: rank === null ? Number.POSITIVE_INFINITY : percent(means.at(-1 - rank)),
    pairs: pairs.length,
  };
}

/**
 * How many of the ordered means lie outside on either side: the most for which a sum of signed
 * ranks so small has half of `ERROR_OF_EACH` at most. Null: there are too few pairs for any.
 */
function outerRank(pairs: number): number | null {
  // Of each sum of ranks, how likely it is when every sign is a coin.
  let likely = [1];
  for (let rank = 1; rank <= pairs; rank++) {
    likely = Array.from({ length: likely.length + rank }, (_, sum) => {
      return ((likely[sum] ?? 0) + (likely[sum - rank] ?? 0)) / 2;
    });
  }
  let below = 0;
  for (const [sum, probability] of likely.entries()) {
    below += probability;
    if (below > ERROR_OF_EACH / 2) return sum === 0 ? null : sum - 1;
  }
  return null;
}
