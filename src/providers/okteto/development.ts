/** Development containers, and the services that run beside them while someone develops. */
import { textOf, type YamlNode } from '../../base/yaml.ts';
import { serviceOf } from '../_compose/service.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** Adds a job for the container and one for each service beside it. */
export function readDevelopment(name: string, fields: Fields, reading: YamlReading): void {
  addContainer(name, fields, reading);
  for (const service of valuesIn(fields, 'services', 'sidecars')) {
    // A map of services at the top of a file is a stack, and read as one.
    for (const item of service.kind === 'map' ? [] : itemsIn(service, reading)) {
      if (item.kind === 'map') addService(name, fieldsOf(item, reading), reading);
      else reading.sayMisfit(item, 'a service');
    }
  }
}

function addService(name: string, fields: Fields, reading: YamlReading): void {
  const own = valuesIn(fields, 'name').map(textOf).at(-1) ?? '';
  addContainer(name === '' ? own : `${name}.${own}`, fields, reading);
}

function addContainer(name: string, fields: Fields, reading: YamlReading): void {
  const job = serviceOf(name, fields, reading);
  for (const image of valuesAt(valuesIn(fields, 'initContainer'), ['image'], reading)) {
    addAll(job.images, textsIn(image, reading, 'an image'));
  }
  const hooks = valuesIn(fields, 'lifecycle');
  for (const key of ['postStart', 'preStop'] as const) {
    for (const hook of valuesAt(hooks, [key], reading)) readHook(hook, job, reading);
  }
  for (const selector of valuesIn(fields, 'nodeSelector')) readLabels(selector, job, reading);
  reading.draft.jobs.push(job);
}

/** `true` runs the hook that the image has; a text or a map with `command` is one of its own. */
function readHook(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  const isSwitch = ['true', 'false'].includes(textOf(node) ?? '');
  const told = node.kind === 'map' ? valuesIn(fieldsOf(node, reading), 'command') : [node];
  const source = isSwitch ? null : commandLineOf(told, reading);
  if (source !== null) reading.draft.addCommand(job, source, 'sh');
}

/** Labels of the machine that the container asks for. */
function readLabels(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  for (const [key, values] of fieldsOf(node, reading)) {
    for (const value of values.flatMap((each) => textOf(each) ?? [])) {
      job.machine.push(printable(`${key}=${value}`, LABEL_LENGTH_MAX));
    }
  }
}

const LABEL_LENGTH_MAX = 200;
