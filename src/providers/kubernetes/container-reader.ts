/** Reads one container: its image, its variables, the files mounted into it and what it runs. */
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { commandOfWords, shebangOf, shellKindOf } from '../_text/command-words.ts';
import { containerCommand } from '../_text/container-command.ts';
import { CopyAllowance } from '../_text/copy-allowance.ts';
import { encodedFileWrite, fileWrite } from '../_text/file-write.ts';
import type { JobDraft } from '../_text/job-draft.ts';
import { joinSources } from '../_text/source-builder.ts';
import type { StepCommands } from '../_text/step-commands.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { type ConfigEntry, type ConfigKind, plainText } from './config-data.ts';
import type { ManifestContext } from './object-reader.ts';
import type { Parameters } from './parameters.ts';
import { mountedPath, type Volumes } from './volumes.ts';

/** Whether a map is a container, or something that is run like one. */
export function isContainer(fields: Fields): boolean {
  const holds = (key: string, isFit: (kind: YamlNode['kind']) => boolean): boolean =>
    valuesIn(fields, key).some(({ kind }) => isFit(kind));
  return (
    LIST_MARKS.some((key) => holds(key, (kind) => kind !== 'map')) ||
    TEXT_MARKS.some((key) => holds(key, (kind) => kind === 'scalar')) ||
    MAP_MARKS.some((key) => holds(key, (kind) => kind === 'map'))
  );
}

const LIST_MARKS = ['args', 'command', 'env', 'envFrom'] as const;
const TEXT_MARKS = ['image', 'script'] as const;
const MAP_MARKS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
/** Commands that run beside the container's own, by the path of keys to them. */
const EXEC_PATHS: readonly (readonly [first: string, ...string[]])[] = [
  ['lifecycle', 'postStart', 'exec', 'command'],
  ['startupProbe', 'exec', 'command'],
  ['readinessProbe', 'exec', 'command'],
  ['livenessProbe', 'exec', 'command'],
  ['lifecycle', 'preStop', 'exec', 'command'],
];

type Values = Map<string, SourceText>;

export class ContainerReader {
  readonly #context: ManifestContext;
  readonly #reading: YamlReading;
  readonly #job: JobDraft;
  readonly #parameters: Parameters;
  /** Files that a container of the job has already, by their paths. */
  readonly #mounted = new Map<string, ConfigEntry>();
  #folder = '';
  readonly #allowance: CopyAllowance;

  constructor(context: ManifestContext, job: JobDraft, parameters: Parameters) {
    this.#context = context;
    this.#reading = context.reading;
    this.#job = job;
    this.#parameters = parameters;
    this.#allowance = new CopyAllowance(context.reading.draft);
  }

