/**
 * Why two accounts are of one party, or why not, for somebody who has never seen this code: the
 * shortest path of steps that each join, and of each step the sentences that carry it.
 */
import { linkExplainVisitsMax } from '../base/limits.ts';
import type { Explanation, Link, LinkStep } from '../model/link.ts';
import type { AccountRef } from '../model/party.ts';
import { bitsOf } from './bits.ts';
import { heaviestByGroup, isSuspect, type WeighedValue, weightOf } from './bonds.ts';
import type { AccountNumber, BondKey, IdentifierNumber, LinkState } from './link-state.ts';
import { weigh } from './settle.ts';
import { JOIN_BITS_MIN, WEIGHTS } from './weights.ts';

export function explain(state: LinkState, from: AccountRef, to: AccountRef): Explanation {
  const [a, b] = [state.findAccount(from), state.findAccount(to)];
  if (a === null || b === null) {
    return unlinked([`Nothing is known of ${a === null ? from : to}.`]);
  }
  if (a === b) return unlinked([`${from} is one account.`]);
  const party = state.parties.of(a);
  if (party !== null && party === state.parties.of(b)) {
    const path = pathBetween(state, a, b);
    return path === null ? linkedFarAway(state, a, b) : linked(state, path);
  }
  return apart(state, a, b);
}

function linked(state: LinkState, path: readonly AccountNumber[]): Explanation {
  const steps = path.slice(1).map((to, i) => stepOf(state, path[i] as AccountNumber, to));
  const [first, last] = [path[0] as AccountNumber, path.at(-1) as AccountNumber];
  const between = path.length - 2;
  const through = between === 0 ? '' : ` through ${between} ${between === 1 ? 'other' : 'others'}`;
  const answer = `${pairOf(state, first, last)} are of one party${through}.`;
  return { verdict: 'linked', steps, sentences: [answer, ...steps.map((step) => step.sentence)] };
}

function linkedFarAway(state: LinkState, a: AccountNumber, b: AccountNumber): Explanation {
  const answer = `${pairOf(state, a, b)} are of one party, through more others than are shown.`;
  return { verdict: 'linked', steps: [], sentences: [answer] };
}

function apart(state: LinkState, a: AccountNumber, b: AccountNumber): Explanation {
  const shared = sharedBy(state, a, b);
  const step = stepOf(state, a, b);
  const pair = pairOf(state, a, b);
  const told = shared.map((link) => sentenceOf(pair, link));
  const sentences = [...reasons(state, a, b, step), ...told];
  if (!isSuspect(step)) {
    const little = `Too little ties ${pair}: ${bitsText(step.bits)}, where ${JOIN_BITS_MIN} join.`;
    return unlinked([step.bits > 0 ? little : `Nothing ties ${pair}.`, ...sentences]);
  }
  const answer = `${pair} may have one operator, but it is not sure enough to join them.`;
  return { verdict: 'suspected', steps: [step], sentences: [answer, ...sentences] };
}

/** What keeps them apart although values may say otherwise. */
function reasons(
  state: LinkState,
  a: AccountNumber,
  b: AccountNumber,
  step: LinkStep,
): readonly string[] {
  const vouched = [a, b].filter((account) => state.isVouched(account));
  if (vouched.length > 0) {
    return vouched.map((account) => `A person has said that ${state.ref(account)} is on its own.`);
  }
  const component = state.components.of(a);
  if (component !== null && component === state.components.of(b)) {
    return ['One account alone holds their two groups together, so these stay apart.'];
  }
  if (isSuspect(step) && step.links.every(({ plantable }) => plantable)) {
    return ['Anybody could have shown what they share to be taken for the other.'];
  }
  return [];
}

function unlinked(sentences: readonly string[]): Explanation {
  return { verdict: 'unlinked', steps: [], sentences };
}

function stepOf(state: LinkState, a: AccountNumber, b: AccountNumber): LinkStep {
  const links = tiesOf(state, a, b).map(({ identifier }) => linkOf(state, a, b, identifier));
  const bits = links.reduce((sum, link) => sum + link.bits, 0);
  const pair = pairOf(state, a, b);
  const sentence =
    links.length === 0
      ? `${pair} share nothing that counts.`
      : `${pair} ${list(links.map(wordsOf))}: ${bitsText(bits)}, where ${JOIN_BITS_MIN} join.`;
  return { from: state.ref(a), to: state.ref(b), bits, links, sentence };
}

