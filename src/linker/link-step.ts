/** What two accounts share, weighed between the two. */
import type { Link, LinkStep } from '../model/link.ts';
import { heaviestByGroup, type WeighedValue } from './bonds.ts';
import type { AccountNumber, IdentifierNumber, LinkState } from './link-state.ts';
import { bitsText, sharedSentence } from './sentences.ts';
import { weigh } from './settle.ts';
import { WEIGHTS } from './weights.ts';

/** Of values that depend on each other the heaviest. */
export function stepOf(state: LinkState, a: AccountNumber, b: AccountNumber): LinkStep {
  const links = tiesOf(state, a, b).map(({ identifier }) => linkOf(state, [a, b], identifier));
  const bits = links.reduce((sum, link) => sum + link.bits, 0);
  const pair = pairOf(state, a, b);
  const told = links.map((link) => sharedSentence(pair, link, true));
  const sentences = links.length < 2 ? told : [...told, `Together that is ${bitsText(bits)}.`];
  return { from: state.ref(a), to: state.ref(b), bits, links, sentences };
}

/** Of two accounts the one that a value weighs less for counts. */
function tiesOf(state: LinkState, a: AccountNumber, b: AccountNumber): readonly WeighedValue[] {
  const ofA = new Map(state.showings(a).map((showing) => [showing.identifier, showing]));
  const values = state.showings(b).flatMap((showing): readonly WeighedValue[] => {
    const other = ofA.get(showing.identifier);
    if (other === undefined) return [];
    const [one, two] = [weigh(state, showing), weigh(state, other)];
    return [one.bits < two.bits ? one : two];
  });
  return heaviestByGroup(values.filter(({ bits }) => bits > 0));
}

/**
 * What both show besides that, the heaviest of each kind: a job's template has eight bands, and a
 * person need not read of all.
 */
export function besides(
  state: LinkState,
  a: AccountNumber,
  b: AccountNumber,
  { links }: LinkStep,
): readonly Link[] {
  const ofA = new Set(state.showings(a).map(({ identifier }) => identifier));
  const told = new Set(links.map(({ kind }) => kind));
  return state
    .showings(b)
    .filter(({ identifier }) => ofA.has(identifier))
    .map(({ identifier }) => linkOf(state, [a, b], identifier))
    .sort((x, y) => y.bits - x.bits || x.accounts - y.accounts || (x.display < y.display ? -1 : 1))
    .filter(({ kind }) => !told.has(kind) && told.add(kind));
}

/** A value as these accounts show it. */
export function linkOf(
  state: LinkState,
  accounts: readonly AccountNumber[],
  identifier: IdentifierNumber,
): Link {
  const showings = accounts.flatMap((account) => state.showing(account, identifier) ?? []);
  const kind = state.kind(identifier);
  return {
    kind,
    display: state.display(identifier),
    bits: Math.min(...showings.map((showing) => weigh(state, showing).bits)),
    accounts: state.accountsShowing(identifier),
    plantable: WEIGHTS[kind].plantable === 'yes',
    firstSeenAt: Math.min(...showings.map(({ firstSeenAt }) => firstSeenAt)),
    lastSeenAt: Math.max(...showings.map(({ lastSeenAt }) => lastSeenAt)),
  };
}

export function pairOf(state: LinkState, a: AccountNumber, b: AccountNumber): string {
  return `${state.ref(a)} and ${state.ref(b)}`;
}
