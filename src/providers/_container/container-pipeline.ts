/**
 * Pipelines whose steps are containers, as Drone and what came of it write them: each step has an
 * image and commands, or it is a plugin: an image with settings and no commands. All steps share
 * one folder, so a pipeline is one job. Before anything is read the provider fills `${NAME}` in and
 * takes `$$` for a `$` that the shell is to see.
 */

import { yamlDepthMax } from '../../base/limits.ts';
import type { YamlMap, YamlNode } from '../../base/yaml.ts';
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { shellKindOf } from '../_text/command-words.ts';
import { containerCommand } from '../_text/container-command.ts';
import { DistinctSources } from '../_text/distinct-sources.ts';
import { filesRunAs } from '../_text/file-run.ts';
import { Templates } from '../_text/fill-template.ts';
import { inFolder } from '../_text/folder-command.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import type { Matrix, Row } from '../_text/matrix-rows.ts';
import {
  addRowCommands,
  addStepCommands,
  isIdentifier,
  type StepCommands,
} from '../_text/step-commands.ts';
import { unescapeDollars } from '../_text/unescape-dollars.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { scriptIn } from '../_yaml/script.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** Keys of a container that are no settings of a plugin in the old form. */
const CONTAINER_KEYS: ReadonlySet<string> = new Set([
  ...['backend_options', 'cap_add', 'cap_drop', 'command', 'commands', 'cpu_quota', 'cpu_set'],
  ...['cpu_shares', 'depends_on', 'detach', 'devices', 'directory', 'dns', 'dns_search'],
  ...['entrypoint', 'environment', 'extra_hosts', 'failure', 'group', 'image', 'isolation'],
  ...['labels', 'mem_limit', 'memswap_limit', 'name', 'network_mode', 'networks', 'ports'],
  ...['privileged', 'pull', 'resources', 'secrets', 'settings', 'shm_size', 'sysctls', 'tmpfs'],
  ...['ulimits', 'user', 'volumes', 'when', 'working_dir'],
]);

/** Settings of plugins that are scripts (`plugins: ssh`), and those that name a file to build. */
const SCRIPT_SETTINGS: ReadonlySet<string> = new Set(['commands', 'command', 'script', 'run']);
const FILE_SETTINGS: ReadonlySet<string> = new Set(['dockerfile', 'containerfile']);

/** A step, a service or a plugin, before a row of the matrix is filled in. */
interface Container extends StepCommands {
  readonly images: readonly SourceText[];
  readonly files: readonly SourceText[];
  readonly resources: readonly string[];
}

/** `$$` is how these files write a `$` that is not filled in, but left for the shell. */
export function forShell(source: SourceText): SourceText {
  return unescapeDollars(source, ['$']);
}

export class ContainerPipeline {
  readonly #reading: YamlReading;
  readonly #templates: Templates;

  constructor(reading: YamlReading) {
    this.#reading = reading;
    const syntax = { open: '${', close: '}', isReference: isIdentifier, escapedBy: '' };
    this.#templates = new Templates({ ...syntax, unknown: () => null }, reading.draft);
  }

