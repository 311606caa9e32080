/**
 * States of which several are possible, since whether a branch runs is not known: what a variable
 * holds, what a function does, what stands in a file. The likeliest is the state itself, and the
 * others hang on it. `choices.ts` runs a command once for each of them.
 */

export interface Uncertain<T> {
  readonly others?: readonly T[] | undefined;
  /** There may be none at all. */
  readonly mayBeMissing?: boolean | undefined;
  /** There are more of them than are kept. */
  readonly isCut?: boolean | undefined;
  /** Nothing of it is known, which tells nothing beside one that is. */
  readonly unknown?: boolean | undefined;
  readonly fetches?: readonly number[];
}

/** States that are kept of one thing. What grows in a loop may have any number. */
const STATES_MAX = 12;
/** Characters of all that are kept. */
const STATES_LENGTH_MAX = 4_096;

/** How states of a kind are compared and measured. */
interface Manner<T> {
  readonly isSame: (a: T, b: T) => boolean;
  readonly lengthOf: (state: T) => number;
}

/** All that a state may be, the likeliest first. */
export function statesOf<T extends Uncertain<T>>(state: T): readonly T[] {
  return state.others === undefined ? [state] : [state, ...state.others];
}

/** Either of two states. */
export function either<T extends object & Uncertain<T>>(
  now: T | undefined,
  before: T | undefined,
  { isSame, lengthOf }: Manner<T>,
): T | undefined {
  if (now === before) return now;
  if (now === undefined || before === undefined) {
    const known = now ?? before;
    return known === undefined || known.mayBeMissing ? known : { ...known, mayBeMissing: true };
  }
  const states: T[] = [];
  let isCut = now.isCut || before.isCut;
  let length = 0;
  for (const state of [...statesOf(now), ...statesOf(before)]) {
    if (isSilent(state) || states.some((one) => isSame(one, state))) continue;
    length += lengthOf(state);
    const fits = states.length < STATES_MAX && length <= STATES_LENGTH_MAX;
    if (fits || states.length === 0) states.push(alone(state));
    else isCut = true;
  }
  const mayBeMissing = now.mayBeMissing || before.mayBeMissing ? true : undefined;
  if (isCut) return { ...alone(now), mayBeMissing, isCut };
  const [first = now, ...others] = states;
  return { ...first, others: others.length > 0 ? others : undefined, mayBeMissing, isCut };
}

function isSilent<T extends Uncertain<T>>({ unknown, fetches }: T): boolean {
  return unknown === true && (fetches === undefined || fetches.length === 0);
}

function alone<T extends object & Uncertain<T>>(state: T): T {
  return state.others === undefined ? state : { ...state, others: undefined };
}
