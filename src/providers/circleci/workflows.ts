/** How workflows use jobs: by name, with parameters, in groups, on a schedule. */
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import { type Fields, fieldsOf, NO_FIELDS, valuesIn } from '../_yaml/fields.ts';
import { isEmpty, itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import type { Library } from './library.ts';

/** One use of a job. */
export interface Invocation {
  readonly job: SourceText;
  readonly given: Fields;
  readonly schedules: readonly string[];
}

/** Groups inside of groups; a group may hold itself. */
const GROUP_DEPTH_MAX = 8;

/** The uses of all workflows; those of one job that give it nothing are one. */
export function invocationsIn(
  root: Fields,
  library: Library,
  reading: YamlReading,
): readonly Invocation[] {
  const all: Invocation[] = [];
  const plain = new Map<string, Invocation>();
  for (const workflow of workflowsIn(root, reading)) {
    const schedules = schedulesOf(workflow, reading);
    const uses = new Uses(library, reading, schedules);
    uses.read(valuesIn(workflow, 'jobs'), 0);
    for (const use of uses.found) {
      const known = [...use.given.keys()].every((key) => ADDS_NOTHING.has(key));
      const first = known ? plain.get(use.job.text) : undefined;
      if (first === undefined) all.push(use);
      if (known) plain.set(use.job.text, merged(first, use));
    }
  }
  return all.map((use) => {
    const whole = plain.get(use.job.text);
    return whole?.given === use.given ? whole : use;
  });
}

const ADDS_NOTHING: ReadonlySet<string> = new Set(['requires', 'context', 'filters', 'name']);

/** Two uses that say the same: the first one, on the schedules of both. */
function merged(first: Invocation | undefined, use: Invocation): Invocation {
  if (first === undefined) return use;
  const added = use.schedules.filter((each) => !first.schedules.includes(each));
  return added.length === 0 ? first : { ...first, schedules: [...first.schedules, ...added] };
}

function workflowsIn(root: Fields, reading: YamlReading): readonly Fields[] {
  return valuesIn(root, 'workflows')
    .flatMap((node) => [...fieldsOf(node, reading)])
    .filter(([name]) => name !== 'version')
    .flatMap(([, nodes]) => nodes)
    .map((node) => {
      if (node.kind !== 'map') reading.sayMisfit(node, 'a workflow');
      return fieldsOf(node, reading);
    });
}

function schedulesOf(workflow: Fields, reading: YamlReading): readonly string[] {
  return valuesIn(workflow, 'triggers')
    .flatMap((node) => [...itemsIn(node, reading)])
    .flatMap((item) => valuesIn(fieldsOf(item, reading), 'schedule'))
    .flatMap((node) => valuesIn(fieldsOf(node, reading), 'cron'))
    .flatMap((node) => textOf(node) ?? []);
}

class Uses {
  readonly found: Invocation[] = [];
  readonly #library: Library;
  readonly #reading: YamlReading;
  readonly #schedules: readonly string[];

  constructor(library: Library, reading: YamlReading, schedules: readonly string[]) {
    this.#library = library;
    this.#reading = reading;
    this.#schedules = schedules;
  }

  read(nodes: readonly YamlNode[], depth: number): void {
    for (const item of nodes.flatMap((node) => [...itemsIn(node, this.#reading)])) {
      if (item.kind === 'scalar') {
        if (!isEmpty(item)) this.#add(this.#reading.sourceOf(item), NO_FIELDS, depth);
        continue;
      }
      for (const { key, value } of item.entries) {
        if (!this.#reading.visit()) return;
        const given = fieldsOf(value, this.#reading);
        this.#add(this.#reading.sourceOf(key), given, depth);
      }
    }
  }

  #add(job: SourceText, given: Fields, depth: number): void {
    const group = depth < GROUP_DEPTH_MAX ? this.#library.find('job-groups', job.text) : null;
    if (group === null) this.found.push({ job, given, schedules: this.#schedules });
    else this.read(valuesIn(group.fields, 'jobs'), depth + 1);
  }
}
