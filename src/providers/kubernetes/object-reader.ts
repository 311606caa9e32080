/**
 * Reads one object into one job. Containers are looked for in all of it, not at the places of known
 * kinds: a custom resource may hold pod templates anywhere, and Argo and Tekton do.
 */
import { yamlDepthMax } from '../../base/limits.ts';
import { textOf, type YamlNode, type YamlSequence } from '../../base/yaml.ts';
import { UserDataReading } from '../_cloud-init/user-data.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { joinSources } from '../_text/source-builder.ts';
import { addStepCommands, type StepCommands } from '../_text/step-commands.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import type { ConfigData } from './config-data.ts';
import { ContainerReader, isContainer } from './container-reader.ts';
import type { KubernetesObject } from './objects.ts';
import { addParameters, type Filling, type Parameters } from './parameters.ts';
import { readShape, Shape } from './shape.ts';
import { type Volumes, volumesOf } from './volumes.ts';

/** What all objects of a file share. */
export interface ManifestContext {
  readonly reading: YamlReading;
  readonly data: ConfigData;
  readonly filling: Filling;
  /** Names of the file's own objects: a reference to one of them is not code from elsewhere. */
  readonly names: ReadonlySet<string>;
}

/** Containers of a pod, in the order in which they start; Argo names some of them alone. */
const POD_KEYS = [
  'initContainers',
  'containers',
  'container',
  'script',
  'sidecars',
  'ephemeralContainers',
] as const;
const POD_KEY_SET: ReadonlySet<string> = new Set(POD_KEYS);

/** Keys of a container that hold no other one. */
const CONTAINER_KEYS: ReadonlySet<string> = new Set([
  ...['args', 'command', 'env', 'envFrom', 'lifecycle', 'livenessProbe', 'ports'],
  ...['readinessProbe', 'resources', 'startupProbe', 'volumeMounts'],
]);

/** Keys under which nothing runs. A schema has properties that are called like a container's. */
const SILENT_KEYS: ReadonlySet<string> = new Set(['metadata', 'status', 'openAPIV3Schema']);

/** Maps that name code from elsewhere, and the keys under which they do. */
const REFERENCE_KEYS = ['taskRef', 'pipelineRef', 'templateRef', 'workflowTemplateRef'] as const;
const SOURCE_KEYS = ['git', 'gitRepo'] as const;

const NO_VOLUMES: Volumes = new Map();

export class ObjectReader {
  readonly #context: ManifestContext;
  readonly #reading: YamlReading;
  readonly #object: KubernetesObject;
  readonly #job: JobDraft;
  readonly #shape = new Shape();
  readonly #steps: StepCommands[] = [];
  readonly #parameters: Parameters = new Map();
  readonly #containers: ContainerReader;
  readonly #userData: UserDataReading;

  constructor(context: ManifestContext, object: KubernetesObject, job: JobDraft) {
    this.#context = context;
    this.#reading = context.reading;
    this.#object = object;
    this.#job = job;
    this.#containers = new ContainerReader(context, job, this.#parameters);
    this.#userData = new UserDataReading(context.reading.draft, job, context.reading.visits);
  }

