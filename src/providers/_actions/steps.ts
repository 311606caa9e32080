/** Steps of a workflow's job or of a composite action, those inside `parallel` included. */
import { yamlDepthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { assignment, commandOfWords, shellKindOf } from '../_text/command-words.ts';
import { containerCommand } from '../_text/container-command.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { joinSources, SourceBuilder } from '../_text/source-builder.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { namesImage, withoutDocker } from './container.ts';

interface Step {
  /** Set for this step only. */
  readonly environment: readonly Variable[];
  readonly inputs: readonly Variable[];
  readonly commands: readonly Command[];
  readonly images: readonly SourceText[];
  /** Actions, local ones too. */
  readonly uses: readonly SourceText[];
}

/** What a step takes that says nothing of its own. */
export interface StepDefaults {
  readonly shell: string;
  /** `working-directory`; null for the root of the tree. */
  readonly folder: SourceText | null;
}

export function addSteps(
  nodes: readonly YamlNode[],
  defaults: StepDefaults,
  job: JobDraft,
  reading: YamlReading,
): void {
  const steps = readSteps(nodes, defaults, reading, 0);
  const varying = varyingNames(steps, job.environment);
  for (const step of steps) {
    addAll(job.environment, [...step.environment, ...step.inputs]);
    addAll(job.images, step.images);
    for (const name of step.uses) addUsed(name, job);
    const own = step.environment.filter(({ name }) => varying.has(name));
    for (const command of step.commands) {
      reading.draft.addCommand(job, withVariables(command, own), command.shell);
    }
  }
}

/** Notes an action or a workflow: one of this tree, or code from elsewhere. */
export function addUsed(name: SourceText, job: JobDraft): void {
  (name.text.startsWith('./') ? job.filesRun : job.remoteCode).push(name);
}

/**
 * Names that have another value in another step. A job keeps one list of variables, where the last
 * one wins, so such a step says its own in front of its command.
 */
function varyingNames(
  steps: readonly Step[],
  environment: readonly Variable[],
): ReadonlySet<string> {
  const values = new Map<string, string>();
  const varying = new Set<string>();
  for (const { name, value } of [...environment, ...steps.flatMap((step) => step.environment)]) {
    const known = values.get(name);
    if (known !== undefined && known !== value.text) varying.add(name);
    values.set(name, value.text);
  }
  return varying;
}

function withVariables(command: Command, variables: readonly Variable[]): SourceText {
  if (command.shell !== 'sh' || variables.length === 0) return command.source;
  const { path } = command.source;
  const lines = variables.map(({ name, value }) => assignment(path, name, value));
  return joinSources(path, [...lines, command.source], '\n');
}

function readSteps(
  nodes: readonly YamlNode[],
  defaults: StepDefaults,
  reading: YamlReading,
  depth: number,
): readonly Step[] {
  if (nodes.length > 0 && depth >= yamlDepthMax) {
    reading.draft.say(`steps nest deeper than ${yamlDepthMax}; the inner ones were not read`);
    return [];
  }
  const steps: Step[] = [];
  for (const item of nodes.flatMap((node) => [...itemsIn(node, reading)])) {
    if (item.kind === 'map') {
      const fields = fieldsOf(item, reading);
      steps.push(readStep(fields, defaults, reading));
      addAll(steps, readSteps(valuesIn(fields, 'parallel'), defaults, reading, depth + 1));
    } else reading.sayMisfit(item, 'a step');
  }
  return steps;
}

function readStep(fields: Fields, defaults: StepDefaults, reading: YamlReading): Step {
  const shell = valuesIn(fields, 'shell').map(textOf).at(-1) ?? defaults.shell;
  const runs = valuesIn(fields, 'run').flatMap((node) => textsIn(node, reading, 'a command'));
  const uses = valuesIn(fields, 'uses').flatMap((node) => textsIn(node, reading, '`uses`'));
  const images = uses.filter(namesImage).map(withoutDocker);
  const folders = valuesIn(fields, 'working-directory').flatMap((node) =>
    textsIn(node, reading, 'a folder'),
  );
  const folder = folders.at(-1) ?? defaults.folder;
  const container = images.map((image) => containerOf(image, fields, reading));
  return {
    environment: valuesIn(fields, 'env').flatMap((node) => variablesIn(node, reading)),
    inputs: valuesIn(fields, 'with').flatMap((node) => variablesIn(node, reading, 'with.')),
    commands: [
      ...shellCommands(fields, reading),
      ...runs.map((source) => inFolder({ source, shell: shellKindOf(shell) }, folder)),
      ...container.flatMap((source) => (source === null ? [] : [{ source, shell: 'sh' as const }])),
    ],
    images,
    uses: uses.filter((name) => !namesImage(name)),
  };
}

/** The command behind a `cd`, so that the files it names are found; a command keeps its place. */
function inFolder(command: Command, folder: SourceText | null): Command {
  const { shell, source } = command;
  const isKnown = folder !== null && !folder.text.includes('${{');
  if (!isKnown || (shell !== 'sh' && shell !== 'powershell')) return command;
  const line = new SourceBuilder(source.path);
  line.mark(folder.segments[1] ?? 1, folder.segments[2] ?? 1);
  line.add('cd ');
  line.append(commandOfWords(source.path, [folder]));
  return { shell, source: joinSources(source.path, [line.build(), source], '\n') };
}

function containerOf(image: SourceText, fields: Fields, reading: YamlReading): SourceText | null {
  const given = valuesIn(fields, 'with').map((node) => fieldsOf(node, reading));
  const line = (key: string): SourceText | null =>
    commandLineOf(
      given.flatMap((inputs) => valuesIn(inputs, key)),
      reading,
    );
  const order = { image, entrypoint: line('entrypoint'), command: line('args') };
  return containerCommand(reading.draft.path, order);
}

const KNOWN_SHELLS: ReadonlySet<string> = new Set(['bash', 'sh', 'pwsh', 'powershell', 'python']);

/** A `shell` of one's own is a command line that is run with the script as `{0}`. */
function shellCommands(fields: Fields, reading: YamlReading): readonly Command[] {
  return valuesIn(fields, 'shell')
    .flatMap((node) => textsIn(node, reading, 'a shell'))
    .filter(({ text }) => text.trim().includes(' ') && !KNOWN_SHELLS.has(text.trim()))
    .map((source) => ({ source, shell: 'sh' as const }));
}
