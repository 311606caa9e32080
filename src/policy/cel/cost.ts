/**
 * What a condition may cost at worst, in steps of about 10 ns: every branch is taken, every list is
 * as long as it may be, every text as long as a fact may be. `celCostMax` (100,000) is then about a
 * millisecond, far more than an honest rule needs and far less than two nested folds over facts.
 */
import { celListMax, nameLengthMax } from '../../base/limits.ts';
import { patternStates } from './cel-pattern.ts';
import { isList } from './cel-type.ts';
import { partsOf, type Term } from './term.ts';

/** Characters of a text that are compared in one step. */
const CHARACTERS_PER_STEP = 8;
const TEXT_STEPS = nameLengthMax / CHARACTERS_PER_STEP;
/**
 * A pattern is compiled and then walks a text of the full length: 94 states took 2.2 ms at worst,
 * five states with nested stars 0.3 ms.
 */
const STEPS_PER_PATTERN = 10_000;
const STEPS_PER_PATTERN_STATE = 2_000;

export function celCost(term: Term): number {
  return partsOf(term).reduce((sum, part) => sum + celCost(part), ownCost(term));
}

function ownCost(term: Term): number {
  switch (term.kind) {
    case 'comparison':
      if (isList(term.left.type)) return listLengthMax(term.left) * (1 + TEXT_STEPS);
      return term.left.type === 'string' ? 1 + TEXT_STEPS : 1;
    case 'arithmetic':
      return term.type === 'string' ? 1 + TEXT_STEPS : 1;
    case 'member':
      return 1 + listLengthMax(term.list) * (term.item.type === 'string' ? 2 : 1);
    case 'text-test':
      return term.test === 'contains' ? containsCost(term.part) : 1 + TEXT_STEPS;
    case 'matches':
      return STEPS_PER_PATTERN + STEPS_PER_PATTERN_STATE * patternStates(term.regex);
    case 'size':
      return term.of.type === 'string' ? 1 + TEXT_STEPS : 1;
    case 'fold':
      // The test is counted once with the parts, and here for the other items.
      return listLengthMax(term.list) * (1 + celCost(term.test));
    default:
      return 1;
  }
}

/** The part may be compared at every place of the text. */
function containsCost(part: Term): number {
  const length = part.kind === 'literal' ? String(part.value).length : nameLengthMax;
  return TEXT_STEPS * (1 + length / CHARACTERS_PER_STEP);
}

function listLengthMax(list: Term): number {
  if (list.kind === 'list') return list.items.length;
  if (list.kind === 'fold') return listLengthMax(list.list);
  if (list.kind !== 'choice') return celListMax;
  return Math.max(listLengthMax(list.whenTrue), listLengthMax(list.whenFalse));
}
