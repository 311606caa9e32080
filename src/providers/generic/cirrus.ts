/**
 * Reads `.cirrus.yml`. Keys that end with `task` are jobs and may stand many times; in a task every
 * key that ends with `script` runs, in the order of the file. `matrix` anywhere makes copies.
 */
import { fanOutMax, jobNameLengthMax, yamlDepthMax } from '../../base/limits.ts';
import { parseYaml, textOf, type YamlNode } from '../../base/yaml.ts';
import type { Command, Dialect, DialectReader, Variable } from '../../model/job-definition.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { addAll, DefinitionDraft, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { scriptIn } from '../_yaml/script.ts';
import { isEmpty, itemsIn, textsIn, YamlReading } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'cirrus';

export const cirrusReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    return name === '.cirrus.yml' || name === '.cirrus.yaml';
  },
  read(path, text) {
    const draft = new DefinitionDraft(DIALECT, path);
    const parsed = parseYaml(text);
    if (!parsed.ok) {
      const { code, message, line, column } = parsed.error;
      draft.say(`${code} at ${line}:${column}: ${message}`);
      return draft.build();
    }
    const reading = new YamlReading(draft, parsed.value);
    reading.sayProblems(isTaskKey);
    for (const { root } of parsed.value.documents) {
      if (root?.kind === 'map') new CirrusFile(fieldsOf(root, reading), reading).read();
      else if (root !== null) reading.sayMisfit(root, 'a definition');
    }
    return draft.build();
  },
};

/** Cirrus reads each of several tasks of one name. */
function isTaskKey(key: string): boolean {
  return key === 'pipe' || key === 'docker_builder' || key === 'task' || key.endsWith('_task');
}

class CirrusFile {
  readonly #root: Fields;
  readonly #reading: YamlReading;
  readonly #shared: readonly Variable[];

  constructor(root: Fields, reading: YamlReading) {
    this.#root = root;
    this.#reading = reading;
    this.#shared = this.#variablesOf(root).variables;
  }

