/**
 * Which sets of an account's shared values are heavy enough. A set holds at most one value of each
 * evidence group. It joins when it reaches `JOIN_BITS_MIN` with `JOIN_UNPLANTABLE_BITS_MIN` of
 * those that nobody else can plant; a set is minimal when no value can be left out. Two accounts
 * for which their values weigh the same share a joining set exactly when they share a minimal one,
 * so minimal sets are enough. Where one showed a value long before the other, they may not: that
 * is a reason less to join them.
 */
import {
  linkBondsPerAccountMax,
  linkOptionsPerGroupMax,
  linkSearchStepsMax,
  linkSuspicionsPerAccountMax,
} from '../base/limits.ts';
import { type IdentifierKey, SHARED_KINDS, type SharedKind } from '../model/identifier.ts';
import type { IdentifierNumber } from './link-state.ts';
import {
  JOIN_BITS_MIN,
  JOIN_UNPLANTABLE_BITS_MIN,
  LINK_GROUPS,
  type LinkGroup,
  SUSPECT_BITS_MIN,
  UNPLANTABLE_BITS_MAX,
  WEIGHTS,
} from './weights.ts';

/** A value that the account shares with others, and what it weighs for this account. */
export interface WeighedValue {
  readonly identifier: IdentifierNumber;
  readonly kind: SharedKind;
  readonly key: IdentifierKey;
  readonly bits: number;
}

/** The values of a set by number, ascending. */
export type ValueSet = readonly IdentifierNumber[];

export interface BondSets {
  readonly joining: readonly ValueSet[];
  /** Heavy enough for a person to look at, too light or too easy to plant to join. */
  readonly suspect: readonly ValueSet[];
}

const NO_BONDS: BondSets = { joining: [], suspect: [] };

export function bondSetsOf(values: readonly WeighedValue[]): BondSets {
  if (heaviestSum(values) < SUSPECT_BITS_MIN) return NO_BONDS;
  const groups = groupsOf(values);
  return {
    joining: minimalSets(groups, joins, linkBondsPerAccountMax),
    suspect: minimalSets(groups, isSuspect, linkSuspicionsPerAccountMax),
  };
}

interface Weight {
  readonly bits: number;
  readonly unplantable: number;
}

/** Whether values of these weights, of different groups, make their accounts one party. */
export function joins({ bits, unplantable }: Weight): boolean {
  return bits >= JOIN_BITS_MIN && unplantable >= JOIN_UNPLANTABLE_BITS_MIN;
}

export function isSuspect({ bits }: Pick<Weight, 'bits'>): boolean {
  return bits >= SUSPECT_BITS_MIN;
}

function unplantableOf({ kind, bits }: WeighedValue): number {
  return Math.min(bits, UNPLANTABLE_BITS_MAX[WEIGHTS[kind].plantable]);
}

/** The heaviest value of each group. */
export function heaviestByGroup(values: readonly WeighedValue[]): readonly WeighedValue[] {
  const byGroup = new Map<LinkGroup, WeighedValue>();
  for (const value of values) {
    const { group } = WEIGHTS[value.kind];
    const other = byGroup.get(group);
    if (other === undefined || byWeight(value, other) < 0) byGroup.set(group, value);
  }
  return [...byGroup.values()].sort(byWeight);
}

export function weightOf(values: readonly WeighedValue[]): Weight {
  let bits = 0;
  let unplantable = 0;
  for (const value of values) {
    bits += value.bits;
    unplantable += unplantableOf(value);
  }
  return { bits, unplantable };
}

const heaviest = new Float64Array(LINK_GROUPS.length);
const GROUP_OF = Object.fromEntries(
  SHARED_KINDS.map((kind) => [kind, LINK_GROUPS.indexOf(WEIGHTS[kind].group)]),
) as Readonly<Record<SharedKind, number>>;

/** Most accounts share nothing that weighs much; they are done here, without an allocation. */
function heaviestSum(values: readonly WeighedValue[]): number {
  let sum = 0;
  heaviest.fill(0);
  for (const { kind, bits } of values) {
    const group = GROUP_OF[kind];
    const before = heaviest[group] ?? 0;
    if (bits <= before) continue;
    heaviest[group] = bits;
    sum += bits - before;
  }
  return sum;
}

/** Heaviest first; of two alike by key, which no order of arrival changes. */
function byWeight(a: WeighedValue, b: WeighedValue): number {
  return b.bits - a.bits || (a.key < b.key ? -1 : 1);
}

interface Group {
  readonly values: readonly WeighedValue[];
  /** The most that this group and those behind it can add. */
  readonly rest: Weight;
}

function groupsOf(values: readonly WeighedValue[]): readonly Group[] {
  const groups: Group[] = [];
  let rest: Weight = { bits: 0, unplantable: 0 };
  for (const name of LINK_GROUPS.toReversed()) {
    const own = values.filter(({ kind }) => WEIGHTS[kind].group === name).sort(byWeight);
    if (own.length === 0) continue;
    rest = {
      bits: rest.bits + (own[0]?.bits ?? 0),
      unplantable: rest.unplantable + Math.max(...own.map(unplantableOf)),
    };
    groups.unshift({ values: own.slice(0, linkOptionsPerGroupMax), rest });
  }
  return groups;
}

type Test = (weight: Weight) => boolean;

/** A depth-first walk over the groups, cut where even the heaviest rest would not be enough. */
function minimalSets(groups: readonly Group[], test: Test, setsMax: number): readonly ValueSet[] {
  const found: ValueSet[] = [];
  const chosen: WeighedValue[] = [];
  let steps = 0;
  const walk = (at: number, bits: number, unplantable: number): void => {
    const group = groups[at];
    if (group === undefined || found.length >= setsMax || ++steps > linkSearchStepsMax) return;
    const { rest } = group;
    if (!test({ bits: bits + rest.bits, unplantable: unplantable + rest.unplantable })) return;
    for (const value of group.values) {
      chosen.push(value);
      const sum = {
        bits: bits + value.bits,
        unplantable: unplantable + unplantableOf(value),
      };
      if (!test(sum)) walk(at + 1, sum.bits, sum.unplantable);
      else if (found.length < setsMax && isMinimal(chosen, test)) found.push(setOf(chosen));
      chosen.pop();
    }
    walk(at + 1, bits, unplantable);
  };
  walk(0, 0, 0);
  return found;
}

function isMinimal(values: readonly WeighedValue[], test: Test): boolean {
  return values.every((left) => !test(weightOf(values.filter((value) => value !== left))));
}

function setOf(values: readonly WeighedValue[]): ValueSet {
  return values.map(({ identifier }) => identifier).sort((a, b) => a - b);
}
