/** Steps of Azure Pipelines: scripts of every shell, tasks with scripts inside, templates. */
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { inFolder } from '../_text/folder-command.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { joinSources, sliceSource } from '../_text/source-builder.ts';
import { addStepCommands, type StepCommands } from '../_text/step-commands.ts';
import { type Fields, valuesIn } from '../_yaml/fields.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import {
  isMacroPath,
  type MacroBudget,
  Macros,
  openFields,
  openItems,
} from './azure-expressions.ts';
import { addTemplate, mapVariables } from './azure-variables.ts';

type ShellKind = Command['shell'];

/** Keys that hold a script, and what runs it. Windows' `cmd` is read as a POSIX shell. */
const SCRIPT_KEYS: Readonly<Record<string, ShellKind>> = {
  script: 'sh',
  bash: 'sh',
  pwsh: 'powershell',
  powershell: 'powershell',
};

/** What is filled into commands: the budget of the file, and the values of each copy of a job. */
export interface Filling {
  readonly budget: MacroBudget;
  /** The variables of each copy that a matrix starts; none for a job of one copy. */
  readonly legs: readonly (readonly Variable[])[];
}

export function addSteps(
  nodes: readonly YamlNode[],
  filling: Filling,
  job: JobDraft,
  reading: YamlReading,
): void {
  const steps: StepCommands[] = [];
  for (const item of nodes.flatMap((node) => [...openItems(node, reading)])) {
    // `- ${{ parameters.steps }}` is a list that the caller gives.
    if (item.kind === 'map') steps.push(readStep(openFields(item, reading), job, reading));
    else if (!item.value.includes('${{')) reading.sayMisfit(item, 'a step');
  }
  const own = steps.flatMap(({ environment }) => environment);
  const copies = macrosOf(filling, [...job.environment, ...own]);
  const filled = steps.map(({ environment, commands }) => ({
    environment,
    commands: commands.flatMap(({ source, shell }) =>
      filledIn(source, copies).map((each) => ({ source: each, shell })),
    ),
  }));
  addStepCommands(filled, job, reading);
}

function macrosOf({ budget, legs }: Filling, environment: readonly Variable[]): readonly Macros[] {
  const shared = valuesByName(environment);
  if (legs.length === 0) return [new Macros(budget, (name) => shared.get(name))];
  return legs.map((leg) => {
    const own = valuesByName(leg);
    return new Macros(budget, (name) => own.get(name) ?? shared.get(name));
  });
}

export function valuesByName(variables: readonly Variable[]): ReadonlyMap<string, SourceText> {
  return new Map(variables.map(({ name, value }) => [name, value] as const));
}

/** The command once for each copy that makes something else of it. */
function filledIn(source: SourceText, copies: readonly Macros[]): readonly SourceText[] {
  const distinct = new Map<string, SourceText>();
  for (const macros of copies) {
    const filled = macros.fill(source);
    distinct.set(filled.text, filled);
    if (filled === source) break;
  }
  return [...distinct.values()];
}

/** Whether a list holds steps, as a parameter of a template may. */
export function isStep(fields: Fields): boolean {
  return STEP_KEYS.some((key) => fields.has(key));
}

const STEP_KEYS = [...Object.keys(SCRIPT_KEYS), 'task', 'checkout'] as const;

function readStep(fields: Fields, job: JobDraft, reading: YamlReading): StepCommands {
  const folder = textsOf(fields, 'workingDirectory', reading).at(-1) ?? null;
  const commands: Command[] = [];
  for (const [key, shell] of Object.entries(SCRIPT_KEYS)) {
    addAll(
      commands,
      textsOf(fields, key, reading).map((source) =>
        inFolder({ source, shell }, treeFolder(folder)),
      ),
    );
  }
  for (const task of textsOf(fields, 'task', reading)) {
    for (const inputs of valuesIn(fields, 'inputs')) {
      addAll(commands, readTask(task, openFields(inputs, reading), job, reading));
    }
    job.remoteCode.push(task);
  }
  for (const name of valuesIn(fields, 'template')) addTemplate(name, fields, job, reading);
  const checkouts = textsOf(fields, 'checkout', reading);
  addAll(
    job.remoteCode,
    checkouts.filter(({ text }) => text !== 'self' && text !== 'none'),
  );
  const environment = valuesIn(fields, 'env').flatMap((node) =>
    mapVariables(openFields(node, reading), reading),
  );
  return { environment, commands };
}

function textsOf(fields: Fields, key: string, reading: YamlReading): readonly SourceText[] {
  return valuesIn(fields, key).flatMap((node) => textsIn(node, reading, `\`${key}\``));
}