  read(): void {
    const { group, node } = this.#object;
    if (group === 'argoproj.io' || group === 'tekton.dev') this.#collectParameters(node, 0);
    this.#walk(node, NO_VOLUMES, 0);
    addStepCommands(this.#steps, this.#job, this.#reading);
    this.#shape.apply(this.#job);
  }

  /** Parameters are known before any container is read: a caller may stand behind its template. */
  #collectParameters(node: YamlNode, depth: number): void {
    if (!this.#reading.visit() || node.kind === 'scalar' || depth >= yamlDepthMax) return;
    if (node.kind === 'sequence') {
      for (const item of this.#itemsOf(node)) this.#collectParameters(item, depth + 1);
      return;
    }
    for (const [key, nodes] of fieldsOf(node, this.#reading)) {
      const prefix = PARAMETER_KEYS[key];
      for (const value of nodes) {
        if (prefix === undefined || value.kind === 'scalar')
          this.#collectParameters(value, depth + 1);
        else {
          const found = addParameters(value, prefix, this.#parameters, this.#reading);
          this.#reading.draft.shareVariables(found, this.#job);
        }
      }
    }
  }

  #walk(node: YamlNode, outer: Volumes, depth: number): void {
    // Scalars count too: an alias may stand for a list of 150,000 of them, at each of 64 levels.
    if (!this.#reading.visit() || node.kind === 'scalar') return;
    if (depth >= yamlDepthMax) {
      this.#reading.draft.giveUp(
        `objects nest deeper than ${yamlDepthMax}; the inner ones were not read`,
      );
    } else if (node.kind === 'sequence') {
      for (const item of this.#itemsOf(node)) this.#walk(item, outer, depth + 1);
    } else this.#walkMap(fieldsOf(node, this.#reading), outer, depth);
  }

  /** The items of a list while there is something left to spend on them. */
  *#itemsOf({ items }: YamlSequence): Generator<YamlNode, void, undefined> {
    for (const item of items) {
      if (this.#reading.visits.exhausted) return;
      yield item;
    }
  }

  #walkMap(fields: Fields, outer: Volumes, depth: number): void {
    const volumes = volumesOf(fields, outer, this.#context.data, this.#reading);
    readShape(fields, this.#object.group, this.#shape, this.#reading);
    this.#readReferences(fields);
    this.#readUserData(fields);
    const holdsPod = isContainer(fields);
    if (holdsPod) this.#steps.push(this.#containers.read(fields, volumes));
    for (const key of POD_KEYS) {
      for (const node of valuesIn(fields, key)) this.#walk(node, volumes, depth + 1);
    }
    for (const [key, nodes] of fields) {
      if (POD_KEY_SET.has(key) || (holdsPod && CONTAINER_KEYS.has(key))) continue;
      if (SILENT_KEYS.has(key)) continue;
      for (const node of nodes) {
        if (key === 'image') this.#addImage(node);
        this.#walk(node, volumes, depth + 1);
      }
    }
  }

  /** `image: {repository, tag}`, as values of charts have it. */
  #addImage(node: YamlNode): void {
    if (node.kind !== 'map') return;
    const fields = fieldsOf(node, this.#reading);
    const parts = ['repository', 'tag'].flatMap((key) =>
      valuesIn(fields, key).flatMap((each) => textsIn(each, this.#reading, 'a part of an image')),
    );
    if (parts.length === 0 || !this.#reading.draft.takesPart()) return;
    this.#job.images.push(joinSources(this.#reading.draft.path, parts, ':'));
  }

  #readReferences(fields: Fields): void {
    const { names } = this.#context;
    for (const node of valuesIn(fields, ...REFERENCE_KEYS)) {
      const named = valuesAt([node], ['name'], this.#reading);
      const own = named.filter((name) => names.has(textOf(name) ?? ''));
      this.#addRemote(named.filter((name) => !own.includes(name)));
      this.#addRemote(valuesAt([node], ['bundle'], this.#reading));
      this.#addRemote(valuesAt([node], ['params', 'value'], this.#reading));
    }
    for (const node of valuesIn(fields, ...SOURCE_KEYS)) {
      const of = (key: string): readonly YamlNode[] => valuesAt([node], [key], this.#reading);
      this.#addRemote([...of('repo'), ...of('repository'), ...of('uri'), ...of('url')]);
    }
    this.#addRemote(valuesIn(fields, 'repoURL'));
    if (this.#object.kind === 'Kustomization') this.#readKustomization(fields);
  }

  /** What a kustomization takes from elsewhere; what it takes from the tree is read there. */
  #readKustomization(fields: Fields): void {
    const lists = valuesIn(fields, 'resources', 'bases', 'components');
    for (const text of lists.flatMap((list) => textsIn(list, this.#reading, 'a path'))) {
      const isRemote = text.text.includes('://') || text.text.includes('?ref=');
      if (isRemote && this.#reading.draft.takesPart()) this.#job.remoteCode.push(text);
    }
    this.#addRemote(valuesAt(valuesIn(fields, 'helmCharts'), ['repo'], this.#reading));
  }

  #addRemote(nodes: readonly YamlNode[]): void {
    for (const node of nodes) {
      if (node.kind === 'map') continue;
      const texts = textsIn(node, this.#reading, 'a name');
      addAll(
        this.#job.remoteCode,
        texts.filter(() => this.#reading.draft.takesPart()),
      );
    }
  }

  /** What a virtual machine or a machine template runs when it starts. */
  #readUserData(fields: Fields): void {
    const texts = (key: string) =>
      valuesIn(fields, key).flatMap((node) =>
        node.kind === 'scalar' ? textsIn(node, this.#reading, 'user data') : [],
      );
    for (const text of texts('userData')) this.#userData.readPlain(text);
    for (const text of texts('userDataBase64')) this.#userData.readEncoded(text);
  }
}

/** Lists of parameters, and what stands before a parameter's name among the variables. */
const PARAMETER_KEYS: Readonly<Record<string, string | undefined>> = {
  parameters: 'inputs.parameters.',
  params: 'params.',
};
