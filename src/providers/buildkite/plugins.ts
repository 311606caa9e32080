/**
 * Plugins of a step: code from elsewhere, or of the repository (`./x`). What they are given is read
 * by the names that plugins use: images, commands, variables, files of Compose; and in any depth,
 * because the plugin for Kubernetes is given whole pods.
 */
import { yamlDepthMax } from '../../base/limits.ts';
import type { YamlNode, YamlScalar } from '../../base/yaml.ts';
import type { Command, FileRun, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { containerCommand } from '../_text/container-command.ts';
import { filesRunAs } from '../_text/file-run.ts';
import { addAll } from '../_text/job-draft.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { scriptIn } from '../_yaml/script.ts';
import { isEmpty, itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const COMPOSE_DEFAULT = 'docker-compose.yml';

export class PluginReader {
  readonly images: SourceText[] = [];
  readonly commands: Command[] = [];
  readonly environment: Variable[] = [];
  readonly remoteCode: SourceText[] = [];
  readonly filesRun: FileRun[] = [];
  readonly #reading: YamlReading;

  constructor(reading: YamlReading) {
    this.#reading = reading;
  }

  /** A list of names and of maps by name, or one map of all. */
  read(nodes: readonly YamlNode[]): void {
    for (const item of nodes.flatMap((node) => [...itemsIn(node, this.#reading)])) {
      if (item.kind === 'scalar') {
        if (!isEmpty(item)) this.#readPlugin(item, null);
        continue;
      }
      for (const { key, value } of item.entries) {
        if (!this.#reading.visit()) return;
        this.#readPlugin(key, value);
      }
    }
  }

  #readPlugin(key: YamlScalar, value: YamlNode | null): void {
    const source = this.#reading.sourceOf(key);
    const isOwn = source.text.startsWith('./') || source.text.startsWith('.buildkite/');
    (isOwn ? this.filesRun : this.remoteCode).push(source);
    if (value === null) return;
    if (isCompose(source.text)) this.#readCompose(source, value);
    this.#readValue(value, nameOf(source.text), 0);
  }

  /** The services of the files that it names, or else of the one that Compose takes. */
  #readCompose(source: SourceText, value: YamlNode): void {
    const configs = valuesIn(fieldsOf(value, this.#reading), 'config').flatMap((node) =>
      textsIn(node, this.#reading, 'a path'),
    );
    const file = { ...source, text: COMPOSE_DEFAULT, segments: source.segments.slice(0, 3) };
    addAll(this.filesRun, filesRunAs(configs.length > 0 ? configs : [file], 'compose'));
  }

  #readValue(node: YamlNode, name: string, depth: number): void {
    if (depth >= yamlDepthMax) {
      this.#reading.draft.giveUp(
        `a plugin's values nest deeper than ${yamlDepthMax}; not all were read`,
      );
      return;
    }
    for (const item of itemsIn(node, this.#reading)) {
      if (item.kind === 'map') this.#readMap(fieldsOf(item, this.#reading), name, depth);
      else if (!isEmpty(item)) {
        this.environment.push({ name, value: this.#reading.sourceOf(item) });
      }
    }
  }

  #readMap(fields: Fields, name: string, depth: number): void {
    const images = valuesIn(fields, 'image').filter(({ kind }) => kind === 'scalar');
    const names = images.flatMap((node) => textsIn(node, this.#reading, 'an image'));
    addAll(this.images, names);
    this.#addCommands(fields, names.at(-1) ?? null);
    for (const [key, nodes] of fields) {
      if (COMMAND_KEYS.has(key)) continue;
      for (const node of nodes) {
        if (key === 'environment' || key === 'env') {
          addAll(this.environment, environmentIn(node, this.#reading));
        }
        this.#readValue(node, `${name}.${key}`.slice(0, NAME_LENGTH_MAX), depth + 1);
      }
    }
  }

  #addCommands(fields: Fields, image: SourceText | null): void {
    const isLine = (node: YamlNode): boolean => node.kind !== 'map';
    const line = (...keys: readonly [string, ...string[]]): SourceText | null =>
      commandLineOf(valuesIn(fields, ...keys).filter(isLine), this.#reading);
    const source = containerCommand(this.#reading.draft.path, {
      image,
      entrypoint: line('entrypoint'),
      command: line('command', 'args'),
    });
    if (source !== null) this.commands.push({ source, shell: 'sh' });
    const script = scriptIn(valuesIn(fields, 'commands', 'script').filter(isLine), this.#reading);
    if (script !== null) this.commands.push({ source: script, shell: 'sh' });
  }
}

const COMMAND_KEYS: ReadonlySet<string> = new Set(['args', 'command', 'commands', 'script']);
const NAME_LENGTH_MAX = 512;

/** `docker-compose#v5` and `example/docker-compose-buildkite-plugin#v1`. */
function isCompose(plugin: string): boolean {
  return nameOf(plugin) === 'plugins.docker-compose';
}

/** What its settings are called: the plugin's name without owner, ending and version. */
function nameOf(plugin: string): string {
  const [path = ''] = plugin.slice(0, NAME_LENGTH_MAX).split('#', 1);
  const name = path.slice(path.lastIndexOf('/') + 1);
  return `plugins.${name.replace('-buildkite-plugin', '').replace('.git', '')}`;
}
