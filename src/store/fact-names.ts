/**
 * The facts of a decision in two parts: their names, which are nearly always those of the decision
 * before and are kept once, and their values in that order. The names are two thirds of the text.
 */
import type { Facts } from '../model/fact.ts';

interface Names {
  readonly names: readonly string[];
  /** As JSON. */
  readonly text: string;
}

/** Facts differ by checkpoint, by provider and by what a request leaves out. */
const KNOWN_MAX = 8;

export class FactNames {
  /** The last ones first. */
  #known: readonly Names[] = [];

  /** As JSON: the same string for the same names, while they come now and then. */
  textOf(facts: Facts): string {
    const names = Object.keys(facts);
    const known = this.#known.find((other) => areSame(other.names, names));
    if (known !== undefined && known === this.#known[0]) return known.text;
    const first = known ?? { names, text: JSON.stringify(names) };
    this.#known = [first, ...this.#known.filter((other) => other !== known)].slice(0, KNOWN_MAX);
    return first.text;
  }
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Facts of their names as JSON, and their values; one that was undefined is absent. */
export function factsOf(names: string, values: readonly unknown[]): Facts {
  // Written by `textOf` alone.
  const read = JSON.parse(names) as readonly string[];
  const named = read.map((name, i) => [name, values[i] ?? null] as const);
  return Object.fromEntries(named.filter(([, value]) => value !== null)) as Facts;
}