  read(): void {
    const isOwn = (key: string): boolean => isTaskKey(key) || isMachineKey(key) || key === 'env';
    if (isForeign(this.#root, isOwn, 'a build of Cirrus CI', this.#reading)) return;
    for (const [key, nodes] of this.#root) {
      if (!isTaskKey(key)) continue;
      for (const node of nodes) this.#readTask(key, node);
    }
  }

  #readTask(key: string, node: YamlNode): void {
    if (node.kind !== 'map') {
      this.#reading.sayMisfit(node, 'a task');
      return;
    }
    const fields = fieldsOf(node, this.#reading);
    const name = textOf(valuesIn(fields, 'name').at(-1)) ?? key.replace('_task', '');
    const job = jobDraft(printable(name, jobNameLengthMax));
    this.#reading.draft.shareVariables(this.#shared, job);
    const own = [...fields.keys()].some(isMachineKey);
    // A machine of its own replaces the one that stands above all tasks.
    if (!own) this.#readMachines(this.#root, job);
    this.#readParts(fields, job, 0);
    const needs = valuesIn(fields, 'depends_on').flatMap((each) =>
      textsIn(each, this.#reading, 'the name of a task'),
    );
    if (needs.length > 0) job.needs = needs.map(({ text }) => text);
    this.#reading.draft.jobs.push(job);
  }

  /** The parts of a task or of one of its variants. */
  #readParts(fields: Fields, job: JobDraft, depth: number): void {
    const reading = this.#reading;
    if (depth >= yamlDepthMax) {
      reading.draft.giveUp(`tasks nest deeper than ${yamlDepthMax}; the inner parts were not read`);
      return;
    }
    const { variables, copies } = this.#variablesOf(fields);
    reading.draft.shareVariables(variables, job);
    this.#multiply(job, copies);
    this.#readMachines(fields, job);
    this.#readTimeout(fields, job);
    for (const [key, nodes] of fields) {
      if (key === 'matrix' || key === 'steps') this.#readVariants(key, nodes, job, depth);
      else if (isScriptKey(key)) for (const node of nodes) this.#addScript(node, job);
      else if (isGroupKey(key)) {
        for (const node of nodes) this.#readParts(fieldsOf(node, reading), job, depth + 1);
      }
    }
  }

  /** Variants of a task, a copy each; `steps` of a pipe run one after another. */
  #readVariants(key: string, nodes: readonly YamlNode[], job: JobDraft, depth: number): void {
    let count = 0;
    for (const item of nodes.flatMap((node) => [...itemsIn(node, this.#reading)])) {
      count++;
      if (item.kind === 'map') this.#readParts(fieldsOf(item, this.#reading), job, depth + 1);
      else this.#reading.sayMisfit(item, 'a variant');
    }
    if (key === 'matrix') this.#multiply(job, count);
  }

  #multiply(job: JobDraft, copies: number): void {
    job.fanOut = Math.min(job.fanOut * Math.max(1, copies), fanOutMax);
  }

  /** `env` and `environment`, each perhaps with a `matrix` of rows. */
  #variablesOf(fields: Fields): { variables: readonly Variable[]; copies: number } {
    const reading = this.#reading;
    let copies = 1;
    const variables: Variable[] = [];
    for (const node of valuesIn(fields, 'env', 'environment')) {
      for (const [name, nodes] of fieldsOf(node, reading)) {
        const rows = nodes.flatMap((each) => [...itemsIn(each, reading)]);
        if (name === 'matrix') {
          copies = Math.min(copies * Math.max(1, rows.length), fanOutMax);
          for (const row of rows) addAll(variables, environmentIn(row, reading));
        } else
          addAll(
            variables,
            rows.flatMap((row) => this.#variable(name, row)),
          );
      }
    }
    return { variables, copies };
  }

  /** A text, or a map with the values of a matrix. */
  #variable(name: string, node: YamlNode): readonly Variable[] {
    const nodes = node.kind === 'map' ? valuesIn(fieldsOf(node, this.#reading), 'matrix') : [node];
    return nodes
      .flatMap((each) => textsIn(each, this.#reading, 'a value'))
      .map((value) => ({ name, value }));
  }

  /** Containers and virtual machines by any name: their images, and what else says their size. */
  #readMachines(fields: Fields, job: JobDraft): void {
    const reading = this.#reading;
    for (const [key, nodes] of fields) {
      if (!isMachineKey(key)) continue;
      for (const item of nodes.flatMap((node) => [...itemsIn(node, reading)])) {
        if (item.kind === 'map') this.#readMachine(key, fieldsOf(item, reading), job, 0);
      }
    }
  }

  #readMachine(key: string, fields: Fields, job: JobDraft, depth: number): void {
    const reading = this.#reading;
    const isContainer = key.endsWith('container') || key.endsWith('containers');
    for (const [name, nodes] of fields) {
      const items = nodes.flatMap((node) => [...itemsIn(node, reading)]);
      const isInner = name === 'matrix' || name === 'additional_containers';
      if (name === 'matrix') this.#multiply(job, items.length);
      for (const item of items) {
        if (item.kind === 'map') {
          const inner = fieldsOf(item, reading);
          if (isInner && depth < 2) this.#readMachine(key, inner, job, depth + 1);
          else if (name === 'docker_arguments')
            addAll(job.environment, environmentIn(item, reading));
        } else if (!isEmpty(item)) {
          const source = reading.sourceOf(item);
          if (name === 'dockerfile') job.filesRun.push({ ...source, dialect: 'dockerfile' });
          else if (name === 'image' && isContainer) job.images.push(source);
          else if (name === 'command') reading.draft.addCommand(job, source, 'sh');
          else if (MACHINE_FIELDS.has(name)) job.machine.push(`${name}:${source.text}`);
        }
      }
    }
  }

  /** `60m`, `2h`, or a number of minutes. */
  #readTimeout(fields: Fields, job: JobDraft): void {
    for (const node of valuesIn(fields, 'timeout_in')) {
      const text = textOf(node) ?? '';
      const seconds = UNIT_SECONDS[text.slice(-1)];
      const count = Number(seconds === undefined ? text : text.slice(0, -1));
      const total = count * (seconds ?? 60);
      if (total > 0 && Number.isFinite(total)) job.timeoutSeconds = Math.round(total);
    }
  }

  /** Lines of one script share a shell; `ps:` in front of them is PowerShell. */
  #addScript(node: YamlNode, job: JobDraft): void {
    const reading = this.#reading;
    const fields = node.kind === 'map' ? fieldsOf(node, reading) : null;
    const scripts: readonly (readonly [Command['shell'], readonly YamlNode[]])[] =
      fields === null
        ? [['sh', [node]]]
        : [
            ['powershell', valuesIn(fields, 'ps')],
            ['sh', [...fields].flatMap(([key, nodes]) => (key === 'ps' ? [] : nodes))],
          ];
    for (const [shell, nodes] of scripts) {
      const source = scriptIn(nodes, reading);
      if (source !== null) reading.draft.addCommand(job, source, shell);
    }
  }
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

const MACHINE_FIELDS: ReadonlySet<string> = new Set([
  ...['cpu', 'memory', 'image', 'image_family', 'type', 'zone', 'greedy', 'disk', 'labels'],
  ...['platform', 'architecture', 'use_in_memory_disk', 'kvm'],
]);

function isScriptKey(key: string): boolean {
  return key === 'script' || key.endsWith('_script');
}

/** What holds scripts of its own: outcomes and caches. */
function isGroupKey(key: string): boolean {
  return OUTCOMES.has(key) || key.endsWith('_cache');
}

const OUTCOMES: ReadonlySet<string> = new Set(['always', 'on_failure', 'on_success', 'on_timeout']);

function isMachineKey(key: string): boolean {
  return ['container', 'instance', 'worker'].some((end) => key === end || key.endsWith(`_${end}`));
}
