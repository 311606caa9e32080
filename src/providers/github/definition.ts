/**
 * Reads GitHub Actions: workflows and composite or container actions. Everything that can run is
 * read wherever it hides: steps inside `parallel`, a `shell` that is a command itself, the
 * arguments of a container, the values of a matrix.
 */
import { jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader, Variable } from '../../model/job-definition.ts';
import { containerCommand } from '../_text/container-command.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { readMatrix } from './matrix.ts';
import { addSteps, withoutDocker } from './steps.ts';

const DIALECT: Dialect = 'github';

export const githubReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    if (name === 'action.yml' || name === 'action.yaml') return true;
    const folder = path.slice(0, path.length - name.length);
    return isYamlName(name) && `/${folder}`.endsWith('/.github/workflows/');
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      readWorkflow(root, reading);
      for (const runs of valuesIn(root, 'runs')) readAction(runs, root, reading);
    });
  },
};

/** What all jobs of a workflow share. */
interface Workflow {
  readonly environment: readonly Variable[];
  readonly schedules: readonly string[];
  readonly shell: string | undefined;
}

function readWorkflow(root: Fields, reading: YamlReading): void {
  const triggers = valuesIn(root, 'on').map((node) => fieldsOf(node, reading));
  const workflow: Workflow = {
    environment: [
      ...valuesIn(root, 'env').flatMap((node) => variablesIn(node, reading)),
      ...triggers.flatMap((trigger) => inputDefaults(trigger, reading)),
    ],
    schedules: triggers.flatMap((trigger) => schedulesOf(trigger, reading)),
    shell: defaultShell(root, reading),
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

/** Defaults of the inputs of a run by hand or by another workflow: `${{ inputs.x }}` is theirs. */
function inputDefaults(trigger: Fields, reading: YamlReading): readonly Variable[] {
  return valuesIn(trigger, 'workflow_dispatch', 'workflow_call')
    .map((node) => fieldsOf(node, reading))
    .flatMap((fields) => inputVariables(fields, reading));
}

function inputVariables(fields: Fields, reading: YamlReading): readonly Variable[] {
  return valuesIn(fields, 'inputs').flatMap((inputs) =>
    [...fieldsOf(inputs, reading)].flatMap(([name, nodes]) =>
      nodes
        .flatMap((node) => valuesIn(fieldsOf(node, reading), 'default'))
        .flatMap((node) => textsIn(node, reading, 'a default'))
        .map((value) => ({ name: `inputs.${name}`, value })),
    ),
  );
}

function defaultShell(fields: Fields, reading: YamlReading): string | undefined {
  return valuesIn(fields, 'defaults')
    .flatMap((node) => valuesIn(fieldsOf(node, reading), 'run'))
    .flatMap((node) => valuesIn(fieldsOf(node, reading), 'shell'))
    .map(textOf)
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
  for (const env of valuesIn(fields, 'env')) addAll(job.environment, variablesIn(env, reading));
  for (const runsOn of valuesIn(fields, 'runs-on')) readMachine(runsOn, job, reading);
  for (const strategy of valuesIn(fields, 'strategy')) readMatrix(strategy, job, reading);
  for (const minutes of valuesIn(fields, 'timeout-minutes')) readTimeout(minutes, job);
  for (const container of valuesIn(fields, 'container')) readContainer(container, job, reading);
  for (const services of valuesIn(fields, 'services')) {
    for (const nodes of fieldsOf(services, reading).values()) {
      for (const service of nodes) readContainer(service, job, reading);
    }
  }
  for (const uses of valuesIn(fields, 'uses')) {
    addAll(job.remoteCode, textsIn(uses, reading, 'the name of a workflow'));
  }
  for (const given of valuesIn(fields, 'with')) {
    addAll(job.environment, variablesIn(given, reading, 'with.'));
  }
  const shell = defaultShell(fields, reading) ?? workflow.shell ?? shellOfMachine(job.machine);
  addSteps(valuesIn(fields, 'steps'), shell, job, reading);
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

/** A container of a job or a service: its image, its variables and what it is told to run. */
function readContainer(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  if (node.kind !== 'map') {
    addAll(job.images, textsIn(node, reading, 'an image').map(withoutDocker));
    return;
  }
  const fields = fieldsOf(node, reading);
  const images = valuesIn(fields, 'image').flatMap((image) => textsIn(image, reading, 'an image'));
  addAll(job.images, images.map(withoutDocker));
  addContainerCommand(fields, job, reading);
  for (const env of valuesIn(fields, 'env')) addAll(job.environment, variablesIn(env, reading));
  for (const options of valuesIn(fields, 'options')) {
    const values = textsIn(options, reading, 'options');
    addAll(
      job.environment,
      values.map((value) => ({ name: 'container.options', value })),
    );
  }
}

/** An action of a container calls its words `args`, a service calls them `command`. */
function addContainerCommand(fields: Fields, job: JobDraft, reading: YamlReading): void {
  const source = containerCommand(reading.draft.path, {
    image: job.images.at(-1) ?? null,
    entrypoint: commandLineOf(valuesIn(fields, 'entrypoint'), reading),
    command: commandLineOf(valuesIn(fields, 'command', 'args'), reading),
  });
  if (source !== null) reading.draft.addCommand(job, source, 'sh');
}

/** `action.yml`: composite steps, or a container with its arguments. */
function readAction(node: YamlNode, root: Fields, reading: YamlReading): void {
  if (node.kind !== 'map') {
    reading.sayMisfit(node, '`runs`');
    return;
  }
  const fields = fieldsOf(node, reading);
  const job = jobDraft('runs');
  addAll(job.environment, inputVariables(root, reading));
  for (const key of ['pre-entrypoint', 'post-entrypoint']) {
    const source = commandLineOf(valuesIn(fields, key), reading);
    if (source !== null) reading.draft.addCommand(job, source, 'sh');
  }
  readContainer(node, job, reading);
  addSteps(valuesIn(fields, 'steps'), 'bash', job, reading);
  reading.draft.jobs.push(job);
}
