/**
 * Why two accounts are of one party, or why not, for somebody who has never seen this code: the
 * answer, what keeps them apart if anything does, what they share and what each of it counts, and
 * the rule by which it was judged.
 */
import { linkExplainVisitsMax } from '../base/limits.ts';
import type { Explanation, LinkStep } from '../model/link.ts';
import type { AccountRef } from '../model/party.ts';
import { isSuspect } from './bonds.ts';
import { pathBetween } from './link-path.ts';
import type { AccountNumber, LinkState } from './link-state.ts';
import { besides, pairOf, stepOf } from './link-step.ts';
import { listText, nothingShown, RULE, sharedSentence } from './sentences.ts';

export function explain(state: LinkState, from: AccountRef, to: AccountRef): Explanation {
  const [a, b] = [state.findAccount(from), state.findAccount(to)];
  if (a === null || b === null) {
    return unlinked([nothingShown(a === null ? from : to)]);
  }
  if (a === b) return unlinked([`${from} is one account.`]);
  const party = state.parties.of(a);
  if (party !== null && party === state.parties.of(b)) {
    const path = pathBetween(state, a, b);
    return path === null ? linkedFarAway(state, a, b) : linked(state, path);
  }
  return apart(state, a, b);
}

const ONE_PARTY =
  'are believed to have one operator, so they share one allowance and one place in the queue.';
const APART = 'Each has an allowance and a place in the queue of its own.';

function linked(state: LinkState, path: readonly AccountNumber[]): Explanation {
  const steps = path.slice(1).map((to, i) => stepOf(state, path[i] as AccountNumber, to));
  const [first, last] = [path[0] as AccountNumber, path.at(-1) as AccountNumber];
  const between = path.slice(1, -1).map((account) => state.ref(account));
  const answer = [`${pairOf(state, first, last)} ${ONE_PARTY}`];
  if (between.length > 0) answer.push(`What ties them goes through ${listText(between)}.`);
  const told = steps.flatMap(({ sentences }) => sentences);
  return { verdict: 'linked', steps, sentences: [...answer, ...told, RULE] };
}

function linkedFarAway(state: LinkState, a: AccountNumber, b: AccountNumber): Explanation {
  const far = `What ties them goes through more than ${linkExplainVisitsMax} others.`;
  return { verdict: 'linked', steps: [], sentences: [`${pairOf(state, a, b)} ${ONE_PARTY}`, far] };
}

function apart(state: LinkState, a: AccountNumber, b: AccountNumber): Explanation {
  const step = stepOf(state, a, b);
  const pair = pairOf(state, a, b);
  const more = besides(state, a, b, step).map((link) => sharedSentence(pair, link, false));
  const told = [...reasons(state, a, b, step), ...step.sentences, ...more];
  if (isSuspect(step)) {
    const answer = `${pair} may have one operator, which is not sure enough to link them.`;
    const sentences = [answer, `${APART} A person should look.`, ...told, RULE];
    return { verdict: 'suspected', steps: [step], sentences };
  }
  if (told.length === 0) return unlinked([`${pair} have nothing in common. ${APART}`]);
  const little = step.bits > 0 ? 'too little' : 'nothing that counts';
  return unlinked([`${pair} have ${little} in common to be linked. ${APART}`, ...told, RULE]);
}

/** What keeps them apart although values may say otherwise. */
function reasons(
  state: LinkState,
  a: AccountNumber,
  b: AccountNumber,
  { bits, links }: LinkStep,
): readonly string[] {
  const vouched = [a, b].filter((account) => state.isVouched(account));
  if (vouched.length > 0) {
    return vouched.map((account) => `A person has said that ${state.ref(account)} is on its own.`);
  }
  const component = state.components.of(a);
  if (component !== null && component === state.components.of(b)) {
    return ['A single account ties the two large groups that they are in, so these stay apart.'];
  }
  if (bits > 0 && links.every(({ plantable }) => plantable)) {
    return [`All that they share, others could share or copy, too.`];
  }
  return [];
}

function unlinked(sentences: readonly string[]): Explanation {
  return { verdict: 'unlinked', steps: [], sentences };
}
