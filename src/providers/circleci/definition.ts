/**
 * Reads CircleCI's configuration. A job is read once for each way in which a workflow uses it: with
 * its parameters, for each row of its matrix, with the steps before and after it. A job that no
 * workflow uses is read with its defaults.
 */
import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { DistinctSources } from '../_text/distinct-sources.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { type Axis, combinations, matrixRows, type Row } from '../_text/matrix-rows.ts';
import { printable } from '../_text/printable.ts';
import { addRowCommands, addStepCommands, type StepCommands } from '../_text/step-commands.ts';
import { type Fields, fieldsOf, joinFields, NO_FIELDS, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { type Found, Library } from './library.ts';
import { MachineReader } from './machine.ts';
import { type Context, Parameters } from './parameters.ts';
import { StepReader, shellCommand } from './steps.ts';
import { type Invocation, invocationsIn } from './workflows.ts';

const DIALECT: Dialect = 'circleci';
const FOLDER = '/.circleci/';

export const circleciReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    return `/${path}`.endsWith(`${FOLDER}config.yml`);
  },
  // What a setup workflow goes on with may have any name in the folder.
  byContent: {
    mayClaim(path) {
      const name = baseNameOf(path);
      return isYamlName(name) && `/${path}`.endsWith(FOLDER + name);
    },
    recognises: isConfiguration,
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      if (isForeign(root, (key) => KEYS.has(key), 'a configuration of CircleCI', reading)) return;
      if (root.size > 0) new CircleFile(root, reading).read();
    });
  },
};

const VERSIONS = ['version: 2', "version: '2", 'version: "2'] as const;
const PARTS = ['jobs:', 'workflows:', 'commands:', 'orbs:', 'executors:'] as const;

const KEYS: ReadonlySet<string> = new Set([
  ...['commands', 'executors', 'jobs', 'orbs', 'parameters', 'setup', 'version', 'workflows'],
]);

/** A file that states its version and defines something, both at the start of a line. */
function isConfiguration(text: string): boolean {
  const stands = (word: string): boolean => text.startsWith(word) || text.includes(`\n${word}`);
  return VERSIONS.some(stands) && PARTS.some(stands);
}

/** What a job is used with that is no parameter of it. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['requires', 'context', 'filters', 'matrix', 'name', 'type', 'pre-steps', 'post-steps'],
  ...['override-with', 'serial-group', 'max_auto_reruns'],
]);

/** The orb that goes on with a file of the repository, and the one it takes unasked. */
const FILTER_JOB = 'path-filtering/filter';
const FILTER_DEFAULT = '.circleci/continue_config.yml';

class CircleFile {
  readonly #root: Fields;
  readonly #reading: YamlReading;
  readonly #library: Library;
  readonly #parameters: Parameters;
  readonly #pipeline: Context;

  constructor(root: Fields, reading: YamlReading) {
    this.#root = root;
    this.#reading = reading;
    this.#library = new Library(root, reading);
    this.#parameters = new Parameters(reading);
    this.#pipeline = this.#parameters.pipeline(this.#library, valuesIn(root, 'parameters'));
  }

