/**
 * Steps of a job: `run` in both forms, commands of the file with their parameters, steps inside of
 * conditions (read whatever they say) and steps that are given to an orb of the registry.
 */
import { yamlDepthMax } from '../../base/limits.ts';
import type { YamlEntry, YamlNode } from '../../base/yaml.ts';
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { shellKindOf } from '../_text/command-words.ts';
import { inFolder } from '../_text/folder-command.ts';
import { sliceSource } from '../_text/source-builder.ts';
import type { StepCommands } from '../_text/step-commands.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, NO_FIELDS, valuesIn } from '../_yaml/fields.ts';
import { itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { parseDuration } from './duration.ts';
import type { Context, Parameters } from './parameters.ts';

/** Where steps are read. */
export interface Frame {
  readonly context: Context;
  readonly shell: string;
  /** The job's `working_directory`: where its files are checked out. */
  readonly folder: string;
  readonly depth: number;
}

/** Steps of CircleCI itself that run nothing of the file. */
const BUILT_IN: ReadonlySet<string> = new Set([
  'add_ssh_keys',
  'attach_workspace',
  'checkout',
  'persist_to_workspace',
  'restore_cache',
  'save_cache',
  'setup_remote_docker',
  'store_artifacts',
  'store_test_results',
]);

/** Parameters of orbs that name the configuration to go on with. */
const CONFIGURATION_PATHS: ReadonlySet<string> = new Set([
  'config-path',
  'config_path',
  'configuration-path',
  'configuration_path',
]);

export class StepReader {
  readonly steps: StepCommands[] = [];
  /** Commands of orbs that are elsewhere. */
  readonly remoteCode: SourceText[] = [];
  readonly configurations: SourceText[] = [];
  /** The longest time that a step may say nothing; null when none says one. */
  silenceSeconds: number | null = null;
  readonly #reading: YamlReading;
  readonly #parameters: Parameters;

  constructor(reading: YamlReading, parameters: Parameters) {
    this.#reading = reading;
    this.#parameters = parameters;
  }

  read(nodes: readonly YamlNode[], frame: Frame): void {
    if (nodes.length > 0 && frame.depth >= yamlDepthMax) {
      this.#reading.draft.giveUp(
        `steps nest deeper than ${yamlDepthMax}; the inner ones were not read`,
      );
      return;
    }
    for (const item of nodes.flatMap((node) => [...itemsIn(node, this.#reading)])) {
      const referred = this.#parameters.referred(item, frame.context);
      if (referred !== null) {
        const { node, context } = referred;
        if (node !== null) this.read([node], { ...frame, context, depth: frame.depth + 1 });
      } else if (item.kind === 'scalar') {
        for (const name of this.#parameters.texts(item, frame.context, 'a step')) {
          this.#call(name, NO_FIELDS, frame);
        }
      } else {
        for (const entry of item.entries) this.#readEntry(entry, frame);
      }
    }
  }

  #readEntry({ key, value }: YamlEntry, frame: Frame): void {
    if (!this.#reading.visit()) return;
    const name = key.value;
    const inner = { ...frame, depth: frame.depth + 1 };
    if (name === 'run' || name === 'deploy') this.#readRun(value, frame);
    else if (name === 'when' || name === 'unless') {
      this.read(valuesIn(fieldsOf(value, this.#reading), 'steps'), inner);
    } else if (name === 'steps' || name === '<<') this.read([value], inner);
    else this.#call(this.#reading.sourceOf(key), fieldsOf(value, this.#reading), frame);
  }

  #readRun(node: YamlNode, frame: Frame): void {
    const { context } = frame;
    if (node.kind !== 'map') {
      const sources = this.#parameters.texts(node, context, 'a command');
      this.#add(sources.map((source) => ({ source, shell: shellKindOf(frame.shell) })));
      return;
    }
    const fields = fieldsOf(node, this.#reading);
    const texts = (key: string, place: string): readonly SourceText[] =>
      valuesIn(fields, key).flatMap((each) => this.#parameters.texts(each, context, place));
    const shells = texts('shell', 'a shell');
    const shell = shellKindOf(shells.at(-1)?.text ?? frame.shell);
    const folder = this.#folder(texts('working_directory', 'a folder').at(-1), frame);
    const commands = texts('command', 'a command').map((source) =>
      inFolder({ source, shell }, folder),
    );
    for (const { text } of texts('no_output_timeout', 'a time')) {
      const seconds = parseDuration(text);
      if (seconds !== null) this.silenceSeconds = Math.max(this.silenceSeconds ?? 0, seconds);
    }
    this.#add([...shells.flatMap(shellCommand), ...commands], this.#variables(fields, context));
  }

  #variables(fields: Fields, context: Context): readonly Variable[] {
    return valuesIn(fields, 'environment')
      .flatMap((node) => environmentIn(node, this.#reading))
      .map(({ name, value }) => ({ name, value: this.#parameters.fill(value, context) }));
  }

  /** A folder as seen from where the files are checked out; null when it is that one. */
  #folder(source: SourceText | undefined, frame: Frame): SourceText | null {
    if (source === undefined) return null;
    const root = ['~/project', frame.folder].find(
      (each) => each !== '' && `${source.text}/`.startsWith(`${each}/`),
    );
    if (root === undefined) return source;
    return source.text.length <= root.length + 1 ? null : sliceSource(source, root.length + 1);
  }

  #add(commands: readonly Command[], environment: readonly Variable[] = []): void {
    this.steps.push({ commands, environment });
  }

  /** A step by name: a command of the file, or one of an orb that is elsewhere. */
  #call(name: SourceText, given: Fields, frame: Frame): void {
    if (!this.#reading.visit()) return;
    const found = frame.context.library.find('commands', name.text.trim());
    if (found !== null) {
      const { fields, library } = found;
      const declared = valuesIn(fields, 'parameters');
      const context = this.#parameters.inside(library, declared, given, frame.context);
      this.read(valuesIn(fields, 'steps'), { ...frame, context, depth: frame.depth + 1 });
    } else if (!BUILT_IN.has(name.text.trim())) {
      this.remoteCode.push(name);
      this.readArguments(given, frame);
    }
  }

  /**
   * What is given to code that is elsewhere. Steps among it run; so does a text whose name says
   * that it is a command (`override-ci-command`); the others are known by their names.
   */
  readArguments(given: Fields, frame: Frame): void {
    for (const [name, nodes] of given) {
      for (const node of nodes) {
        if (this.#holdsSteps(node, frame)) this.read([node], { ...frame, depth: frame.depth + 1 });
        else if (node.kind === 'scalar') this.#readArgument(name, node, frame);
        else this.#add([], environmentIn(node, this.#reading, `parameters.${name}.`));
      }
    }
  }

  #holdsSteps(node: YamlNode, frame: Frame): boolean {
    if (node.kind === 'sequence') return node.items.some(({ kind }) => kind === 'map');
    return this.#parameters.referred(node, frame.context) !== null;
  }

  #readArgument(name: string, node: YamlNode, frame: Frame): void {
    for (const value of this.#parameters.texts(node, frame.context, 'a parameter')) {
      const runs = namesCommand(name) ? [{ source: value, shell: 'sh' as const }] : [];
      this.#add(runs, [{ name: `parameters.${name}`, value }]);
      if (CONFIGURATION_PATHS.has(name)) this.configurations.push(value);
    }
  }
}

const COMMAND_NAMES = ['command', 'script', 'cmd', 'run', 'exec'] as const;

function namesCommand(name: string): boolean {
  return COMMAND_NAMES.some(
    (end) => name === end || name.endsWith(`-${end}`) || name.endsWith(`_${end}`),
  );
}

const KNOWN_SHELLS = ['bash', 'sh', 'dash', 'zsh', 'ash', 'pwsh', 'powershell', 'cmd'] as const;

/** A `shell` of one's own is a command line that is run with the script behind it. */
export function shellCommand(source: SourceText): readonly Command[] {
  const [program = '', ...options] = source.text.trim().split(/[ \t]/);
  const name = program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1);
  const isKnown = KNOWN_SHELLS.some((shell) => name === shell || name === `${shell}.exe`);
  const isPlain = options.every((option) => PLAIN_OPTIONS.has(option));
  if (options.length === 0 || (isKnown && isPlain)) return [];
  return [{ source, shell: 'sh' }];
}

/** What people write behind `bash` that runs nothing. */
const PLAIN_OPTIONS: ReadonlySet<string> = new Set([
  ...['', '-e', '-eo', '-ex', '-exo', '-euo', '-euxo', '-eux', '-eu', '-x', '-xe', '-xeo', '-o'],
  ...['-l', '--login', '-leo', '-elo', '-i', 'pipefail', '--noprofile', '--norc', 'errexit'],
  ...['-ExecutionPolicy', 'Bypass', '-NoProfile', '-NonInteractive', '/q'],
]);
