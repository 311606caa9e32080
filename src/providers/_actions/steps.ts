/** Steps of a workflow's job or of a composite action, those inside `parallel` included. */
import { yamlDepthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { shellKindOf } from '../_text/command-words.ts';
import { containerCommand } from '../_text/container-command.ts';
import { inFolder } from '../_text/folder-command.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { addStepCommands, type StepCommands } from '../_text/step-commands.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { namesImage, withoutDocker } from './container.ts';
import { environmentOf } from './environment.ts';

interface Step extends StepCommands {
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

interface StepScope extends StepDefaults {
  /** Variables around the step. */
  readonly known: readonly Variable[];
}

export function addSteps(
  nodes: readonly YamlNode[],
  defaults: StepDefaults,
  job: JobDraft,
  reading: YamlReading,
): void {
  const steps = readSteps(nodes, { ...defaults, known: job.environment }, reading, 0);
  for (const step of steps) {
    addAll(job.images, step.images);
    for (const name of step.uses) addUsed(name, job);
  }
  // Each command was a node of the walk already: a bomb behind it must not take it away.
  addStepCommands(steps, job, { draft: reading.draft, visit: () => true });
}

/** Notes an action or a workflow: one of this tree, or code from elsewhere. */
export function addUsed(name: SourceText, job: JobDraft): void {
  (name.text.startsWith('./') ? job.filesRun : job.remoteCode).push(name);
}

function readSteps(
  nodes: readonly YamlNode[],
  scope: StepScope,
  reading: YamlReading,
  depth: number,
): readonly Step[] {
  if (nodes.length > 0 && depth >= yamlDepthMax) {
    reading.draft.giveUp(`steps nest deeper than ${yamlDepthMax}; the inner ones were not read`);
    return [];
  }
  const steps: Step[] = [];
  for (const item of nodes.flatMap((node) => [...itemsIn(node, reading)])) {
    if (item.kind === 'map') {
      const fields = fieldsOf(item, reading);
      steps.push(readStep(fields, scope, reading));
      addAll(steps, readSteps(valuesIn(fields, 'parallel'), scope, reading, depth + 1));
    } else reading.sayMisfit(item, 'a step');
  }
  return steps;
}

function readStep(fields: Fields, scope: StepScope, reading: YamlReading): Step {
  const shell = valuesIn(fields, 'shell').map(textOf).at(-1) ?? scope.shell;
  const runs = valuesIn(fields, 'run').flatMap((node) => textsIn(node, reading, 'a command'));
  const uses = valuesIn(fields, 'uses').flatMap((node) => textsIn(node, reading, '`uses`'));
  const images = uses.filter(namesImage).map(withoutDocker);
  const folders = valuesIn(fields, 'working-directory').flatMap((node) =>
    textsIn(node, reading, 'a folder'),
  );
  const folder = folders.at(-1) ?? scope.folder;
  const container = images.map((image) => containerOf(image, fields, reading));
  return {
    environment: [
      ...valuesIn(fields, 'env').flatMap((node) => environmentOf(node, scope.known, reading)),
      ...valuesIn(fields, 'with').flatMap((node) => variablesIn(node, reading, 'with.')),
    ],
    commands: [
      ...shellCommands(fields, reading),
      ...runs.map((source) => inFolder({ source, shell: shellKindOf(shell) }, folder)),
      ...container.flatMap((source) => (source === null ? [] : [{ source, shell: 'sh' as const }])),
    ],
    images,
    uses: uses.filter((name) => !namesImage(name)),
  };
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
