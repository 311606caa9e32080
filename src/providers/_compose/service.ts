/** A container as a Compose file and its kin describe it: one job for each service. */

import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import { commandOfWords } from '../_text/command-words.ts';
import { containerCommand } from '../_text/container-command.ts';
import { filesRunAs } from '../_text/file-run.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { joinSources } from '../_text/source-builder.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { type InlineReader, readBuild } from './build.ts';

/** The service as a job, or null where it is no map. */
export function readService(name: string, node: YamlNode, reading: YamlReading): JobDraft | null {
  if (node.kind !== 'map') {
    reading.sayMisfit(node, 'a service');
    return null;
  }
  return serviceOf(name, fieldsOf(node, reading), reading);
}

export function serviceOf(
  name: string,
  fields: Fields,
  reading: YamlReading,
  readInline?: InlineReader,
): JobDraft {
  const job = jobDraft(printable(name, jobNameLengthMax));
  for (const image of valuesIn(fields, 'image')) readImage(image, job, reading);
  for (const build of valuesIn(fields, 'build')) readBuild(build, job, reading, readInline);
  for (const environment of valuesIn(fields, 'environment')) {
    addAll(job.environment, environmentIn(environment, reading));
  }
  readFiles(fields, job, reading);
  readCommands(fields, job, reading);
  readSize(fields, job, reading);
  return job;
}

/** A name; or a map of how to build it, as in Okteto's old manifests. */
function readImage(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  if (node.kind === 'map') readBuild(node, job, reading);
  const names = node.kind === 'map' ? valuesAt([node], ['name'], reading) : [node];
  for (const name of names) addAll(job.images, textsIn(name, reading, 'an image'));
}

/** Files of variables, and the file of a service it extends. */
function readFiles(fields: Fields, job: JobDraft, reading: YamlReading): void {
  for (const node of valuesIn(fields, 'env_file', 'envFiles')) {
    for (const item of itemsIn(node, reading)) {
      const nodes = item.kind === 'map' ? valuesIn(fieldsOf(item, reading), 'path') : [item];
      for (const each of nodes) addVariablesFile(each, job, reading);
    }
  }
  for (const node of valuesAt(valuesIn(fields, 'extends'), ['file'], reading)) {
    addAll(job.filesRun, textsIn(node, reading, 'the path of a file'));
  }
}

/** It is read as a shell would. It holds what differs from machine to machine, secrets too. */
function addVariablesFile(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  for (const file of filesRunAs(textsIn(node, reading, 'a file of variables'), 'shell')) {
    job.filesRun.push({ ...file, isOptional: true });
  }
}

function readCommands(fields: Fields, job: JobDraft, reading: YamlReading): void {
  const { draft } = reading;
  const source = containerCommand(draft.path, {
    image: job.images.at(-1) ?? null,
    entrypoint: commandLineOf(valuesIn(fields, 'entrypoint'), reading),
    command: commandLineOf(valuesIn(fields, 'command', 'args'), reading),
  });
  if (source !== null) draft.addCommand(job, source, 'sh');
  for (const key of ['post_start', 'pre_stop'] as const) {
    for (const node of valuesAt(valuesIn(fields, key), ['command'], reading)) {
      const hook = commandLineOf([node], reading);
      if (hook !== null) draft.addCommand(job, hook, 'sh');
    }
  }
  for (const test of valuesAt(valuesIn(fields, 'healthcheck'), ['test'], reading)) {
    const check = healthCommand(test, reading);
    if (check !== null) draft.addCommand(job, check, 'sh');
  }
}

/** `[CMD, …]` is a list of words, `[CMD-SHELL, …]` a line for a shell, as is a text alone. */
function healthCommand(node: YamlNode, reading: YamlReading): SourceText | null {
  const { path } = reading.draft;
  const words = textsIn(node, reading, 'a command');
  const [first, ...rest] = words;
  if (first === undefined || first.text === 'NONE') return null;
  const isLine = node.kind !== 'sequence' || first.text === 'CMD-SHELL';
  const told = ['CMD', 'CMD-SHELL'].includes(first.text) ? rest : words;
  if (told.length === 0) return null;
  if (!reading.draft.fits(told.reduce((sum, { text }) => sum + text.length, 0))) return null;
  return isLine ? joinSources(path, told, ' ') : commandOfWords(path, told);
}

/** Keys that say how large a container is, in any of their places. */
const SIZE_KEYS = [
  ...['cpus', 'cpu', 'cpu_count', 'cpu_percent', 'cpu_shares', 'cpu_quota', 'cpuset'],
  ...['mem_limit', 'mem_reservation', 'memory'],
] as const;

function readSize(fields: Fields, job: JobDraft, reading: YamlReading): void {
  const deploy = valuesIn(fields, 'deploy');
  const resources = [...valuesIn(fields, 'resources'), ...valuesAt(deploy, ['resources'], reading)];
  const parts = ['limits', 'reservations', 'requests'] as const;
  const inner = parts.flatMap((key) => valuesAt(resources, [key], reading));
  for (const place of [
    fields,
    ...[...resources, ...inner].map((each) => fieldsOf(each, reading)),
  ]) {
    for (const key of SIZE_KEYS) {
      for (const value of valuesIn(place, key).flatMap((each) => textOf(each) ?? [])) {
        job.machine.push(`${key} ${printable(value, SIZE_LENGTH_MAX)}`);
      }
    }
  }
  const copies = [
    ...valuesIn(fields, 'replicas', 'scale'),
    ...valuesAt(deploy, ['replicas'], reading),
  ];
  for (const each of copies) job.fanOut = Math.max(job.fanOut, countOf(textOf(each)));
}

const SIZE_LENGTH_MAX = 40;

/** A number of copies, at least 1 and at most `fanOutMax`. */
export function countOf(text: string | undefined): number {
  const count = Number(text ?? Number.NaN);
  return Number.isSafeInteger(count) && count > 0 ? Math.min(count, fanOutMax) : 1;
}
