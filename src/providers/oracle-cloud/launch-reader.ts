/** Reads the maps of a request: instances, containers, commands, and how many of them. */

import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { UserDataReading } from '../_cloud-init/user-data.ts';
import { type FoundMap, foldedFieldsOf } from '../_launch/maps-in.ts';
import { containerCommand } from '../_text/container-command.ts';
import { filesRunAs } from '../_text/file-run.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

export class LaunchReader {
  readonly #reading: YamlReading;
  readonly #userData: UserDataReading;
  readonly #jobs: JobDraft[] = [];
  /** The size of the largest pool: it names its configuration by an id. */
  #copies = 1;

  constructor(reading: YamlReading) {
    this.#reading = reading;
    this.#userData = new UserDataReading(reading.draft, jobDraft(''), reading.visits);
  }

  read({ fields }: FoundMap): void {
    if (fields.has('instanceconfigurationid')) this.#count(valuesIn(fields, 'size'));
    for (const node of valuesIn(fields, 'capacity')) {
      this.#count(valuesIn(foldedFieldsOf(node, this.#reading), 'max'));
    }
    if (INSTANCE_KEYS.some((key) => fields.has(key))) this.#readInstance(fields);
    if (fields.has('imageurl')) this.#readContainer(fields);
    if (fields.has('sourcetype')) this.#readCommand(fields);
  }

  end(): void {
    if (this.#jobs.length === 0 && this.#copies > 1) this.#jobs.push(jobDraft(''));
    for (const job of this.#jobs) job.fanOut = this.#copies;
    addAll(this.#reading.draft.jobs, this.#jobs);
  }

  #readInstance(fields: Fields): void {
    const job = this.#job(fields);
    const sources = valuesIn(fields, 'sourcedetails');
    const images = [fields, ...sources.map((node) => foldedFieldsOf(node, this.#reading))];
    addAll(job.images, this.#texts(images.flatMap((each) => valuesIn(each, 'imageid'))));
    const userData = this.#texts(valuesIn(fields, 'userdatafile'));
    addAll(job.filesRun, filesRunAs(userData, 'cloud-init'));
    addAll(job.filesRun, this.#texts(valuesIn(fields, 'ipxescriptfile')));
    // A boot script of iPXE loads what boots, in a language of its own.
    for (const script of this.#texts(valuesIn(fields, 'ipxescript'))) {
      this.#reading.draft.addCommand(job, script, 'other');
    }
    this.#readSize(fields, job);
    this.#userData.readInto(job);
    for (const node of valuesIn(fields, 'metadata', 'extendedmetadata')) {
      this.#readMetadata(node, job);
    }
  }

  /** `user_data` runs; everything else a program on the machine can ask for. */
  #readMetadata(node: YamlNode, job: JobDraft): void {
    for (const [key, nodes] of fieldsOf(node, this.#reading)) {
      const isUserData = USER_DATA_KEYS.has(key);
      for (const each of nodes) {
        if (!isUserData) addAll(job.environment, this.#variables(key, each));
        else for (const text of this.#texts([each])) this.#userData.readGiven(text);
      }
    }
  }

  #variables(key: string, node: YamlNode): readonly Variable[] {
    const name = `metadata.${key.slice(0, WORD_LENGTH_MAX)}`;
    if (node.kind === 'map') return environmentIn(node, this.#reading, `${name}.`);
    return this.#texts([node]).map((value) => ({ name, value }));
  }

  #readSize(fields: Fields, job: JobDraft): void {
    const add = (text: string): void => {
      job.machine.push(printable(text, WORD_LENGTH_MAX));
    };
    for (const { text } of this.#texts(valuesIn(fields, 'shape'))) add(text);
    for (const node of valuesIn(fields, 'shapeconfig')) {
      for (const [key, nodes] of fieldsOf(node, this.#reading)) {
        for (const value of nodes.flatMap((each) => textOf(each) ?? [])) add(`${key} ${value}`);
      }
    }
    if (fields.has('preemptibleinstanceconfig')) add('preemptible');
  }

  /** A container of a container instance. */
  #readContainer(fields: Fields): void {
    const job = this.#job(fields);
    addAll(job.images, this.#texts(valuesIn(fields, 'imageurl')));
    for (const node of valuesIn(fields, 'environmentvariables')) {
      addAll(job.environment, environmentIn(node, this.#reading));
    }
    const { draft } = this.#reading;
    const source = containerCommand(draft.path, {
      image: job.images.at(-1) ?? null,
      entrypoint: commandLineOf(valuesIn(fields, 'command'), this.#reading),
      command: commandLineOf(valuesIn(fields, 'arguments'), this.#reading),
    });
    if (source !== null) draft.addCommand(job, source, 'sh');
  }

  /** The source of a command that is sent to instances: a text, or an object in a bucket. */
  #readCommand(fields: Fields): void {
    const texts = this.#texts(valuesIn(fields, 'text'));
    const remote = this.#texts(valuesIn(fields, 'sourceuri', 'objectname'));
    if (texts.length + remote.length === 0) return;
    const job = this.#job(fields);
    for (const text of texts) this.#reading.draft.addCommand(job, text, 'sh');
    addAll(job.remoteCode, remote);
  }

  #job(fields: Fields): JobDraft {
    const [name] = this.#texts(valuesIn(fields, 'displayname'));
    const job = jobDraft(printable(name?.text ?? '', jobNameLengthMax));
    this.#jobs.push(job);
    return job;
  }

  #count(nodes: readonly YamlNode[]): void {
    for (const node of nodes) {
      const count = Number(textOf(node) || Number.NaN);
      const isCount = Number.isSafeInteger(count) && count > 0;
      if (isCount) this.#copies = Math.max(this.#copies, Math.min(count, fanOutMax));
    }
  }

  #texts(nodes: readonly YamlNode[]): readonly SourceText[] {
    const texts = nodes.flatMap((node) => textsIn(node, this.#reading, 'a text'));
    return texts.filter(() => this.#reading.draft.takesPart());
  }
}

const INSTANCE_KEYS = ['shape', 'metadata', 'extendedmetadata'] as const;
const USER_DATA_KEYS: ReadonlySet<string> = new Set(['user_data', 'user-data', 'userData']);
const WORD_LENGTH_MAX = 100;
