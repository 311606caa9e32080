/**
 * The definition of a party, word for word and without any thought for time: the linker is compared
 * with it. Works on observations of which none is withdrawn.
 */
import type { SharedKind } from '../model/identifier.ts';
import type { Observation } from '../model/link.ts';
import type { AccountRef } from '../model/party.ts';
import { ageMarkOf, bitsOf, halfLivesOf } from './bits.ts';
import { WEIGHTS } from './weights.ts';

interface Value {
  readonly kind: SharedKind;
  readonly lastSeenAt: Map<AccountRef, number>;
}

type Weighed = readonly [key: string, kind: SharedKind, bits: number];

/** The accounts of each component of two and more, sorted. */
export function componentsByDefinition(
  observations: readonly Observation[],
): readonly (readonly AccountRef[])[] {
  const values = valuesOf(observations);
  const accounts = [...new Set(observations.map(({ account }) => account))].sort();
  const bonds = accounts.map((account) => bondsOf(account, values));
  const components: AccountRef[][] = [];
  const left = new Set(accounts.keys());
  for (const start of left) {
    left.delete(start);
    const component = [start];
    for (const one of component) {
      for (const other of left) {
        if (![...(bonds[one] ?? [])].some((bond) => bonds[other]?.has(bond))) continue;
        left.delete(other);
        component.push(other);
      }
    }
    components.push(component.map((i) => accounts[i] as AccountRef).sort());
  }
  return components.filter((component) => component.length > 1);
}

function valuesOf(observations: readonly Observation[]): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const observation of observations) {
    if (observation.kind !== 'shown') continue;
    const { identifier, account, at } = observation;
    const value = values.get(identifier.key) ?? { kind: identifier.kind, lastSeenAt: new Map() };
    values.set(identifier.key, value);
    value.lastSeenAt.set(account, Math.max(value.lastSeenAt.get(account) ?? 0, at));
  }
  return values;
}

function bondsOf(account: AccountRef, values: ReadonlyMap<string, Value>): ReadonlySet<string> {
  const weighed: Weighed[] = [];
  for (const [key, { kind, lastSeenAt }] of values) {
    const at = lastSeenAt.get(account);
    if (at === undefined) continue;
    const mark = ageMarkOf(kind, Math.max(...lastSeenAt.values()));
    const bits = bitsOf(kind, lastSeenAt.size, halfLivesOf(kind, at, mark));
    if (bits > 0) weighed.push([key, kind, bits]);
  }
  const joining = subsets(weighed).filter(joins);
  const minimal = joining.filter((set) => set.every((one) => !joins(set.filter((v) => v !== one))));
  return new Set(
    minimal.map((set) =>
      set
        .map(([key]) => key)
        .sort()
        .join(' '),
    ),
  );
}

function subsets(values: readonly Weighed[]): readonly (readonly Weighed[])[] {
  let all: (readonly Weighed[])[] = [[]];
  for (const value of values) {
    const group = WEIGHTS[value[1]].group;
    const without = all.filter((set) => set.every(([, kind]) => WEIGHTS[kind].group !== group));
    all = [...all, ...without.map((set) => [...set, value])];
  }
  return all;
}

function joins(set: readonly Weighed[]): boolean {
  const sum = (values: readonly Weighed[]) => values.reduce((total, [, , bits]) => total + bits, 0);
  const own = set.map(([key, kind, bits]): Weighed => {
    const most = { yes: 0, seldom: 4, no: bits }[WEIGHTS[kind].plantable];
    return [key, kind, Math.min(bits, most)];
  });
  return sum(set) >= 20 && sum(own) >= 8;
}
