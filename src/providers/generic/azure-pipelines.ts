/**
 * Reads Azure Pipelines: pipelines and their templates. Whatever a condition may put in is read,
 * and lists of steps, jobs or stages that a template is given are read where they are written.
 */
import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader, Variable } from '../../model/job-definition.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { type Fields, fieldsOf, joinFields, NO_FIELDS, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { MacroBudget, Macros, openFields, openItems } from './azure-expressions.ts';
import { addSteps, isStep, valuesByName } from './azure-steps.ts';
import { addParameter, addTemplate, mapVariables, readVariables } from './azure-variables.ts';

const DIALECT: Dialect = 'azure-pipelines';

export const azurePipelinesReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    if (!isYamlName(name)) return false;
    return FOLDERS.some((folder) => `/${path}`.includes(folder)) || isPipelineName(name);
  },
  byContent: {
    mayClaim: isYamlName,
    marks: ['vmImage:', '- task: '],
    recognises: isAzure,
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => openFields(node, reading)));
      if (isForeign(root, (key) => KEYS.has(key), 'a pipeline', reading)) return;
      new AzureFile(root, reading).read();
    });
  },
};

const FOLDERS = ['/.azure-pipelines/', '/.azuredevops/', '/.azdo/', '/.ado/', '/.vsts/'] as const;

function isPipelineName(name: string): boolean {
  const bare = name.startsWith('.') ? name.slice(1) : name;
  return bare.startsWith('azure-pipeline') || bare.startsWith('vsts-ci.');
}

/** Templates have any name. What no other YAML has is a task with its version. */
function isAzure(text: string): boolean {
  if (!ROOT_KEYS.some((key) => text.startsWith(key) || text.includes(`\n${key}`))) return false;
  if (text.includes('vmImage:')) return true;
  for (let at = text.indexOf('- task: '); at !== -1; at = text.indexOf('- task: ', at + 1)) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end === -1 ? text.length : end);
    if (line.includes('@') && line.length < 200) return true;
  }
  return false;
}

const ROOT_KEYS = ['steps:', 'jobs:', 'stages:', 'extends:'] as const;

const KEYS: ReadonlySet<string> = new Set([
  ...['extends', 'jobs', 'parameters', 'pool', 'pr', 'resources', 'schedules', 'stages', 'steps'],
  ...['strategy', 'trigger', 'variables'],
]);

/** What stages and jobs take from above. */
interface Scope {
  readonly environment: readonly Variable[];
  readonly pools: readonly YamlNode[];
}

class AzureFile {
  readonly #root: Fields;
  readonly #reading: YamlReading;
  /** `resources.containers` by the names that jobs use. */
  readonly #containers = new Map<string, Fields>();
  readonly #schedules: readonly string[];
  readonly #budget: MacroBudget;
  readonly #macros = new Map<JobDraft, Macros>();

  constructor(root: Fields, reading: YamlReading) {
    this.#root = root;
    this.#budget = new MacroBudget(reading.draft);
    this.#reading = reading;
    this.#schedules = valuesIn(root, 'schedules')
      .flatMap((node) => [...openItems(node, reading)])
      .flatMap((item) => valuesIn(openFields(item, reading), 'cron'))
      .flatMap((cron) => textOf(cron) ?? []);
  }

