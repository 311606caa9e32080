/**
 * What a job of a GitLab file comes to once it has inherited. In GitLab's order: merge keys are
 * taken in, then `extends` (later parents win over earlier ones, the job over all; maps are merged
 * key by key, anything else is replaced), then `!reference [job, key, …]` is put in its place, and
 * at last `default` and the old top-level keys fill what the job leaves open.
 */
import { extendsDepthMax, referenceDepthMax, yamlDepthMax } from '../../base/limits.ts';
import { textOf, type YamlNode, type YamlSequence } from '../../base/yaml.ts';
import { addAll } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { type Fields, fieldsOf, joinFields, NO_FIELDS, valuesIn } from '../_yaml/fields.ts';
import { isEmpty, scalarsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** Keys that `default` may hold, and that a job takes from there when it does not set them. */
const DEFAULT_KEYS: ReadonlySet<string> = new Set([
  'after_script',
  'before_script',
  'hooks',
  'image',
  'services',
  'tags',
  'timeout',
]);

const REFERENCE = '!reference';

export class Inheritance {
  readonly #root: Fields;
  readonly #reading: YamlReading;
  readonly #defaults: Fields;
  readonly #known = new Map<string, Fields>();
  /** Jobs that others extend or refer to. */
  readonly inherited = new Set<string>();

  constructor(root: Fields, reading: YamlReading) {
    this.#root = root;
    this.#reading = reading;
    const own = valuesIn(root, 'default').map((node) => fieldsOf(node, reading));
    this.#defaults = joinFields(own);
  }

  /** The values of a key of a job, from the job itself or from what all jobs share. */
  valuesOf(job: Fields, ...keys: readonly string[]): readonly YamlNode[] {
    return keys.flatMap((key) => this.#expand(this.#inheritedValues(job, key), 0));
  }

  /** Nodes with the `!reference`s among them in place. */
  resolved(nodes: readonly YamlNode[]): readonly YamlNode[] {
    return this.#expand(nodes, 0);
  }

  /** The same, with sequences opened at any depth. */
  itemsOf(nodes: readonly YamlNode[]): readonly YamlNode[] {
    return this.#expand(nodes, 0).flatMap((node) =>
      node.kind === 'sequence' ? this.#expandItems(node, 0) : [node],
    );
  }

  /** The fields of a job of this name, with all that it extends. */
  job(name: string, depth = 0): Fields {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const reading = this.#reading;
    const own = joinFields(valuesIn(this.#root, name).map((node) => fieldsOf(node, reading)));
    // Known before its parents are: a job that extends itself gets what it has so far.
    this.#known.set(name, own);
    let parents = NO_FIELDS;
    for (const parent of this.#parentsOf(own, name, depth)) {
      parents = this.#override(parents, this.job(parent, depth + 1));
    }
    const fields = this.#override(parents, own);
    this.#known.set(name, fields);
    return fields;
  }

  #parentsOf(own: Fields, name: string, depth: number): readonly string[] {
    const parents = valuesIn(own, 'extends').flatMap((node) =>
      scalarsIn(node, this.#reading, 'the name of a job').map(({ value }) => value),
    );
    if (parents.length > 0 && depth >= extendsDepthMax) {
      this.#reading.draft.say(
        `the job \`${printable(name, NAME_LENGTH_MAX)}\` extends more than ` +
          `${extendsDepthMax} jobs behind one another; the last were not read`,
      );
      return [];
    }
    // One that is not in the file comes from an include, which is named in the remote code.
    for (const parent of parents) this.inherited.add(parent);
    return parents;
  }

  #override(parent: Fields, child: Fields): Fields {
    if (parent.size === 0) return child;
    const fields = new Map<string, readonly YamlNode[]>();
    // A copy costs a visit, so that many jobs with a large parent stay bounded.
    for (const [key, values] of parent) if (this.#reading.visit()) fields.set(key, values);
    for (const [key, values] of child) {
      if (!this.#reading.visit()) break;
      const above = fields.get(key) ?? [];
      const merges = [...above, ...values].every(({ kind }) => kind === 'map');
      fields.set(key, merges ? [...above, ...values] : values);
    }
    return fields;
  }

  #inheritedValues(job: Fields, key: string): readonly YamlNode[] {
    const own = valuesIn(job, key);
    if (own.some((node) => !isEmpty(node)) || !DEFAULT_KEYS.has(key)) return own;
    const defaults = valuesIn(this.#defaults, key);
    return defaults.length > 0 ? defaults : valuesIn(this.#root, key);
  }

  #expand(nodes: readonly YamlNode[], depth: number): readonly YamlNode[] {
    return nodes.flatMap((node) =>
      node.kind === 'sequence' && node.tag === REFERENCE ? this.#referred(node, depth) : [node],
    );
  }

  #expandItems(sequence: YamlSequence, depth: number): readonly YamlNode[] {
    const items: YamlNode[] = [];
    if (depth > yamlDepthMax) {
      this.#reading.sayMisfit(sequence, 'a command');
      return items;
    }
    for (const item of sequence.items) {
      if (!this.#reading.visit()) break;
      for (const node of this.#expand([item], depth)) {
        if (node.kind !== 'sequence') items.push(node);
        else addAll(items, this.#expandItems(node, depth + 1));
      }
    }
    return items;
  }

  /** What `!reference [job, key, …]` names. */
  #referred(reference: YamlSequence, depth: number): readonly YamlNode[] {
    const [name, ...path] = reference.items.map((item) => textOf(item) ?? '');
    if (name === undefined || !this.#reading.visit()) return [];
    if (depth >= referenceDepthMax) {
      this.#reading.sayMisfit(reference, `a \`!reference\` at most ${referenceDepthMax} deep`);
      return [];
    }
    this.inherited.add(name);
    let nodes = path.length === 0 ? valuesIn(this.#root, name) : [];
    let fields = this.job(name);
    for (const key of path) {
      nodes = this.#expand(valuesIn(fields, key), depth + 1);
      fields = joinFields(nodes.map((node) => fieldsOf(node, this.#reading)));
    }
    return nodes.flatMap((node) =>
      node.kind === 'sequence' ? this.#expandItems(node, depth + 1) : [node],
    );
  }
}

const NAME_LENGTH_MAX = 80;
