/** Reads the maps of a request or a template: machines, commands for machines, containers. */
import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { decodeUserData } from '../_cloud-init/decode.ts';
import { UserDataReading } from '../_cloud-init/user-data.ts';
import { type FoundMap, foldedFieldsOf } from '../_launch/maps-in.ts';
import { containerCommand } from '../_text/container-command.ts';
import { placeAtStart } from '../_text/embedded-text.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, valuesIn } from '../_yaml/fields.ts';
import { itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { isUnknown, TemplateValues } from './values.ts';

/** Folded keys of which a machine has one, a command, a container. */
const MACHINE_KEYS = ['userdata', 'instancetype', 'instancetypes'] as const;
const COPY_KEYS = ['amount', 'minamount', 'maxamount', 'desiredcapacity', 'maxsize'] as const;

export class LaunchReader {
  readonly #reading: YamlReading;
  readonly #values: TemplateValues;
  readonly #parameters: readonly Variable[];
  readonly #userData: UserDataReading;
  readonly #jobs: JobDraft[] = [];
  /** Machines that say nothing of copies. */
  readonly #scaled: JobDraft[] = [];
  /** What groups without machines of their own ask for: a scaling group names its configuration. */
  #copies = 1;
  /** The name of the resource that is being read. */
  #resource = '';

  constructor(reading: YamlReading, parameters: ReadonlyMap<string, SourceText>) {
    this.#reading = reading;
    this.#parameters = [...parameters].map(([name, value]) => ({ name, value }));
    this.#values = new TemplateValues(reading, parameters);
    this.#userData = new UserDataReading(reading.draft, jobDraft(''), reading.visits);
  }

  read({ key, fields }: FoundMap): void {
    if (fields.has('type') && fields.has('properties')) this.#resource = key;
    const copies = COPY_KEYS.flatMap((each) => valuesIn(fields, each)).slice(0, COPIES_READ_MAX);
    const most = Math.max(1, ...copies.map((node) => this.#count(node)));
    if (MACHINE_KEYS.some((each) => fields.has(each))) {
      const job = this.#readMachine(fields);
      if (copies.length > 0) job.fanOut = most;
      else this.#scaled.push(job);
    } else if (fields.has('commandcontent')) this.#readCommand(fields);
    else if (fields.has('image') && !fields.has('type')) this.#readContainer(fields);
    else this.#copies = Math.max(this.#copies, most);
  }

  end(): void {
    for (const job of this.#scaled) job.fanOut = this.#copies;
    addAll(this.#reading.draft.jobs, this.#jobs);
  }

  #readMachine(fields: Fields): JobDraft {
    const job = this.#job(fields);
    for (const image of this.#texts(valuesIn(fields, 'imageid', 'imagefamily')))
      job.images.push(image);
    for (const key of ['instancetype', 'instancetypes', 'spotstrategy', 'cpu', 'memory']) {
      for (const node of valuesIn(fields, key)) {
        for (const item of itemsIn(node, this.#reading)) this.#addMachine(item, job);
      }
    }
    this.#userData.readInto(job);
    for (const text of this.#code(valuesIn(fields, 'userdata'))) this.#userData.readGiven(text);
    this.#jobs.push(job);
    return job;
  }

  #addMachine(item: YamlNode, job: JobDraft): void {
    const text = this.#values.textOf(item);
    if (text !== null && !isUnknown(text))
      job.machine.push(printable(text.text, MACHINE_LENGTH_MAX));
  }

  /** A command that is sent to machines: `CommandContent` of a `Type`, plain or in base64. */
  #readCommand(fields: Fields): void {
    const job = this.#job(fields);
    const given = (key: string): string =>
      this.#texts(valuesIn(fields, key)).at(-1)?.text.toLowerCase() ?? '';
    const shell: Command['shell'] = given('type').includes('powershell') ? 'powershell' : 'sh';
    const isPlain = given('contentencoding') === 'plaintext';
    for (const text of this.#code(valuesIn(fields, 'commandcontent'))) {
      const layer = isPlain ? null : decodedCommand(text.text);
      if (layer === null) this.#reading.draft.addCommand(job, text, shell);
      else {
        const source = placeAtStart(text)({ ...text, text: layer });
        this.#reading.draft.addCommand(job, source, shell, { source: text, layers: [layer] });
      }
    }
    const seconds = Number(given('timeout') || Number.NaN);
    if (Number.isSafeInteger(seconds) && seconds > 0) job.timeoutSeconds = seconds;
    const frequency = given('frequency');
    if (frequency !== '') job.schedules = [frequency];
    this.#jobs.push(job);
  }

  /** A container of a group: `Image`, `Command`, `Arg`, `EnvironmentVar`. */
  #readContainer(fields: Fields): void {
    const job = this.#job(fields);
    addAll(job.images, this.#texts(valuesIn(fields, 'image')));
    for (const node of valuesIn(fields, 'environmentvar', 'environmentvars')) {
      for (const item of itemsIn(node, this.#reading)) this.#addVariable(item, job);
    }
    const { draft } = this.#reading;
    const source = containerCommand(draft.path, {
      image: job.images.at(-1) ?? null,
      entrypoint: commandLineOf(valuesIn(fields, 'command', 'commands'), this.#reading),
      command: commandLineOf(valuesIn(fields, 'arg', 'args'), this.#reading),
    });
    if (source !== null) draft.addCommand(job, source, 'sh');
    for (const node of valuesIn(fields, 'cpu', 'memory')) this.#addMachine(node, job);
    this.#jobs.push(job);
  }

  #addVariable(item: YamlNode, job: JobDraft): void {
    const entry = foldedFieldsOf(item, this.#reading);
    const name = textOf(valuesIn(entry, 'key').at(-1)) ?? '';
    for (const value of this.#texts(valuesIn(entry, 'value'))) {
      job.environment.push({ name, value });
    }
  }

  /** A job with the name that the request gives it, else that of its resource. */
  #job(fields: Fields): JobDraft {
    const given = valuesIn(fields, 'instancename', 'commandname', 'hostname', 'name');
    const name = this.#texts(given).at(0)?.text ?? this.#resource;
    const job = jobDraft(printable(name, jobNameLengthMax));
    this.#reading.draft.shareVariables(this.#parameters, job);
    return job;
  }

  #texts(nodes: readonly YamlNode[]): readonly SourceText[] {
    const texts = nodes.flatMap((node) => this.#values.textOf(node) ?? []);
    return texts.filter((text) => !isUnknown(text) && this.#reading.draft.takesPart());
  }

  /** Texts that run. One that only a parameter or another resource brings is said to be unread. */
  #code(nodes: readonly YamlNode[]): readonly SourceText[] {
    const texts = nodes.flatMap((node) => this.#values.textOf(node) ?? []);
    return texts.filter((text) => {
      if (!isUnknown(text) || text.text.includes('\n')) return true;
      this.#reading.draft.sayUnknown(
        `line ${text.segments[1]}: what runs here does not stand in the file`,
      );
      return false;
    });
  }

  #count(node: YamlNode): number {
    const count = Number(this.#values.textOf(node)?.text || Number.NaN);
    return Number.isSafeInteger(count) && count > 0 ? Math.min(count, fanOutMax) : 1;
  }
}

/** The command that a text is base64 of, or null: `date` is four letters of base64, too. */
function decodedCommand(text: string): string | null {
  if (text.length % 4 !== 0 || text.includes(' ')) return null;
  const decoded = decodeUserData(text, text.length);
  if (!decoded.ok) return null;
  for (const c of decoded.value) {
    if (c < ' ' && c !== '\n' && c !== '\t' && c !== '\r') return null;
  }
  return decoded.value;
}

/** Numbers of copies that one map states; a real one has at most three. */
const COPIES_READ_MAX = 100;
const MACHINE_LENGTH_MAX = 100;