/** A folder that is known: `$(Build.SourcesDirectory)/x` is `x`, the root itself is none. */
function treeFolder(folder: SourceText | null): SourceText | null {
  if (folder === null) return null;
  const path = treePath(folder);
  return path.text.includes('$') ? null : path;
}

/** A path without the macro that stands for the root of the tree. */
function treePath(path: SourceText): SourceText {
  return isMacroPath(path) ? sliceSource(path, path.text.indexOf(')/') + 2) : path;
}

type InputUse = 'script' | 'file' | 'image' | 'skip';

/** Inputs of tasks by their names in lower case: what they are, whatever the task is called. */
const INPUT_USES: Readonly<Record<string, InputUse>> = {
  arguments: 'skip',
  args: 'skip',
  commands: 'script',
  dockercomposefile: 'file',
  dockerfile: 'file',
  filename: 'script',
  filepath: 'script',
  imagename: 'image',
  inline: 'script',
  inlinescript: 'script',
  script: 'script',
  scriptarguments: 'skip',
  scriptpath: 'script',
  workingdirectory: 'skip',
  cwd: 'skip',
};

/** Inputs that name a script instead of being one; they are run with the task's arguments. */
const PATH_INPUTS: ReadonlySet<string> = new Set(['filename', 'filepath', 'scriptpath']);

/** The scripts that a task runs. Other inputs become variables: `inputs.<name>`. */
function readTask(
  task: SourceText,
  inputs: Fields,
  job: JobDraft,
  reading: YamlReading,
): readonly Command[] {
  const lower = new Map([...inputs].map(([key, nodes]) => [key.toLowerCase(), nodes] as const));
  const shell = shellOfTask(task.text, lower);
  const folder = treeFolder(
    [...textsOf(lower, 'workingdirectory', reading), ...textsOf(lower, 'cwd', reading)].at(-1) ??
      null,
  );
  const given = ['arguments', 'args', 'scriptarguments'].flatMap((key) =>
    textsOf(lower, key, reading),
  );
  const commands: Command[] = [];
  for (const key of lower.keys()) {
    for (const text of textsOf(lower, key, reading)) {
      const use = Object.hasOwn(INPUT_USES, key) ? INPUT_USES[key] : undefined;
      if (use === 'file') job.filesRun.push(treePath(text));
      else if (use === 'image') job.images.push(text);
      else if (use === undefined) job.environment.push({ name: `inputs.${key}`, value: text });
      else if (use === 'script' && PATH_INPUTS.has(key)) {
        job.filesRun.push(treePath(text));
        // Whatever the script is written in, it is started as a program with its arguments.
        commands.push({ source: joinSources(text.path, [text, ...given], ' '), shell: 'sh' });
      } else if (use === 'script') commands.push({ source: text, shell });
    }
  }
  if (commands.length === 0) addAll(commands, argumentsAsCommand(task, lower, given, reading));
  return commands.map((command) => inFolder(command, folder));
}

/** `Docker@2` and kin run one known tool: its command and its arguments are a command line. */
function argumentsAsCommand(
  task: SourceText,
  inputs: Fields,
  given: readonly SourceText[],
  reading: YamlReading,
): readonly Command[] {
  const name = taskName(task.text);
  const tool = Object.hasOwn(TASK_TOOLS, name) ? TASK_TOOLS[name] : undefined;
  const words = ['customcommand', 'custom'].flatMap((key) => textsOf(inputs, key, reading));
  const rest = [...words, ...given];
  if (tool === undefined || rest.length === 0) return [];
  const program = { ...sliceSource(task, 0, 0), text: tool };
  const command = words.length > 0 ? [] : textsOf(inputs, 'command', reading);
  const source = joinSources(task.path, [program, ...command, ...rest], ' ');
  return [{ source, shell: 'sh' }];
}

const TASK_TOOLS: Readonly<Record<string, string>> = {
  docker: 'docker',
  dockercompose: 'docker compose',
  dotnetcorecli: 'dotnet',
  helmdeploy: 'helm',
  kubernetes: 'kubectl',
  npm: 'npm',
};

/** The name without publisher and version: `Bash@3`, `ms-vendor.Tools.Bash@3`. */
function taskName(task: string): string {
  const at = task.indexOf('@');
  const name = at === -1 ? task : task.slice(0, at);
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

function shellOfTask(task: string, inputs: Fields): ShellKind {
  const name = taskName(task);
  if (name.includes('python')) return 'python';
  const type = textOf(valuesIn(inputs, 'scripttype').at(-1))?.toLowerCase() ?? '';
  if (type === 'ps' || type === 'pscore') return 'powershell';
  return name.includes('powershell') ? 'powershell' : 'sh';
}
