/**
 * Steps of CodeShip: a command in a service, or a group of steps that run one after another
 * (`serial`) or at once (`parallel`), each in all services of the group. Groups nest.
 */
import { fanOutMax, jobNameLengthMax, yamlDepthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import { type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const STEP_KEYS: ReadonlySet<string> = new Set(['command', 'name', 'service', 'steps', 'type']);

/** Reads each step of the top level as a job. */
export function readSteps(roots: readonly YamlNode[], reading: YamlReading): void {
  for (const root of roots) {
    const isWhole = root.kind === 'map' && !fieldsOf(root, reading).has('command');
    const nodes = isWhole ? valuesIn(fieldsOf(root, reading), 'steps') : [root];
    for (const node of nodes) readTopSteps(node, reading);
  }
}

function readTopSteps(node: YamlNode, reading: YamlReading): void {
  for (const item of itemsIn(node, reading)) {
    if (item.kind !== 'map') {
      reading.sayMisfit(item, 'a step');
      continue;
    }
    const fields = fieldsOf(item, reading);
    if (isForeign(fields, (key) => STEP_KEYS.has(key), 'a step', reading)) continue;
    const name = valuesIn(fields, 'name', 'service').map(textOf)[0] ?? '';
    const job = jobDraft(printable(name, jobNameLengthMax));
    job.fanOut = Math.min(readStep(fields, job, reading, 0), fanOutMax);
    reading.draft.jobs.push(job);
  }
}

/** Adds the commands of a step and says how many of them run at once. */
function readStep(fields: Fields, job: JobDraft, reading: YamlReading, depth: number): number {
  const command = commandLineOf(valuesIn(fields, 'command'), reading);
  if (command !== null) reading.draft.addCommand(job, command, 'sh');
  const inner = readGroup(valuesIn(fields, 'steps'), job, reading, depth);
  readGroup(valuesIn(fields, 'on_fail'), job, reading, depth);
  if (!valuesIn(fields, 'type').some((node) => textOf(node) === 'parallel')) {
    return inner.reduce((most, count) => Math.max(most, count), 1);
  }
  const services = valuesIn(fields, 'services').flatMap((node) => [...itemsIn(node, reading)]);
  const sum = inner.reduce((total, count) => Math.min(total + count, fanOutMax), 0);
  return Math.min(Math.max(1, sum) * Math.max(1, services.length), fanOutMax);
}

/** For each step of the group how many of its commands run at once. */
function readGroup(
  nodes: readonly YamlNode[],
  job: JobDraft,
  reading: YamlReading,
  depth: number,
): readonly number[] {
  if (nodes.length > 0 && depth >= yamlDepthMax) {
    reading.draft.giveUp(`steps nest deeper than ${yamlDepthMax}; the inner ones were not read`);
    return [];
  }
  const counts: number[] = [];
  for (const item of nodes.flatMap((node) => [...itemsIn(node, reading)])) {
    if (item.kind !== 'map') reading.sayMisfit(item, 'a step');
    else counts.push(readStep(fieldsOf(item, reading), job, reading, depth + 1));
  }
  return counts;
}
