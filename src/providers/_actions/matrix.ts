/**
 * How many copies `strategy.matrix` starts: the product of its lists, and one more for each entry
 * of `include` that fits none of the combinations. What only an expression knows counts as one.
 * `exclude` is left out, so the number is never too small.
 */
import { fanOutMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** Sets the job's fan-out, and adds the values: `run: ${{ matrix.command }}` is one of them. */
export function readMatrix(strategy: YamlNode, job: JobDraft, reading: YamlReading): void {
  for (const matrix of valuesIn(fieldsOf(strategy, reading), 'matrix')) {
    const fields = fieldsOf(matrix, reading);
    job.fanOut = Math.max(job.fanOut, Math.min(fanOutOf(fields, reading), fanOutMax));
    for (const [name, nodes] of fields) {
      if (name !== 'exclude') for (const node of nodes) addValues(name, node, job, reading);
    }
  }
}

function fanOutOf(fields: Fields, reading: YamlReading): number {
  /** The values of each list, by its name. */
  const lists = new Map<string, ReadonlySet<string>>();
  let product = 1;
  for (const [name, nodes] of fields) {
    if (name === 'include' || name === 'exclude') continue;
    const items = nodes.flatMap((node) => [...itemsIn(node, reading)]);
    lists.set(name, new Set(items.flatMap((item) => textOf(item) ?? [])));
    product *= Math.max(1, items.length);
  }
  const added = valuesIn(fields, 'include')
    .flatMap((node) => [...itemsIn(node, reading)])
    .filter((entry) => addsOne(fieldsOf(entry, reading), lists)).length;
  return Math.max(1, (lists.size === 0 ? 0 : product) + added);
}

/** An entry extends the combinations it fits and starts a job of its own when it fits none. */
function addsOne(entry: Fields, lists: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  if (lists.size === 0) return true;
  return [...entry].some(([name, nodes]) => {
    const list = lists.get(name);
    return list !== undefined && !list.has(textOf(nodes.at(-1)) ?? '');
  });
}

function addValues(name: string, node: YamlNode, job: JobDraft, reading: YamlReading): void {
  for (const item of itemsIn(node, reading)) {
    if (item.kind === 'map') {
      const prefix = name === 'include' ? 'matrix.' : `matrix.${name}.`;
      addAll(job.environment, environmentIn(item, reading, prefix));
    } else {
      job.environment.push({ name: `matrix.${name}`, value: reading.sourceOf(item) });
    }
  }
}