/** The heaviest shared value of each group. Of two accounts the one it weighs less for counts. */
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

/** All that both show, the heaviest first. */
function sharedBy(state: LinkState, a: AccountNumber, b: AccountNumber): readonly Link[] {
  const ofA = new Set(state.showings(a).map(({ identifier }) => identifier));
  return state
    .showings(b)
    .filter(({ identifier }) => ofA.has(identifier))
    .map(({ identifier }) => linkOf(state, a, b, identifier))
    .sort((x, y) => y.bits - x.bits || (wordsOf(x) < wordsOf(y) ? -1 : 1));
}

function linkOf(
  state: LinkState,
  a: AccountNumber,
  b: AccountNumber,
  identifier: IdentifierNumber,
): Link {
  const showings = [a, b].flatMap((account) => state.showing(account, identifier) ?? []);
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

function wordsOf({ kind, display, bits, accounts }: Link): string {
  const others = accounts === 2 ? 'nobody else' : `${accounts} accounts in all`;
  return `${WEIGHTS[kind].words} ${display} (${bitsText(bits)}; shared by ${others})`;
}

function sentenceOf(pair: string, link: Link): string {
  if (link.bits > 0) return `${pair} ${wordsOf(link)}.`;
  const { kind, display, accounts } = link;
  const isOld = bitsOf(kind, accounts, 0) > 0;
  const reason = isOld ? 'others did long after one of them' : `${accounts} accounts do`;
  return `${pair} ${WEIGHTS[kind].words} ${display}, but ${reason}, so it says nothing.`;
}

function bitsText(bits: number): string {
  return bits === 1 ? '1 bit' : `${bits} bits`;
}

function pairOf(state: LinkState, a: AccountNumber, b: AccountNumber): string {
  return `${state.ref(a)} and ${state.ref(b)}`;
}

function list(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

/** Breadth first, each layer by age and each account's heaviest bond first; null past the limit. */
function pathBetween(
  state: LinkState,
  start: AccountNumber,
  goal: AccountNumber,
): readonly AccountNumber[] | null {
  const cameFrom = new Map<AccountNumber, AccountNumber | null>([[start, null]]);
  const walked = new Set<BondKey>();
  let layer: AccountNumber[] = [start];
  while (layer.length > 0 && cameFrom.size <= linkExplainVisitsMax) {
    const next: AccountNumber[] = [];
    for (const account of layer) {
      for (const bond of heaviestFirst(state, account)) {
        if (walked.has(bond)) continue;
        walked.add(bond);
        for (const other of state.bondAccounts(bond, 'joining')) {
          if (cameFrom.has(other)) continue;
          cameFrom.set(other, account);
          next.push(other);
        }
      }
    }
    if (cameFrom.has(goal)) return trace(cameFrom, goal);
    layer = next.sort((a, b) => state.firstSeenAt(a) - state.firstSeenAt(b) || byRef(state, a, b));
  }
  return null;
}

function trace(
  cameFrom: ReadonlyMap<AccountNumber, AccountNumber | null>,
  goal: AccountNumber,
): readonly AccountNumber[] {
  const path: AccountNumber[] = [];
  for (let at: AccountNumber | null = goal; at !== null; at = cameFrom.get(at) ?? null) {
    path.unshift(at);
  }
  return path;
}

function heaviestFirst(state: LinkState, account: AccountNumber): readonly BondKey[] {
  const weighed = new Map(state.showings(account).map((s) => [s.identifier, weigh(state, s)]));
  return state
    .bonds(account, 'joining')
    .map((bond) => {
      const values = bond.split('+').flatMap((text) => {
        const value = weighed.get(Number(text) as IdentifierNumber);
        return value === undefined ? [] : [value];
      });
      const name = values.map(({ key }) => key).sort();
      return { bond, bits: weightOf(values).bits, name: name.join(' ') };
    })
    .sort((a, b) => b.bits - a.bits || (a.name < b.name ? -1 : 1))
    .map(({ bond }) => bond);
}

function byRef(state: LinkState, a: AccountNumber, b: AccountNumber): number {
  return state.ref(a) < state.ref(b) ? -1 : 1;
}
