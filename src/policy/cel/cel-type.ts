/**
 * The types of the CEL subset. A fact of type `number` is a `double`; `int` comes from literals
 * without a point and from `size`. Both are JavaScript numbers when a condition runs, which is
 * exact because the checker refuses whole numbers that could pass 2^53.
 */
import type { FactType } from '../../model/fact.ts';

export type ItemType = 'bool' | 'int' | 'double' | 'string';
export type ListType = `list<${ItemType | 'nothing'}>`;
export type CelType = ItemType | ListType;

/** The type of the items of a list; `nothing` is that of the empty literal `[]`. */
export const ITEM_OF: Readonly<Record<ListType, ItemType | 'nothing'>> = {
  'list<bool>': 'bool',
  'list<int>': 'int',
  'list<double>': 'double',
  'list<string>': 'string',
  'list<nothing>': 'nothing',
};

export const TYPE_OF_FACT: Readonly<Record<FactType, CelType>> = {
  'string': 'string',
  'number': 'double',
  'bool': 'bool',
  'list<string>': 'list<string>',
};

export function isList(type: CelType): type is ListType {
  return Object.hasOwn(ITEM_OF, type);
}

export function isNumber(type: CelType): type is 'int' | 'double' {
  return type === 'int' || type === 'double';
}

/** Whether `==` and `in` can hold between the types: the same, two numbers, or lists of such. */
export function areComparable(a: CelType | 'nothing', b: CelType | 'nothing'): boolean {
  if (a === b || a === 'nothing' || b === 'nothing') return true;
  if (isList(a)) return isList(b) && areComparable(ITEM_OF[a], ITEM_OF[b]);
  return isNumber(a) && isNumber(b);
}