  read(fields: Fields, volumes: Volumes): StepCommands {
    const images = valuesIn(fields, 'image').filter(({ kind }) => kind === 'scalar');
    const values: Values = new Map();
    const environment = this.#environment(fields, values);
    const named = this.#texts(images, 'an image').map((text) => this.#fill(text, values));
    for (const each of named) if (this.#reading.draft.takesPart()) this.#job.images.push(each);
    const image = named.at(-1) ?? null;
    this.#mount(fields, volumes);
    const commands = [
      ...this.#order(fields, image, values),
      ...EXEC_PATHS.flatMap(([first, ...rest]) => {
        const nodes = valuesAt(valuesIn(fields, first), rest, this.#reading);
        return this.#commandOf(this.#line(nodes, (text) => text));
      }),
    ];
    return { environment, commands: this.#inFolder(commands, fields) };
  }

  #environment(fields: Fields, values: Values): readonly Variable[] {
    const found: Variable[] = [];
    const add = (name: string, value: SourceText): void => {
      const { draft } = this.#reading;
      const fits = this.#reading.visit() && draft.takesPart() && this.#allowance.takes([value]);
      if (!fits) return;
      values.set(name, value);
      found.push({ name, value });
    };
    for (const item of this.#items(valuesIn(fields, 'envFrom'))) this.#importAll(item, add);
    for (const node of valuesIn(fields, 'env')) {
      // A list of `name` and `value`; some custom resources have a map of values.
      for (const item of itemsIn(node, this.#reading)) {
        const entry = fieldsOf(item, this.#reading);
        if (item.kind !== 'map') this.#reading.sayMisfit(item, 'a variable');
        else if (node.kind !== 'map') this.#readVariable(entry, values, add);
        else for (const [name, nodes] of entry) this.#addEach(name, nodes, add);
      }
    }
    return found;
  }

  #addEach(
    name: string,
    nodes: readonly YamlNode[],
    add: (name: string, value: SourceText) => void,
  ): void {
    for (const value of this.#plainTexts(nodes)) add(name, value);
  }

  #readVariable(
    entry: Fields,
    values: Values,
    add: (name: string, value: SourceText) => void,
  ): void {
    const name = lastText(valuesIn(entry, 'name'));
    for (const value of this.#texts(valuesIn(entry, 'value'), 'a value')) {
      add(name, this.#fill(value, values));
    }
    for (const [key, kind] of KEY_REFERENCES) {
      for (const node of valuesAt(valuesIn(entry, 'valueFrom'), [key], this.#reading)) {
        const reference = fieldsOf(node, this.#reading);
        const wanted = lastText(valuesIn(reference, 'key'));
        for (const one of this.#context.data.use(kind, lastText(valuesIn(reference, 'name')))) {
          const text = one.key === wanted ? plainText(one) : null;
          if (text !== null) add(name, text);
        }
      }
    }
  }

  /** `envFrom`: all values of a ConfigMap or a Secret, each name behind `prefix`. */
  #importAll(item: YamlNode, add: (name: string, value: SourceText) => void): void {
    const entry = fieldsOf(item, this.#reading);
    const prefix = lastText(valuesIn(entry, 'prefix'));
    for (const [key, kind] of ALL_REFERENCES) {
      for (const node of valuesIn(entry, key)) {
        const name = lastText(valuesIn(fieldsOf(node, this.#reading), 'name'));
        for (const one of this.#context.data.use(kind, name)) {
          const text = plainText(one);
          if (text !== null) add(prefix + one.key, text);
        }
      }
    }
  }

  /** Files of mounted ConfigMaps and Secrets, as the commands that would write them. */
  #mount(fields: Fields, volumes: Volumes): void {
    if (volumes.size === 0) return;
    for (const item of this.#items(valuesIn(fields, 'volumeMounts'))) {
      const mount = fieldsOf(item, this.#reading);
      const text = (key: string): string => lastText(valuesIn(mount, key));
      for (const { path, entry } of volumes.get(text('name')) ?? []) {
        const target = mountedPath(path, text('mountPath'), text('subPath'));
        if (!this.#reading.visit()) return;
        if (target !== null) this.writeFile(target, entry);
      }
    }
  }

  writeFile(path: string, entry: ConfigEntry): void {
    const { draft } = this.#reading;
    if (this.#mounted.get(path) === entry || !draft.fits(path.length + entry.text.text.length))
      return;
    this.#mounted.set(path, entry);
    const [, line = 1, column = 1] = entry.text.segments;
    const target = { path: draft.path, text: path, segments: [0, line, column] };
    const write = entry.isEncoded ? encodedFileWrite : fileWrite;
    draft.addCommand(this.#job, write(target, entry.text), 'sh');
  }

  /** `command` and `args`: the entry point of the image and its words. */
  #order(fields: Fields, image: SourceText | null, values: Values): readonly Command[] {
    const scripts = this.#scripts(fields, values);
    // `command` gets a file with the script, which stands for itself.
    if (scripts.length > 0) return scripts;
    const fill = (text: SourceText): SourceText => this.#fill(text, values);
    const entrypoint = this.#line(valuesIn(fields, 'command'), fill);
    const command = this.#line(valuesIn(fields, 'args'), fill);
    const { path } = this.#reading.draft;
    return this.#commandOf(containerCommand(path, { image, entrypoint, command }));
  }

  /** `script` of Tekton; `source` of Argo, which is one only beside an image. */
  #scripts(fields: Fields, values: Values): readonly Command[] {
    const keys = fields.has('image') ? (['script', 'source'] as const) : (['script'] as const);
    const nodes = keys.flatMap((key) => valuesIn(fields, key));
    const texts = this.#plainTexts(nodes);
    const program = this.#texts(valuesIn(fields, 'command'), 'a command').at(0)?.text ?? '';
    return texts.flatMap((text) => {
      if (!this.#allowance.takes([text])) return [];
      const shell = shellKindOf(shebangOf(text.text) ?? program);
      return [{ source: this.#fill(text, values), shell }];
    });
  }

  #line(nodes: readonly YamlNode[], fill: (text: SourceText) => SourceText): SourceText | null {
    const { path } = this.#reading.draft;
    const lines = nodes.flatMap((node) => {
      const texts = textsIn(node, this.#reading, 'a command');
      if (texts.length === 0 || !this.#allowance.takes(texts)) return [];
      const filled = texts.map(fill);
      return node.kind === 'sequence' ? [commandOfWords(path, filled)] : filled;
    });
    return lines.length === 0 ? null : joinSources(path, lines, ' ');
  }

  #commandOf(source: SourceText | null): readonly Command[] {
    return source === null ? [] : [{ source, shell: 'sh' }];
  }

  /** A container starts in its own folder, and not in that of the one before it. */
  #inFolder(commands: readonly Command[], fields: Fields): readonly Command[] {
    const folder = this.#texts(valuesIn(fields, 'workingDir'), 'a folder').at(-1);
    const wanted = folder?.text ?? '';
    if (wanted === this.#folder || commands.length === 0) return commands;
    this.#folder = wanted;
    const place = folder ?? commands[0]?.source;
    if (place === undefined) return commands;
    const word = (text: string): SourceText => ({
      ...place,
      text,
      segments: place.segments.slice(0, 3),
    });
    const { path } = this.#reading.draft;
    const source = commandOfWords(path, [word('cd'), folder ?? word('/')]);
    return [{ source, shell: 'sh' }, ...commands];
  }

  #fill(text: SourceText, values: Values): SourceText {
    return this.#context.filling.fill(text, values, this.#parameters);
  }

  #items(nodes: readonly YamlNode[]): readonly YamlNode[] {
    return nodes.flatMap((node) => [...itemsIn(node, this.#reading)]);
  }

  #texts(nodes: readonly YamlNode[], place: string): readonly SourceText[] {
    return nodes.flatMap((node) => textsIn(node, this.#reading, place));
  }

  #plainTexts(nodes: readonly YamlNode[]): readonly SourceText[] {
    return this.#texts(
      nodes.filter(({ kind }) => kind === 'scalar'),
      'a value',
    );
  }
}

const KEY_REFERENCES: readonly (readonly [string, ConfigKind])[] = [
  ['configMapKeyRef', 'ConfigMap'],
  ['secretKeyRef', 'Secret'],
];
const ALL_REFERENCES: readonly (readonly [string, ConfigKind])[] = [
  ['configMapRef', 'ConfigMap'],
  ['secretRef', 'Secret'],
];

function lastText(nodes: readonly YamlNode[]): string {
  return textOf(nodes.at(-1)) ?? '';
}
