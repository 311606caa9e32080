/**
 * Reads `devcontainer.json`: what a development container is made of, and what it runs when it is
 * made, started and entered.
 */

import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { readJson } from '../_json/json-reading.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { filesRunAs } from '../_text/file-run.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { SourceBuilder } from '../_text/source-builder.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'devcontainer';

export const devcontainerReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    if (name === '.devcontainer.json') return true;
    return name === 'devcontainer.json' && `/${path}`.includes('/.devcontainer/');
  },
  read(path, text) {
    return readJson(DIALECT, path, text, (root, reading) => {
      const fields = fieldsOf(root, reading);
      if (isForeign(fields, (key) => KEYS.has(key), 'a development container', reading)) return;
      const job = jobDraft('');
      readContainer(fields, job, reading);
      reading.draft.jobs.push(job);
    });
  },
};

/** In the order in which they run; `initializeCommand` runs on the host. */
const LIFECYCLE = [
  'initializeCommand',
  'onCreateCommand',
  'updateContentCommand',
  'postCreateCommand',
  'postStartCommand',
  'postAttachCommand',
] as const;

const KEYS: ReadonlySet<string> = new Set<string>([
  ...LIFECYCLE,
  ...['build', 'containerEnv', 'customizations', 'dockerComposeFile', 'dockerFile', 'extensions'],
  ...['features', 'forwardPorts', 'hostRequirements', 'image', 'mounts', 'name', 'remoteEnv'],
  ...['remoteUser', 'runArgs', 'settings', 'workspaceFolder'],
]);

function readContainer(fields: Fields, job: JobDraft, reading: YamlReading): void {
  const textsAt = (key: string): readonly SourceText[] =>
    valuesIn(fields, key).flatMap((node) => textsIn(node, reading, `\`${key}\``));
  addAll(job.images, textsAt('image'));
  addAll(job.filesRun, filesRunAs(textsAt('dockerFile'), 'dockerfile'));
  addAll(job.filesRun, filesRunAs(textsAt('dockerComposeFile'), 'compose'));
  for (const build of valuesIn(fields, 'build')) readBuild(build, job, reading);
  for (const env of valuesIn(fields, 'containerEnv', 'remoteEnv')) {
    addAll(job.environment, variablesIn(env, reading));
  }
  for (const text of textsAt('runArgs')) {
    job.environment.push({ name: 'runArgs', value: text });
  }
  for (const features of valuesIn(fields, 'features')) readFeatures(features, job, reading);
  for (const needs of valuesIn(fields, 'hostRequirements')) readMachine(needs, job, reading);
  for (const key of LIFECYCLE) {
    for (const node of valuesIn(fields, key)) addLifecycle(node, job, reading);
  }
}

function readBuild(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  const fields = fieldsOf(node, reading);
  for (const file of valuesIn(fields, 'dockerfile', 'dockerFile')) {
    addAll(job.filesRun, filesRunAs(textsIn(file, reading, 'a Dockerfile'), 'dockerfile'));
  }
  for (const image of valuesIn(fields, 'cacheFrom')) {
    addAll(job.images, textsIn(image, reading, 'an image'));
  }
  for (const given of valuesIn(fields, 'args')) {
    addAll(job.environment, variablesIn(given, reading));
  }
  for (const option of valuesIn(fields, 'options').flatMap((each) =>
    textsIn(each, reading, 'an option'),
  )) {
    job.environment.push({ name: 'build.options', value: option });
  }
}

/** A line for a shell, a list of words, or a map of several of both that run at once. */
function addLifecycle(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  const nodes = node.kind === 'map' ? [...fieldsOf(node, reading).values()].flat() : [node];
  for (const each of nodes) {
    const source = commandLineOf([each], reading);
    if (source !== null) reading.draft.addCommand(job, source, 'sh');
  }
}

/** Features run their `install.sh` as root while the image is built. */
function readFeatures(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  if (node.kind !== 'map') {
    reading.sayMisfit(node, 'the map of features');
    return;
  }
  for (const { key, value } of node.entries) {
    if (!reading.visit()) return;
    const name = reading.sourceOf(key);
    if (name.text.startsWith('.')) job.filesRun.push(installScript(name));
    else job.remoteCode.push(name);
    addAll(job.environment, variablesIn(value, reading, `${featureName(name.text)}.`));
  }
}

function installScript(folder: SourceText): SourceText {
  const builder = new SourceBuilder(folder.path);
  builder.append(folder);
  builder.add(folder.text.endsWith('/') ? 'install.sh' : '/install.sh');
  return builder.build();
}

/** `ghcr.io/devcontainers/features/node:1` is `node`. */
function featureName(name: string): string {
  const base = baseNameOf(name);
  const colon = base.indexOf(':');
  return colon === -1 ? base : base.slice(0, colon);
}

function readMachine(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  for (const [name, nodes] of fieldsOf(node, reading)) {
    for (const value of nodes.flatMap((each) => textOf(each) ?? [])) {
      job.machine.push(`${name}:${value}`);
    }
  }
}
