/** A step that runs commands: for each row of its matrix, around it what its plugins say. */
import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import { textOf } from '../../base/yaml.ts';
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { DistinctSources } from '../_text/distinct-sources.ts';
import { Templates } from '../_text/fill-template.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import type { Row } from '../_text/matrix-rows.ts';
import { printable } from '../_text/printable.ts';
import { addRowCommands, addStepCommands, type StepCommands } from '../_text/step-commands.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, valuesIn } from '../_yaml/fields.ts';
import { scriptIn } from '../_yaml/script.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { labelsIn } from './labels.ts';
import { matrixIn } from './matrix.ts';
import { PluginReader } from './plugins.ts';
import { uploadsIn } from './uploads.ts';

/** What all steps of a pipeline have in common. */
export interface Shared {
  readonly environment: readonly Variable[];
  readonly machine: readonly string[];
  readonly images: readonly SourceText[];
}

/** A step before its matrix is filled in. */
interface Step extends StepCommands {
  readonly images: readonly SourceText[];
}

export function readCommandStep(fields: Fields, shared: Shared, reading: YamlReading): void {
  const label = textOf(valuesIn(fields, 'label', 'name', 'key').at(0)) ?? '';
  const job = jobDraft(printable(label, jobNameLengthMax));
  reading.draft.shareVariables(shared.environment, job);
  const plugins = new PluginReader(reading);
  plugins.read(valuesIn(fields, 'plugins'));
  addAll(job.remoteCode, plugins.remoteCode);
  addAll(job.filesRun, plugins.filesRun);
  const own = valuesIn(fields, 'image').flatMap((node) => textsIn(node, reading, 'an image'));
  const environment = valuesIn(fields, 'env').flatMap((node) => environmentIn(node, reading));
  const step: Step = {
    images: [...(own.length > 0 ? own : shared.images), ...plugins.images],
    environment: [...environment, ...plugins.environment],
    commands: [...commandsOf(fields, reading), ...plugins.commands],
  };
  addRows(step, fields, job, reading);
  addUploads(job, reading);
  readMachine(fields, shared, job, reading);
  reading.draft.jobs.push(job);
}

/** All lines run in one shell, whether they stand in one key or in several. */
function commandsOf(fields: Fields, reading: YamlReading): readonly Command[] {
  const nodes = valuesIn(fields, 'command', 'commands', 'script');
  const source = scriptIn(
    nodes.filter(({ kind }) => kind !== 'map'),
    reading,
  );
  return source === null ? [] : [{ source, shell: 'sh' }];
}

const SYNTAX = {
  open: '{{',
  close: '}}',
  isReference: (name: string) => name === 'matrix' || name.startsWith('matrix.'),
  unknown: () => null,
  escapedBy: '',
} as const;

function addRows(step: Step, fields: Fields, job: JobDraft, reading: YamlReading): void {
  const { rows, copies } = matrixIn(valuesIn(fields, 'matrix'), reading);
  const templates = new Templates(SYNTAX, reading.draft);
  const distinct = new DistinctSources();
  const steps: StepCommands[] = [];
  for (const row of rows) {
    if (!row.every(() => reading.visit()) || !reading.visit()) break;
    const fill = (source: SourceText): SourceText =>
      row.length === 0 ? source : templates.fill(source, (name) => valueIn(row, name));
    // Values of a matrix are filled in; no shell sees them as variables.
    reading.draft.shareVariables(distinct.takeVariables(row), job);
    addAll(job.images, distinct.take(step.images.map(fill), 'image'));
    steps.push({
      environment: step.environment.map(({ name, value }) => ({ name, value: fill(value) })),
      commands: step.commands.map(({ source, shell }) => ({ source: fill(source), shell })),
    });
  }
  if (rows.length > 1) addRowCommands(steps, job, reading);
  else addStepCommands(steps, job, reading);
  job.fanOut = copies;
}

function valueIn(row: Row, name: string): SourceText | undefined {
  return row.findLast((each) => each.name === name)?.value;
}

/** Steps that a step uploads: those of a file are read there, those of a program are unknown. */
function addUploads(job: JobDraft, { draft }: YamlReading): void {
  for (const { source } of job.commands) {
    const { files, isDynamic } = uploadsIn(source);
    addAll(job.filesRun, files);
    if (isDynamic)
      draft.sayUnknown('steps that a command prints for `pipeline upload` were not read');
  }
}

function readMachine(fields: Fields, shared: Shared, job: JobDraft, reading: YamlReading): void {
  const own = valuesIn(fields, 'agents').flatMap((node) => labelsIn(node, reading));
  for (const label of own.length > 0 ? own : shared.machine) {
    if (reading.draft.takesPart()) job.machine.push(label);
  }
  const minutes = Number(textOf(valuesIn(fields, 'timeout_in_minutes').at(-1)));
  if (minutes > 0 && Number.isFinite(minutes)) job.timeoutSeconds = Math.round(minutes * 60);
  const parallel = Number(textOf(valuesIn(fields, 'parallelism').at(-1)));
  if (Number.isSafeInteger(parallel) && parallel > 0) {
    job.fanOut = Math.min(job.fanOut * parallel, fanOutMax);
  }
}
