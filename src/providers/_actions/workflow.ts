/**
 * Reads a workflow of Actions, as GitHub, Gitea and Forgejo run them. Everything that can run is
 * read wherever it hides: steps inside `parallel`, a `shell` that is a command itself, the
 * arguments of a container, the values of a matrix.
 */
import { jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { readContainer } from './container.ts';
import { environmentOf } from './environment.ts';
import { inputDefaults } from './inputs.ts';
import { readMatrix } from './matrix.ts';
import { addSteps, addUsed } from './steps.ts';

/** What all jobs of a workflow share. */
interface Workflow {
  readonly environment: readonly Variable[];
  readonly schedules: readonly string[];
  readonly shell: string | undefined;
  readonly folder: SourceText | undefined;
}

export function readWorkflow(root: Fields, reading: YamlReading): void {
  const triggers = valuesIn(root, 'on').map((node) => fieldsOf(node, reading));
  const workflow: Workflow = {
    environment: [
      ...valuesIn(root, 'env').flatMap((node) => environmentOf(node, [], reading)),
      ...triggers.flatMap((trigger) => triggerInputs(trigger, reading)),
    ],
    schedules: triggers.flatMap((trigger) => schedulesOf(trigger, reading)),
    shell: runDefault(root, 'shell', reading)?.text,
    folder: runDefault(root, 'working-directory', reading),
  };
  for (const jobs of valuesIn(root, 'jobs')) {
    if (jobs.kind !== 'map') reading.sayMisfit(jobs, 'the map of jobs');
    for (const [name, nodes] of fieldsOf(jobs, reading)) {
      for (const node of nodes) readJob(name, node, workflow, reading);
    }
  }
}

function schedulesOf(trigger: Fields, reading: YamlReading): readonly string[] {
  return valuesIn(trigger, 'schedule')
    .flatMap((node) => [...itemsIn(node, reading)])
    .flatMap((item) => valuesIn(fieldsOf(item, reading), 'cron'))
    .flatMap((cron) => textOf(cron) ?? []);
}

/** Defaults of the inputs of a run by hand or by another workflow. */
function triggerInputs(trigger: Fields, reading: YamlReading): readonly Variable[] {
  return valuesIn(trigger, 'workflow_dispatch', 'workflow_call')
    .map((node) => fieldsOf(node, reading))
    .flatMap((fields) => inputDefaults(fields, reading));
}

/** What `defaults.run` says of `key`, where it says it. */
function runDefault(
  fields: Fields,
  key: 'shell' | 'working-directory',
  reading: YamlReading,
): SourceText | undefined {
  return valuesIn(fields, 'defaults')
    .flatMap((node) => valuesIn(fieldsOf(node, reading), 'run'))
    .flatMap((node) => valuesIn(fieldsOf(node, reading), key))
    .flatMap((node) => textsIn(node, reading, 'a default'))
    .at(-1);
}

function readJob(name: string, node: YamlNode, workflow: Workflow, reading: YamlReading): void {
  if (node.kind !== 'map') {
    reading.sayMisfit(node, 'a job');
    return;
  }
  const fields = fieldsOf(node, reading);
  const job = jobDraft(printable(name, jobNameLengthMax));
  job.schedules = workflow.schedules;
  reading.draft.shareVariables(workflow.environment, job);
  for (const strategy of valuesIn(fields, 'strategy')) readMatrix(strategy, job, reading);
  for (const env of valuesIn(fields, 'env')) {
    addAll(job.environment, environmentOf(env, job.environment, reading));
  }
  for (const runsOn of valuesIn(fields, 'runs-on')) readMachine(runsOn, job, reading);
  for (const minutes of valuesIn(fields, 'timeout-minutes')) readTimeout(minutes, job);
  for (const container of valuesIn(fields, 'container')) readContainer(container, job, reading);
  for (const services of valuesIn(fields, 'services')) {
    for (const nodes of fieldsOf(services, reading).values()) {
      for (const service of nodes) readContainer(service, job, reading);
    }
  }
  for (const uses of valuesIn(fields, 'uses')) {
    for (const name of textsIn(uses, reading, 'the name of a workflow')) addUsed(name, job);
  }
  for (const given of valuesIn(fields, 'with')) {
    addAll(job.environment, variablesIn(given, reading, 'with.'));
  }
  const own = runDefault(fields, 'shell', reading)?.text;
  const shell = own ?? workflow.shell ?? shellOfMachine(job.machine);
  const folder = runDefault(fields, 'working-directory', reading) ?? workflow.folder ?? null;
  addSteps(valuesIn(fields, 'steps'), { shell, folder }, job, reading);
  reading.draft.jobs.push(job);
}

/** Without a `shell`, GitHub's Windows machines run PowerShell. */
function shellOfMachine(machine: readonly string[]): string {
  return machine.some((label) => label.toLowerCase().includes('windows')) ? 'pwsh' : 'bash';
}

/** `runs-on`: a label, a list of labels, or a map with a group and labels. */
function readMachine(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  const nodes = node.kind === 'map' ? valuesIn(fieldsOf(node, reading), 'group', 'labels') : [node];
  for (const label of nodes.flatMap((each) => textsIn(each, reading, 'a label'))) {
    job.machine.push(label.text);
  }
}

function readTimeout(node: YamlNode, job: JobDraft): void {
  const minutes = Number(textOf(node) ?? Number.NaN);
  if (minutes > 0 && Number.isFinite(minutes)) job.timeoutSeconds = Math.round(minutes * 60);
}
