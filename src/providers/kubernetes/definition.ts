/** Reads manifests of Kubernetes: each object that runs something is a job. */
import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader, JobDefinition } from '../../model/job-definition.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import {
  templateDefinition,
  templateSentence,
  withoutExpressions,
} from '../_text/template-text.ts';
import { valuesIn } from '../_yaml/fields.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { readYaml, type YamlReading } from '../_yaml/yaml-reading.ts';
import { ConfigData, isConfigKind } from './config-data.ts';
import { ContainerReader } from './container-reader.ts';
import { type ManifestContext, ObjectReader } from './object-reader.ts';
import { type KubernetesObject, objectsIn } from './objects.ts';
import { Filling } from './parameters.ts';
import { isManifest } from './recognise.ts';
import { holdsExpressions } from './template.ts';

const DIALECT: Dialect = 'kubernetes';
/** Kinds that hold schemas or permissions, which may be large and run nothing. */
const SILENT_KINDS: ReadonlySet<string> = new Set([
  ...['CustomResourceDefinition', 'ClusterRole', 'Role', 'ClusterRoleBinding', 'RoleBinding'],
]);

export const kubernetesReader: DialectReader = {
  dialect: DIALECT,
  // No name says that a file is a manifest; values of charts hold parts of containers.
  claims: isChartValues,
  byContent: {
    mayClaim(path) {
      const name = baseNameOf(path).toLowerCase();
      return ENDINGS.some((ending) => name.endsWith(ending));
    },
    marks: ['apiVersion'],
    recognises: isManifest,
  },
  template: templateSentence('{{'),
  silentKinds: SILENT_KINDS,
  read(path, text) {
    const definition = readText(path, text);
    // Other tools have values of other kinds; none of them runs by itself.
    return isChartValues(path) ? { ...definition, broken: false } : definition;
  },
};

function readText(path: string, given: string): JobDefinition {
  const text = withPlainSeparators(given);
  if (!text.includes('{{')) return readYaml(DIALECT, path, text, readManifest);
  let isParsed = false;
  let isTemplate = false;
  const plain = readYaml(DIALECT, path, text, (roots, reading) => {
    isParsed = true;
    isTemplate = holdsExpressions(roots, text);
    if (!isTemplate) readManifest(roots, reading);
  });
  // What is no YAML was tried without the expressions that begin a line; others may be in the way.
  if (isParsed ? !isTemplate : plain.broken === false) return plain;
  const { jobs } = readYaml(DIALECT, path, withoutExpressions(text), readManifest);
  return templateDefinition(DIALECT, path, jobs, '{{');
}

/** Kubernetes splits a file at any line of dashes; YAML knows those of three alone. */
function withPlainSeparators(text: string): string {
  return text.includes('\n----') ? text.replace(LONG_SEPARATOR, blankBehind) : text;
}

const LONG_SEPARATOR = /^---(-{1,200})[ \t\r]{0,200}$/gm;

function blankBehind(line: string): string {
  return `---${line.slice('---'.length).replace(/-/g, ' ')}`;
}

/** `values.yaml` and `values-production.yaml`, but not `values.schema.yaml`. */
function isChartValues(path: string): boolean {
  const name = baseNameOf(path);
  const isNamed = ['values.', 'values-', 'values_'].some((start) => name.startsWith(start));
  return isNamed && isYamlName(name) && !name.includes('schema');
}

const ENDINGS = ['.yaml', '.yml', '.json', '.yaml.tpl', '.yml.tpl', '.yaml.j2', '.yml.j2'] as const;

function readManifest(roots: readonly YamlNode[], reading: YamlReading): void {
  const objects = roots.flatMap((root) => objectsIn(root, reading));
  const context: ManifestContext = {
    reading,
    data: new ConfigData(objects, reading),
    filling: new Filling(reading.draft),
    names: new Set(objects.map(({ name }) => name)),
  };
  const copies = autoscaled(objects, reading);
  for (const object of objects) {
    if (isConfigKind(object.kind) || SILENT_KINDS.has(object.kind)) continue;
    const job = jobOf(object);
    new ObjectReader(context, object, job).read();
    job.fanOut = Math.max(job.fanOut, copies.get(`${object.kind}/${object.name}`) ?? 1);
    if (runsSomething(job)) reading.draft.jobs.push(job);
  }
  addUnusedData(context);
}

function jobOf({ kind, name }: { readonly kind: string; readonly name: string }): JobDraft {
  return jobDraft(printable(name === '' ? kind : `${kind}/${name}`, jobNameLengthMax));
}

function runsSomething({ commands, images, environment, remoteCode }: JobDraft): boolean {
  return commands.length + images.length + environment.length + remoteCode.length > 0;
}

/** The most pods that an autoscaler of the file starts of an object, by kind and name. */
function autoscaled(
  objects: readonly KubernetesObject[],
  reading: YamlReading,
): ReadonlyMap<string, number> {
  const copies = new Map<string, number>();
  for (const { kind, fields } of objects) {
    if (kind !== 'HorizontalPodAutoscaler' && kind !== 'ScaledObject') continue;
    const at = (...keys: readonly string[]): string =>
      textOf(valuesAt(valuesIn(fields, 'spec'), keys, reading).at(-1)) ?? '';
    const most = Number(at('maxReplicas') || at('maxReplicaCount') || 1);
    const target = at('scaleTargetRef', 'kind') || 'Deployment';
    const key = `${target}/${at('scaleTargetRef', 'name')}`;
    if (Number.isSafeInteger(most)) copies.set(key, Math.min(most, fanOutMax));
  }
  return copies;
}

/** Scripts in ConfigMaps that containers of other files may run: jobs of files written. */
function addUnusedData(context: ManifestContext): void {
  for (const object of context.data.unused()) {
    const job = jobOf(object);
    const writer = new ContainerReader(context, job, new Map());
    for (const entry of object.entries) writer.writeFile(entry.key, entry);
    if (job.commands.length > 0) context.reading.draft.jobs.push(job);
  }
}