  read(): void {
    this.#readOrbs();
    const unused = new Set(this.#library.names('jobs'));
    for (const invocation of invocationsIn(this.#root, this.#library, this.#reading)) {
      const found = this.#library.find('jobs', invocation.job.text);
      unused.delete(invocation.job.text);
      if (found === null) this.#readRemoteJob(invocation);
      else this.#readJob(found, invocation);
    }
    const { draft } = this.#reading;
    for (const name of unused) this.#readUnused('jobs', name);
    // A file of commands alone is there for those who pack it into another one.
    if (draft.jobs.every(({ name }) => name === '')) {
      for (const name of this.#library.names('commands')) this.#readUnused('commands', name);
    }
    this.#checkSetup();
  }

  /** Orbs of the registry bring code into all of the file: a job without a name has them. */
  #readOrbs(): void {
    const job = jobDraft('');
    for (const node of valuesIn(this.#root, 'orbs')) {
      for (const orb of [...fieldsOf(node, this.#reading).values()].flat()) {
        if (orb.kind !== 'map') addAll(job.remoteCode, textsIn(orb, this.#reading, 'an orb'));
      }
    }
    if (job.remoteCode.length > 0) this.#reading.draft.jobs.push(job);
  }

  /** What a setup workflow goes on with is made at run time, unless a path says where it is. */
  #checkSetup(): void {
    if (!valuesIn(this.#root, 'setup').some((node) => textOf(node) === 'true')) return;
    const { draft } = this.#reading;
    if (draft.jobs.some(({ filesRun }) => filesRun.length > 0)) return;
    draft.sayUnknown('a setup workflow makes the configuration that runs; it was not read');
  }

  #readUnused(part: 'jobs' | 'commands', name: string): void {
    const found = this.#library.find(part, name);
    if (found === null) return;
    this.#readJob(found, {
      job: { path: this.#reading.draft.path, text: name, segments: [0, 1, 1] },
      given: NO_FIELDS,
      schedules: [],
    });
  }

  #readJob(found: Found, invocation: Invocation): void {
    const { draft } = this.#reading;
    const job = this.#draftOf(invocation);
    draft.shareVariables(this.#parameters.variables(this.#pipeline.shared), job);
    const axes = this.#axesOf(invocation.given);
    const rows = matrixRows(axes, draft);
    const distinct = new DistinctSources();
    const steps = rows.flatMap((row) => {
      const context = this.#contextOf(found, invocation.given, row);
      const own = distinct.takeVariables(this.#parameters.variables(context.values));
      draft.shareVariables(own, job);
      return this.#readRow(found.fields, context, invocation, job, distinct);
    });
    if (rows.length > 1) addRowCommands(steps, job, this.#reading);
    else addStepCommands(steps, job, this.#reading);
    job.fanOut = Math.min(job.fanOut * combinations(axes), fanOutMax);
    draft.jobs.push(job);
  }

  /** Reads a job with one set of values. */
  #readRow(
    fields: Fields,
    context: Context,
    { given }: Invocation,
    job: JobDraft,
    distinct: DistinctSources,
  ): readonly StepCommands[] {
    const machine = new MachineReader(this.#reading, this.#parameters);
    machine.read(fields, context);
    this.#addMachine(machine, job, distinct);
    const frame = {
      context,
      shell: machine.shell ?? 'bash',
      folder: machine.folder ?? '',
      depth: 0,
    };
    const outer = { ...frame, context: this.#pipeline };
    const steps = new StepReader(this.#reading, this.#parameters);
    steps.read(valuesIn(given, 'pre-steps'), outer);
    steps.read(valuesIn(fields, 'steps'), frame);
    steps.read(valuesIn(given, 'post-steps'), outer);
    this.#addFound(steps, job, distinct);
    for (const { text } of this.#textsOf(fields, 'parallelism', context)) {
      const count = Number(text);
      if (Number.isSafeInteger(count))
        job.fanOut = Math.min(Math.max(job.fanOut, count), fanOutMax);
    }
    const shells = this.#textsOf(fields, 'shell', context).flatMap(shellCommand);
    const containers = machine.commands.map((source) => ({ source, shell: 'sh' as const }));
    return [{ environment: [], commands: [...containers, ...shells] }, ...steps.steps];
  }

  #textsOf(fields: Fields, key: string, context: Context): readonly SourceText[] {
    return valuesIn(fields, key).flatMap((node) =>
      this.#parameters.texts(node, context, `\`${key}\``),
    );
  }

  #addMachine(machine: MachineReader, job: JobDraft, distinct: DistinctSources): void {
    addAll(job.images, distinct.take(machine.images, 'image'));
    addAll(job.remoteCode, distinct.take(machine.remoteCode, 'code'));
    for (const { text } of distinct.take(machine.labels, 'machine')) job.machine.push(text);
    this.#reading.draft.shareVariables(distinct.takeVariables(machine.environment), job);
  }

  #addFound(steps: StepReader, job: JobDraft, distinct: DistinctSources): void {
    addAll(job.remoteCode, distinct.take(steps.remoteCode, 'code'));
    addAll(job.filesRun, distinct.take(steps.configurations, 'file'));
    job.timeoutSeconds = steps.silenceSeconds ?? job.timeoutSeconds;
  }

  /** A job of an orb that is elsewhere: what it is given is all that is known of it. */
  #readRemoteJob(invocation: Invocation): void {
    const { job: source, given } = invocation;
    if (valuesIn(given, 'type').some((node) => textOf(node) === 'approval')) return;
    const job = this.#draftOf(invocation);
    job.remoteCode.push(source);
    const steps = new StepReader(this.#reading, this.#parameters);
    const axes = this.#axesOf(given);
    for (const row of matrixRows(axes, this.#reading.draft)) {
      job.environment.push(
        ...row.map(({ name, value }) => ({ name: `parameters.${name}`, value })),
      );
    }
    const frame = { context: this.#pipeline, shell: 'bash', folder: '', depth: 0 };
    steps.read(valuesIn(given, 'pre-steps'), frame);
    steps.readArguments(parametersOf(given), frame);
    steps.read(valuesIn(given, 'post-steps'), frame);
    if (source.text === FILTER_JOB && steps.configurations.length === 0) {
      const { path, segments } = source;
      steps.configurations.push({ path, text: FILTER_DEFAULT, segments });
    }
    addStepCommands(steps.steps, job, this.#reading);
    this.#addFound(steps, job, new DistinctSources());
    job.fanOut = combinations(axes);
    this.#reading.draft.jobs.push(job);
  }

  #draftOf({ job: source, given, schedules }: Invocation): JobDraft {
    const name = textOf(valuesIn(given, 'name').at(-1)) ?? source.text;
    const job = jobDraft(printable(name, jobNameLengthMax));
    job.schedules = schedules;
    return job;
  }

  #contextOf(found: Found, given: Fields, row: Row): Context {
    const caller = this.#parameters.withRow(this.#pipeline, row, 'matrix.');
    const declared = valuesIn(found.fields, 'parameters');
    const context = this.#parameters.inside(found.library, declared, parametersOf(given), caller);
    return this.#parameters.withRow(context, row, 'parameters.');
  }

  #axesOf(given: Fields): readonly Axis[] {
    return valuesIn(given, 'matrix')
      .flatMap((node) => valuesIn(fieldsOf(node, this.#reading), 'parameters'))
      .flatMap((node) => [...fieldsOf(node, this.#reading)])
      .map(([name, nodes]) => ({ name, values: nodes.flatMap((node) => this.#valuesIn(node)) }));
  }

  #valuesIn(node: YamlNode): readonly SourceText[] {
    return [...itemsIn(node, this.#reading)].flatMap((item) =>
      this.#parameters.texts(item, this.#pipeline, 'a value'),
    );
  }
}

function parametersOf(given: Fields): Fields {
  return new Map([...given].filter(([name]) => !RESERVED.has(name)));
}
