/**
 * What a configuration defines to be used by name: commands, jobs and executors of its own, and
 * those of the orbs that stand inside of it (`name/command`). Orbs of the registry are elsewhere.
 */
import { type Fields, fieldsOf, joinFields, NO_FIELDS, valuesIn } from '../_yaml/fields.ts';
import type { YamlReading } from '../_yaml/yaml-reading.ts';

export type Part = 'commands' | 'jobs' | 'executors' | 'job-groups';

export interface Found {
  readonly fields: Fields;
  /** Where the names inside of it are looked up. */
  readonly library: Library;
}

/** Orbs inside of orbs; an alias may make an orb hold itself. */
const ORB_DEPTH_MAX = 8;

export class Library {
  readonly #root: Fields;
  readonly #reading: YamlReading;
  readonly #parts = new Map<Part, Fields>();
  readonly #found = new Map<string, Found | null>();
  readonly #orbs = new Map<string, Library | null>();

  constructor(root: Fields, reading: YamlReading) {
    this.#root = root;
    this.#reading = reading;
  }

  names(part: Part): readonly string[] {
    return [...this.#part(part).keys()];
  }

  find(part: Part, name: string): Found | null {
    const key = `${part} ${name}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#search(part, name);
    this.#found.set(key, found);
    return found;
  }

  #search(part: Part, name: string): Found | null {
    let library: Library | null = this;
    const path = name.split('/', ORB_DEPTH_MAX + 1);
    const last = path.pop() ?? '';
    for (const orb of path) library = library?.orb(orb) ?? null;
    if (library === null || path.length >= ORB_DEPTH_MAX) return null;
    const nodes = valuesIn(library.#part(part), last);
    if (nodes.length === 0) return null;
    return { fields: joinFields(nodes.map((node) => fieldsOf(node, this.#reading))), library };
  }

  /** An orb that stands in the file itself. */
  orb(name: string): Library | null {
    const known = this.#orbs.get(name);
    if (known !== undefined) return known;
    const nodes = valuesIn(this.#fieldsAt('orbs'), name).filter(({ kind }) => kind === 'map');
    const fields = joinFields(nodes.map((node) => fieldsOf(node, this.#reading)));
    const orb = nodes.length === 0 ? null : new Library(fields, this.#reading);
    this.#orbs.set(name, orb);
    return orb;
  }

  #part(part: Part): Fields {
    const known = this.#parts.get(part) ?? this.#fieldsAt(part);
    this.#parts.set(part, known);
    return known;
  }

  #fieldsAt(key: string): Fields {
    const nodes = valuesIn(this.#root, key);
    if (nodes.length === 0) return NO_FIELDS;
    return joinFields(nodes.map((node) => fieldsOf(node, this.#reading)));
  }
}