  /** Adds steps and services to a job, for each row of its matrix. */
  read(nodes: readonly YamlNode[], shell: Command['shell'], matrix: Matrix, job: JobDraft): void {
    const containers = nodes
      .flatMap((node) => this.#containersIn(node))
      .map((node) => this.#readContainer(fieldsOf(node, this.#reading), shell));
    for (const { resources } of containers) addAll(job.machine, resources);
    const distinct = new DistinctSources();
    const steps: StepCommands[] = [];
    for (const row of matrix.rows) {
      for (const container of containers) {
        // The row is copied into each step, so the walk pays for all of its variables.
        if (!row.every(() => this.#reading.visit()) || !this.#reading.visit()) break;
        addAll(job.images, distinct.take(this.#filled(container.images, row), 'image'));
        const files = distinct.take(this.#filled(container.files, row), 'file');
        addAll(job.filesRun, filesRunAs(files, 'dockerfile'));
        steps.push(this.#stepOf(container, row));
      }
    }
    if (matrix.rows.length > 1) addRowCommands(steps, job, this.#reading);
    else addStepCommands(steps, job, this.#reading);
    job.fanOut = matrix.copies;
  }

  #filled(sources: readonly SourceText[], row: Row): readonly SourceText[] {
    return row.length === 0 ? sources : sources.map((source) => this.#fill(source, row));
  }

  #fill(source: SourceText, row: Row): SourceText {
    return this.#templates.fill(
      source,
      (name) => row.findLast((each) => each.name === name)?.value,
    );
  }

  #stepOf({ environment, commands }: Container, row: Row): StepCommands {
    if (row.length === 0) return { environment, commands };
    return {
      environment: [
        ...row,
        ...environment.map(({ name, value }) => ({ name, value: this.#fill(value, row) })),
      ],
      commands: commands.map(({ source, shell }) => ({ source: this.#fill(source, row), shell })),
    };
  }

  #containersIn(node: YamlNode): readonly YamlMap[] {
    if (node.kind === 'map' && !isContainer(node)) {
      return [...fieldsOf(node, this.#reading).values()]
        .flat()
        .flatMap((each) => this.#mapsIn(each));
    }
    return this.#mapsIn(node);
  }

  #mapsIn(node: YamlNode): readonly YamlMap[] {
    return [...itemsIn(node, this.#reading)].flatMap((item) => {
      if (item.kind === 'map') return [item];
      this.#reading.sayMisfit(item, 'a step');
      return [];
    });
  }

  #readContainer(fields: Fields, shell: Command['shell']): Container {
    const images = this.#texts(valuesIn(fields, 'image'));
    const settings = this.#settingsOf(fields);
    const files = [...settings].flatMap(([key, nodes]) => (FILE_SETTINGS.has(key) ? nodes : []));
    const environment = [
      ...valuesIn(fields, 'environment').flatMap((node) => environmentIn(node, this.#reading)),
      ...[...settings].flatMap(([name, nodes]) => this.#settingVariables(name, nodes)),
    ];
    return {
      images,
      files: this.#texts(files),
      environment,
      commands: this.#commandsOf(fields, settings, images.at(-1) ?? null, shell),
      resources: this.#resources(fields),
    };
  }

  /** `settings`, and in the old form whatever else a plugin says. */
  #settingsOf(fields: Fields): Fields {
    const settings = new Map<string, readonly YamlNode[]>();
    for (const node of valuesIn(fields, 'settings')) {
      for (const [name, nodes] of fieldsOf(node, this.#reading)) settings.set(name, nodes);
    }
    for (const [name, nodes] of fields) if (!CONTAINER_KEYS.has(name)) settings.set(name, nodes);
    return settings;
  }

  #settingVariables(name: string, nodes: readonly YamlNode[]): readonly Variable[] {
    return nodes.flatMap((node) => {
      if (node.kind === 'map') return environmentIn(node, this.#reading, `settings.${name}.`);
      return [...itemsIn(node, this.#reading)].flatMap((item) =>
        item.kind === 'map'
          ? environmentIn(item, this.#reading, `settings.${name}.`)
          : textsIn(item, this.#reading, 'a setting').map((value) => ({
              name: `settings.${name}`,
              value,
            })),
      );
    });
  }

  #commandsOf(
    fields: Fields,
    settings: Fields,
    image: SourceText | null,
    shell: Command['shell'],
  ): readonly Command[] {
    const entrypoint = commandLineOf(valuesIn(fields, 'entrypoint'), this.#reading);
    const runner = entrypoint === null ? null : scriptRunnerOf(entrypoint.text);
    const own = containerCommand(this.#reading.draft.path, {
      image,
      entrypoint: runner === null ? entrypoint : null,
      command: commandLineOf(valuesIn(fields, 'command'), this.#reading),
    });
    const folder = this.#texts(valuesIn(fields, 'directory')).at(-1) ?? null;
    const kind = runner === null ? shell : shellKindOf(runner);
    const scripts = [...settings].flatMap(([key, nodes]) =>
      SCRIPT_SETTINGS.has(key) ? [nodes] : [],
    );
    const commands: Command[] = own === null ? [] : [{ source: own, shell: 'sh' }];
    for (const nodes of [...scripts, this.#linesIn(valuesIn(fields, 'commands'), 0)]) {
      const source = scriptIn(nodes, this.#reading);
      if (source === null) continue;
      commands.push(inFolder({ source, shell: kind }, folder));
    }
    return commands;
  }

  /** The lines of a list; `- <<: *lines` brings in those of another one. */
  #linesIn(nodes: readonly YamlNode[], depth: number): readonly YamlNode[] {
    return nodes
      .flatMap((node) => [...itemsIn(node, this.#reading)])
      .flatMap((item) => {
        if (item.kind !== 'map' || depth >= yamlDepthMax) return [item];
        const merged = item.entries
          .filter(({ key }) => key.value === '<<')
          .map(({ value }) => value);
        return merged.length < item.entries.length ? [item] : this.#linesIn(merged, depth + 1);
      });
  }

  #texts(nodes: readonly YamlNode[]): readonly SourceText[] {
    return nodes.flatMap((node) => textsIn(node, this.#reading, 'a name'));
  }

  /** How much of a machine the container asks for, and which. */
  #resources(fields: Fields): readonly string[] {
    const options = valuesIn(fields, 'backend_options')
      .flatMap((node) => valuesIn(fieldsOf(node, this.#reading), 'kubernetes'))
      .map((node) => fieldsOf(node, this.#reading));
    const nodes = [...options, fields].flatMap((each) =>
      valuesIn(each, 'resources', 'nodeSelector'),
    );
    return nodes
      .flatMap((node) => environmentIn(node, this.#reading))
      .map(({ name, value }) => `${name}=${value.text}`);
  }
}

/** A map is one container, and not several by name, when it says what a container says. */
function isContainer(node: YamlMap): boolean {
  return node.entries.some(({ key, value }) => key.value === 'image' && value.kind === 'scalar');
}

/**
 * The shell of an entry point that does nothing but to run the step's commands, which the provider
 * hands over in a variable; null for any other.
 */
function scriptRunnerOf(entrypoint: string): string | null {
  const words = entrypoint.slice(0, RUNNER_LENGTH_MAX).replaceAll("'", '').split(' ');
  const [shell = '', dashC, ...rest] = words;
  if (dashC !== '-c' || entrypoint.length > RUNNER_LENGTH_MAX) return null;
  const [echo, script, pipe, decode, flag, end, runner, ...options] = rest;
  const isRunner = echo === 'echo' && (script === '$CI_SCRIPT' || script === '$$CI_SCRIPT');
  const decodes = pipe === '|' && decode === 'base64' && flag === '-d' && end === '|';
  if (!isRunner || !decodes || runner === undefined || shell === '') return null;
  return options.every((option) => option === '-e' || option === '-x') ? runner : null;
}

const RUNNER_LENGTH_MAX = 200;
