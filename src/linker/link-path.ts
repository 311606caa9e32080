/** The shortest way from an account to another of its party, along what joins them. */
import { linkExplainVisitsMax } from '../base/limits.ts';
import { weightOf } from './bonds.ts';
import type { AccountNumber, BondKey, IdentifierNumber, LinkState } from './link-state.ts';
import { weigh } from './settle.ts';

/** Breadth first, each layer by age and each account's heaviest bond first; null past the limit. */
export function pathBetween(
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

/** The bonds of an account that join it to others. */
export function heaviestFirst(state: LinkState, account: AccountNumber): readonly BondKey[] {
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
