import { celLengthMax, celListMax, celNodesMax, nameLengthMax } from '../../base/limits.ts';
import type { Term } from './term.ts';

/** No text or list of a condition is larger, joined texts included. */
const SIZE_MAX = celNodesMax * Math.max(nameLengthMax, celListMax, celLengthMax);

/**
 * The largest magnitude that an int term, or an item of a list term, can have. Ints run as
 * JavaScript numbers: the checker refuses what could pass 2^53, so that they stay exact and an
 * overflow, which CEL makes an error of the evaluation, cannot happen. 0 for other types.
 */
export function wholeMax(term: Term): number {
  switch (term.kind) {
    case 'literal':
      return term.type === 'int' ? Math.abs(Number(term.value)) : 0;
    case 'size':
      return SIZE_MAX;
    case 'list':
      return Math.max(0, ...term.items.map(wholeMax));
    case 'choice':
      return Math.max(wholeMax(term.whenTrue), wholeMax(term.whenFalse));
    case 'variable':
      // Items of int lists are literals or sizes joined by operators that were checked before.
      return term.type === 'int' ? term.itemMax : 0;
    case 'arithmetic':
      return term.type === 'int' ? calculatedMax(term.operator, term.left, term.right) : 0;
    case 'fold':
      return wholeMax(term.list);
    default:
      return 0;
  }
}

function calculatedMax(operator: string, left: Term, right: Term): number {
  const [a, b] = [wholeMax(left), wholeMax(right)];
  if (operator === '*') return a * b;
  return operator === '/' || operator === '%' ? a : a + b;
}