  read(): void {
    const job = this.#draft('');
    this.#readResources(job);
    this.#readParameters(job);
    for (const each of valuesIn(this.#root, 'extends')) {
      const fields = openFields(each, this.#reading);
      for (const name of valuesIn(fields, 'template')) this.#addTemplate(name, fields, job);
    }
    const shared = [
      ...job.environment,
      ...readVariables(valuesIn(this.#root, 'variables'), job, this.#reading),
    ];
    const scope = { environment: shared, pools: valuesIn(this.#root, 'pool') };
    if (this.#root.has('steps') || this.#root.has('strategy')) {
      this.#readJob('', this.#root, { environment: shared, pools: [] });
    }
    this.#readLists(this.#root, scope);
    const isEmpty = job.remoteCode.length + job.filesRun.length + job.commands.length === 0;
    const isAlone = this.#reading.draft.jobs.length === 0 && shared.length > 0;
    if (isEmpty && !isAlone) return;
    if (isAlone) addAll(job.environment, shared.slice(job.environment.length));
    this.#reading.draft.jobs.push(job);
  }

  #draft(name: string): JobDraft {
    const job = jobDraft(printable(name, jobNameLengthMax));
    job.schedules = this.#schedules;
    return job;
  }

  #readResources(job: JobDraft): void {
    const reading = this.#reading;
    for (const resources of valuesIn(this.#root, 'resources')) {
      const fields = openFields(resources, reading);
      for (const item of valuesIn(fields, 'containers').flatMap((n) => [
        ...openItems(n, reading),
      ])) {
        const container = openFields(item, reading);
        const name = textOf(valuesIn(container, 'container').at(-1));
        if (name !== undefined) this.#containers.set(name, container);
      }
      for (const item of valuesIn(fields, 'repositories').flatMap((n) => [
        ...openItems(n, reading),
      ])) {
        for (const name of valuesIn(openFields(item, reading), 'name')) {
          addAll(job.remoteCode, textsIn(name, reading, 'a repository'));
        }
      }
    }
  }

  /** Defaults of parameters: texts are variables, lists of steps and jobs are read. */
  #readParameters(job: JobDraft): void {
    const reading = this.#reading;
    for (const parameters of valuesIn(this.#root, 'parameters')) {
      if (parameters.kind === 'map') {
        for (const [name, nodes] of openFields(parameters, reading)) {
          this.#addParameter(name, nodes, job);
        }
        continue;
      }
      for (const item of openItems(parameters, reading)) {
        const fields = openFields(item, reading);
        const name = textOf(valuesIn(fields, 'name').at(-1)) ?? '';
        this.#addParameter(name, valuesIn(fields, 'default'), job);
      }
    }
  }

  #addParameter(name: string, nodes: readonly YamlNode[], job: JobDraft): void {
    addParameter(name, nodes, job, this.#reading);
    this.#readGiven(nodes, { environment: [], pools: [] });
  }

  #addTemplate(name: YamlNode, fields: Fields, job: JobDraft): void {
    addTemplate(name, fields, job, this.#reading);
    for (const given of valuesIn(fields, 'parameters')) {
      for (const nodes of openFields(given, this.#reading).values()) {
        this.#readGiven(nodes, { environment: job.environment, pools: [] });
      }
    }
  }

  /** Lists of steps, jobs or stages under any name. */
  #readGiven(nodes: readonly YamlNode[], scope: Scope): void {
    for (const node of nodes) {
      if (node.kind !== 'sequence') continue;
      for (const item of openItems(node, this.#reading)) {
        if (item.kind !== 'map') continue;
        const fields = openFields(item, this.#reading);
        if (fields.has('stage') || fields.has('jobs')) this.#readStage(fields, scope);
        else if (fields.has('job') || fields.has('deployment')) this.#readJobItem(fields, scope);
        else if (isStep(fields)) {
          this.#readJob('', new Map([['steps', [item]]]), scope);
        }
      }
    }
  }

  #readLists(fields: Fields, scope: Scope): void {
    const reading = this.#reading;
    for (const stage of valuesIn(fields, 'stages').flatMap((n) => [...openItems(n, reading)])) {
      if (stage.kind === 'map') this.#readStage(openFields(stage, reading), scope);
      else if (!stage.value.includes('${{')) reading.sayMisfit(stage, 'a stage');
    }
    for (const job of valuesIn(fields, 'jobs').flatMap((n) => [...openItems(n, reading)])) {
      if (job.kind === 'map') this.#readJobItem(openFields(job, reading), scope);
      else if (!job.value.includes('${{')) reading.sayMisfit(job, 'a job');
    }
  }

  #readStage(fields: Fields, scope: Scope): void {
    const job = this.#draft('');
    const own = readVariables(valuesIn(fields, 'variables'), job, this.#reading);
    const pools = valuesIn(fields, 'pool');
    for (const name of valuesIn(fields, 'template')) this.#addTemplate(name, fields, job);
    if (job.filesRun.length + job.remoteCode.length > 0) this.#reading.draft.jobs.push(job);
    this.#readLists(fields, {
      environment: [...scope.environment, ...own],
      pools: pools.length > 0 ? pools : scope.pools,
    });
  }

  #readJobItem(fields: Fields, scope: Scope): void {
    const name = textOf(valuesIn(fields, 'job', 'deployment').at(-1)) ?? '';
    this.#readJob(name, fields, scope);
  }

  #readJob(name: string, fields: Fields, scope: Scope): void {
    const reading = this.#reading;
    const job = this.#draft(name);
    reading.draft.shareVariables(scope.environment, job);
    // A pipeline of steps alone is its own job: its variables are those of the scope.
    if (fields !== this.#root) {
      addAll(job.environment, readVariables(valuesIn(fields, 'variables'), job, reading));
    }
    const pools = valuesIn(fields, 'pool');
    for (const pool of pools.length > 0 ? pools : scope.pools) this.#readPool(pool, job);
    const strategies = valuesIn(fields, 'strategy').map((node) => openFields(node, reading));
    const filling = { budget: this.#budget, legs: this.#readCopies(strategies, job) };
    for (const container of valuesIn(fields, 'container')) this.#readContainer(container, job);
    for (const services of valuesIn(fields, 'services')) {
      for (const nodes of openFields(services, reading).values()) {
        for (const service of nodes) this.#readContainer(service, job);
      }
    }
    for (const minutes of valuesIn(fields, 'timeoutInMinutes')) {
      const count = Number(textOf(minutes) ?? Number.NaN);
      if (count > 0 && Number.isFinite(count)) job.timeoutSeconds = Math.round(count * 60);
    }
    if (fields !== this.#root) {
      for (const template of valuesIn(fields, 'template')) this.#addTemplate(template, fields, job);
    }
    const phases = strategies
      .flatMap((strategy) => valuesIn(strategy, 'runOnce', 'rolling', 'canary'))
      .flatMap((kind) => this.#stepsOfPhases(openFields(kind, reading), job));
    addSteps([...phases, ...valuesIn(fields, 'steps')], filling, job, reading);
    reading.draft.jobs.push(job);
  }

  /** A name, or a map with `name`, `vmImage` and `demands`. */
  #readPool(node: YamlNode, job: JobDraft): void {
    const fields = node.kind === 'map' ? openFields(node, this.#reading) : NO_FIELDS;
    const nodes = node.kind === 'map' ? valuesIn(fields, 'name', 'vmImage', 'demands') : [node];
    for (const label of nodes.flatMap((each) => textsIn(each, this.#reading, 'a pool'))) {
      job.machine.push(label.text);
    }
  }

  /** An image, the name of a container under `resources`, or a map. */
  #readContainer(node: YamlNode, job: JobDraft): void {
    const reading = this.#reading;
    if (node.kind === 'map') {
      this.#addContainer(openFields(node, reading), job);
      return;
    }
    for (const name of textsIn(node, reading, 'a container')) {
      const image = name.text.includes('$') ? this.#macrosOf(job).fill(name) : name;
      const known = this.#containers.get(image.text);
      if (known === undefined) job.images.push(image);
      else this.#addContainer(known, job);
    }
  }

  /** The macros of the containers of a job: made once, as there may be many. */
  #macrosOf(job: JobDraft): Macros {
    const known = this.#macros.get(job);
    if (known !== undefined) return known;
    const values = valuesByName(job.environment);
    const macros = new Macros(this.#budget, (name) => values.get(name));
    this.#macros.set(job, macros);
    return macros;
  }

  #addContainer(fields: Fields, job: JobDraft): void {
    const reading = this.#reading;
    for (const image of valuesIn(fields, 'image', 'repository')) {
      addAll(job.images, textsIn(image, reading, 'an image'));
    }
    for (const alias of valuesIn(fields, 'alias')) this.#readContainer(alias, job);
    for (const env of valuesIn(fields, 'env')) {
      addAll(job.environment, mapVariables(openFields(env, reading), reading));
    }
    for (const options of valuesIn(fields, 'options').flatMap((node) =>
      textsIn(node, reading, 'options'),
    )) {
      job.environment.push({ name: 'container.options', value: options });
    }
  }

  /** `matrix` and `parallel` make copies of a job; the result is each copy's variables. */
  #readCopies(strategies: readonly Fields[], job: JobDraft): readonly (readonly Variable[])[] {
    const reading = this.#reading;
    const legs: (readonly Variable[])[] = [];
    for (const fields of strategies) {
      for (const matrix of valuesIn(fields, 'matrix')) {
        for (const leg of [...openFields(matrix, reading).values()].flat()) {
          legs.push(mapVariables(openFields(leg, reading), reading));
        }
      }
      for (const count of valuesIn(fields, 'parallel').map((node) => Number(textOf(node)))) {
        if (Number.isSafeInteger(count) && count > 0) job.fanOut = Math.min(count, fanOutMax);
      }
    }
    job.fanOut = Math.max(job.fanOut, Math.min(legs.length, fanOutMax));
    for (const leg of legs) addAll(job.environment, leg);
    return legs;
  }

  /** `preDeploy`, `deploy`, `routeTraffic`, `postRouteTraffic`, and both outcomes under `on`. */
  #stepsOfPhases(kind: Fields, job: JobDraft): readonly YamlNode[] {
    const reading = this.#reading;
    const outcomes = valuesIn(kind, 'on').flatMap((node) =>
      valuesIn(fieldsOf(node, reading), 'success', 'failure'),
    );
    return [...valuesIn(kind, ...PHASES), ...outcomes].flatMap((phase) => {
      const fields = openFields(phase, reading);
      for (const pool of valuesIn(fields, 'pool')) this.#readPool(pool, job);
      return valuesIn(fields, 'steps');
    });
  }
}

const PHASES = ['preDeploy', 'deploy', 'routeTraffic', 'postRouteTraffic'] as const;
