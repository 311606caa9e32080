/** Reads the pipelines of Semaphore: blocks of jobs, with what all of them run before and after. */

import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader, Variable } from '../../model/job-definition.ts';
import { isYamlName } from '../_text/file-name.ts';
import { filesRunAs } from '../_text/file-run.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, joinFields, NO_FIELDS, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { scriptIn } from '../_yaml/script.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'semaphore';

export const semaphoreReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    return `/${path}`.includes('/.semaphore/') && isYamlName(path);
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      new SemaphoreFile(root, reading).read();
    });
  },
};

const KEYS: ReadonlySet<string> = new Set([
  ...['after_pipeline', 'agent', 'blocks', 'global_job_config', 'promotions'],
]);

class SemaphoreFile {
  readonly #root: Fields;
  readonly #reading: YamlReading;
  /** `global_job_config`. */
  readonly #shared: Fields;

  constructor(root: Fields, reading: YamlReading) {
    this.#root = root;
    this.#reading = reading;
    this.#shared = joinFields(
      valuesIn(root, 'global_job_config').map((node) => fieldsOf(node, reading)),
    );
  }

  read(): void {
    if (isForeign(this.#root, (key) => KEYS.has(key), 'a pipeline', this.#reading)) return;
    const promoted = jobDraft('');
    for (const file of valuesAt(
      valuesIn(this.#root, 'promotions'),
      ['pipeline_file'],
      this.#reading,
    )) {
      addAll(promoted.filesRun, textsIn(file, this.#reading, 'a pipeline'));
    }
    if (promoted.filesRun.length > 0) this.#reading.draft.jobs.push(promoted);
    for (const task of valuesAt(valuesIn(this.#root, 'blocks'), ['task'], this.#reading)) {
      this.#readTask(task);
    }
    for (const task of valuesAt(valuesIn(this.#root, 'after_pipeline'), ['task'], this.#reading)) {
      this.#readTask(task);
    }
  }

  #readTask(node: YamlNode): void {
    const reading = this.#reading;
    if (node.kind !== 'map') {
      reading.sayMisfit(node, 'a task');
      return;
    }
    const task = fieldsOf(node, reading);
    for (const jobs of valuesIn(task, 'jobs')) {
      for (const item of itemsIn(jobs, reading)) {
        if (item.kind === 'map') this.#readJob(fieldsOf(item, reading), task);
        else reading.sayMisfit(item, 'a job');
      }
    }
  }

  #readJob(fields: Fields, task: Fields): void {
    const reading = this.#reading;
    const name = textOf(valuesIn(fields, 'name').at(-1)) ?? '';
    const job = jobDraft(printable(name, jobNameLengthMax));
    for (const level of [this.#shared, task, fields]) {
      const nodes = valuesIn(level, 'env_vars');
      reading.draft.shareVariables(
        nodes.flatMap((node) => environmentIn(node, reading)),
        job,
      );
    }
    // An own agent replaces the one of the pipeline.
    const agents = [fields, task, this.#root].map((level) => valuesIn(level, 'agent'));
    for (const agent of agents.find((each) => each.some(({ kind }) => kind === 'map')) ?? []) {
      this.#readAgent(fieldsOf(agent, reading), job);
    }
    this.#readFanOut(fields, job);
    this.#readTimeout(valuesIn(fields, 'execution_time_limit'), job);
    if (job.timeoutSeconds === null) {
      this.#readTimeout(valuesIn(this.#root, 'execution_time_limit'), job);
    }
    this.#addCommands(fields, task, job);
    reading.draft.jobs.push(job);
  }

  #readAgent(agent: Fields, job: JobDraft): void {
    const reading = this.#reading;
    for (const machine of valuesAt(valuesIn(agent, 'machine'), ['*'], reading)) {
      for (const label of textsIn(machine, reading, 'a machine')) job.machine.push(label.text);
    }
    const containers = valuesIn(agent, 'containers').flatMap((node) => [...itemsIn(node, reading)]);
    for (const container of containers) {
      const fields = container.kind === 'map' ? fieldsOf(container, reading) : NO_FIELDS;
      if (container.kind !== 'map') reading.sayMisfit(container, 'a container');
      for (const image of valuesIn(fields, 'image')) {
        addAll(job.images, textsIn(image, reading, 'an image'));
      }
      for (const env of valuesIn(fields, 'env_vars')) {
        addAll(job.environment, environmentIn(env, reading));
      }
    }
  }

  /** `matrix` is a list of variables with their values; `parallelism` a number. */
  #readFanOut(fields: Fields, job: JobDraft): void {
    const reading = this.#reading;
    for (const axis of valuesIn(fields, 'matrix').flatMap((node) => [...itemsIn(node, reading)])) {
      const axisFields = fieldsOf(axis, reading);
      const name = textOf(valuesIn(axisFields, 'env_var', 'software').at(-1)) ?? '';
      const values = valuesIn(axisFields, 'values', 'versions').flatMap((node) =>
        textsIn(node, reading, 'a value'),
      );
      job.fanOut = Math.min(job.fanOut * Math.max(1, values.length), fanOutMax);
      addAll(
        job.environment,
        values.map((value): Variable => ({ name, value })),
      );
    }
    for (const node of valuesIn(fields, 'parallelism')) {
      const count = Number(textOf(node) ?? Number.NaN);
      if (Number.isSafeInteger(count) && count > 0) {
        job.fanOut = Math.min(job.fanOut * count, fanOutMax);
      }
    }
  }

  #readTimeout(nodes: readonly YamlNode[], job: JobDraft): void {
    for (const limit of nodes.map((node) => fieldsOf(node, this.#reading))) {
      const read = (key: string): number => Number(textOf(valuesIn(limit, key).at(-1)) ?? 0);
      const seconds = read('hours') * 3_600 + read('minutes') * 60;
      if (seconds > 0 && Number.isFinite(seconds)) job.timeoutSeconds = Math.round(seconds);
    }
  }

  /** What runs before, the job's own commands and what runs after share one shell. */
  #addCommands(fields: Fields, task: Fields, job: JobDraft): void {
    const reading = this.#reading;
    const at = (level: Fields, key: string, ...path: readonly string[]): readonly YamlNode[] =>
      valuesAt(valuesIn(level, key), path, reading);
    const script = scriptIn(
      [
        ...[this.#shared, task].flatMap((level) => at(level, 'prologue', 'commands')),
        ...valuesIn(fields, 'commands'),
        ...[task, this.#shared].flatMap((level) => at(level, 'epilogue', '*', 'commands')),
      ],
      reading,
    );
    if (script !== null) reading.draft.addCommand(job, script, 'sh');
    const files = [
      ...[this.#shared, task].flatMap((level) => at(level, 'prologue', 'commands_file')),
      ...valuesIn(fields, 'commands_file'),
      ...[task, this.#shared].flatMap((level) => at(level, 'epilogue', '*', 'commands_file')),
    ];
    for (const file of files) {
      addAll(job.filesRun, filesRunAs(textsIn(file, reading, 'a file'), 'shell'));
    }
  }
}
