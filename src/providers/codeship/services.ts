import { readService } from '../_compose/service.ts';
import { type Fields, fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import type { YamlReading } from '../_yaml/yaml-reading.ts';

/** Top-level keys of a Compose file that are no services. */
const RESERVED: ReadonlySet<string> = new Set(['version', 'services', 'volumes', 'networks']);

/** Keys of which every service has at least one. */
const SERVICE_KEYS = ['image', 'build', 'command', 'entrypoint', 'extends', 'dockerfile'] as const;

/** Services stand at the top, or below `services` as in a Compose file. */
export function readServices(root: Fields, reading: YamlReading): void {
  const isOwn = (name: string): boolean =>
    name === 'services' ||
    valuesIn(root, name).some((node) =>
      SERVICE_KEYS.some((key) => fieldsOf(node, reading).has(key)),
    );
  if (isForeign(root, isOwn, 'a file of services', reading)) return;
  const nested = valuesIn(root, 'services');
  for (const node of nested) {
    if (node.kind !== 'map') reading.sayMisfit(node, 'the map of services');
  }
  const below = joinFields(nested.map((node) => fieldsOf(node, reading)));
  const top = [...root].filter(([name]) => !RESERVED.has(name) && !name.startsWith('x-'));
  for (const [name, nodes] of [...below, ...top]) {
    for (const node of nodes) {
      const job = readService(name, node, reading);
      if (job !== null) reading.draft.jobs.push(job);
    }
  }
}
