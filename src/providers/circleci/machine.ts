/** What a job runs on: containers, a virtual machine, or an executor that says so by name. */
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { containerCommand } from '../_text/container-command.ts';
import { addAll } from '../_text/job-draft.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, joinFields, NO_FIELDS, valuesIn } from '../_yaml/fields.ts';
import { itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import type { Context, Parameters } from './parameters.ts';

export class MachineReader {
  readonly images: SourceText[] = [];
  readonly commands: SourceText[] = [];
  readonly environment: Variable[] = [];
  readonly labels: SourceText[] = [];
  /** Executors of orbs that are elsewhere. */
  readonly remoteCode: SourceText[] = [];
  shell: string | null = null;
  folder: string | null = null;
  readonly #reading: YamlReading;
  readonly #parameters: Parameters;

  constructor(reading: YamlReading, parameters: Parameters) {
    this.#reading = reading;
    this.#parameters = parameters;
  }

  /** Reads a job or an executor; what stands in it comes behind what its executor says. */
  read(fields: Fields, context: Context): void {
    for (const node of valuesIn(fields, 'executor')) this.#readExecutor(node, context);
    for (const node of valuesIn(fields, 'docker')) this.#readContainers(node, context);
    for (const key of ['machine', 'macos', 'windows'] as const) {
      for (const node of valuesIn(fields, key)) this.#readMachine(key, node, context);
    }
    const texts = (key: string, place: string): readonly SourceText[] =>
      valuesIn(fields, key).flatMap((node) => this.#parameters.texts(node, context, place));
    addAll(this.labels, texts('resource_class', 'a machine'));
    this.shell = texts('shell', 'a shell').at(-1)?.text ?? this.shell;
    this.folder = texts('working_directory', 'a folder').at(-1)?.text ?? this.folder;
    this.#addVariables(fields, context);
  }

  /** `executor: name`, or a map of its name and its parameters, or a parameter that is one. */
  #readExecutor(node: YamlNode, context: Context): void {
    const referred = this.#parameters.referred(node, context);
    const value = referred?.node ?? node;
    const from = referred?.context ?? context;
    const fields = fieldsOf(value, this.#reading);
    const names = value.kind === 'map' ? valuesIn(fields, 'name') : [value];
    for (const name of names.flatMap((each) => this.#parameters.texts(each, from, 'an executor'))) {
      const found = from.library.find('executors', name.text.trim());
      if (found === null) {
        this.remoteCode.push(name);
        // The one orb that everybody uses for Windows runs PowerShell.
        if (name.text.startsWith('win/')) this.shell = 'powershell';
        continue;
      }
      const declared = valuesIn(found.fields, 'parameters');
      const inside = this.#parameters.inside(found.library, declared, fields, from);
      // An executor has no executor of its own, so this ends.
      const own = new Map([...found.fields].filter(([key]) => key !== 'executor'));
      this.read(own, inside);
    }
  }

  #readContainers(node: YamlNode, context: Context): void {
    for (const item of itemsIn(node, this.#reading)) {
      const fields = item.kind === 'map' ? fieldsOf(item, this.#reading) : NO_FIELDS;
      const nodes = item.kind === 'map' ? valuesIn(fields, 'image') : [item];
      const images = nodes.flatMap((each) => this.#parameters.texts(each, context, 'an image'));
      addAll(this.images, images);
      this.#addVariables(fields, context);
      const line = (key: string): SourceText | null => {
        const source = commandLineOf(valuesIn(fields, key), this.#reading);
        return source === null ? null : this.#parameters.fill(source, context);
      };
      const source = containerCommand(this.#reading.draft.path, {
        image: images.at(-1) ?? null,
        entrypoint: line('entrypoint'),
        command: line('command'),
      });
      if (source !== null) this.commands.push(source);
    }
  }

  #readMachine(key: string, node: YamlNode, context: Context): void {
    if (node.kind === 'scalar' && (textOf(node) === 'true' || textOf(node) === 'false')) return;
    const maps = node.kind === 'map' ? [fieldsOf(node, this.#reading)] : [];
    const nodes = node.kind === 'map' ? valuesIn(joinFields(maps), 'image', 'xcode') : [node];
    for (const each of nodes)
      addAll(this.labels, this.#parameters.texts(each, context, `\`${key}\``));
    for (const fields of maps) addAll(this.labels, this.#resources(fields, context));
  }

  #resources(fields: Fields, context: Context): readonly SourceText[] {
    return valuesIn(fields, 'resource_class').flatMap((node) =>
      this.#parameters.texts(node, context, 'a machine'),
    );
  }

  #addVariables(fields: Fields, context: Context): void {
    for (const node of valuesIn(fields, 'environment')) {
      for (const { name, value } of environmentIn(node, this.#reading)) {
        this.environment.push({ name, value: this.#parameters.fill(value, context) });
      }
    }
  }
}
