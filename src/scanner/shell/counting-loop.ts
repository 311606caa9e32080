import { shellRoundsMax } from '../../base/limits.ts';
import type { Expander } from './expand.ts';
import type { ShellRecord } from './record.ts';
import { roundsLeft } from './rounds.ts';
import { joinStreams, NOTHING, type Stream } from './stream.ts';
import type { Node } from './syntax-tree.ts';

/** `for ((A; B; C))`: while B is known to hold, and once where it is unknown. */
export function runCounting(
  loop: Node & { readonly kind: 'for' },
  wanted: boolean,
  expander: Expander,
  record: ShellRecord,
  run: () => Stream,
): Stream {
  const [first, test, step] = loop.counting ?? ['', '', ''];
  expander.calculated(first);
  let printed = NOTHING;
  for (let round = 0; ; round++) {
    const holds = test.trim() === '' ? null : expander.calculated(test);
    if (holds === 0 || (holds === null && round > 0)) return printed;
    if (round >= shellRoundsMax) {
      const numbers = Array.from({ length: round }, (_, i) => ({ text: String(i) }));
      record.unread(roundsLeft(loop, numbers, wanted));
      return printed;
    }
    printed = joinStreams(printed, run());
    expander.calculated(step);
  }
}
