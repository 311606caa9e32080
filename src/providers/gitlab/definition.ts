/** Reads `.gitlab-ci.yml` and its templates. What a job inherits is worked out in `inheritance`. */
import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { containerCommand } from '../_text/container-command.ts';
import { type TemplateSyntax, Templates } from '../_text/fill-template.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { joinSources } from '../_text/source-builder.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, joinFields, NO_FIELDS, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { parseDuration } from './duration.ts';
import { Inheritance } from './inheritance.ts';

const DIALECT: Dialect = 'gitlab';

export const gitlabReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    return path.endsWith('.gitlab-ci.yml') || path.endsWith('.gitlab-ci.yaml');
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      new GitlabFile(root, reading).read();
    });
  },
};

const INPUT = 'inputs.';

/** `$[[ inputs.x ]]` and `$[[ inputs.x | expand_vars ]]`, of which the value alone counts. */
const INPUTS: TemplateSyntax = {
  open: '$[[',
  close: ']]',
  isReference: (name) => name.startsWith(INPUT),
  unknown: (name) => `\${{ ${inputName(name)} }}`,
  escapedBy: '',
};

function inputName(reference: string): string {
  return (reference.split('|', 1)[0] ?? '').trim();
}

/** Top-level keys that are no jobs. */
const RESERVED: ReadonlySet<string> = new Set([
  'after_script',
  'before_script',
  'cache',
  'default',
  'image',
  'include',
  'services',
  'spec',
  'stages',
  'types',
  'variables',
  'workflow',
]);

/** Those that no file of another kind has: a manifest of Kubernetes has a `spec`, too. */
const FILE_KEYS: ReadonlySet<string> = new Set([...RESERVED].filter((key) => key !== 'spec'));

/** Keys of which every job has at least one. */
const JOB_KEYS: ReadonlySet<string> = new Set([
  ...['after_script', 'before_script', 'extends', 'image', 'needs', 'release', 'rules', 'run'],
  ...['script', 'services', 'stage', 'trigger', 'when'],
]);

class GitlabFile {
  readonly #root: Fields;
  readonly #reading: YamlReading;
  readonly #inheritance: Inheritance;
  readonly #templates: Templates;
  readonly #inputs: ReadonlyMap<string, SourceText>;

  constructor(root: Fields, reading: YamlReading) {
    this.#root = root;
    this.#reading = reading;
    this.#inheritance = new Inheritance(root, reading);
    this.#templates = new Templates(INPUTS, reading.draft);
    const defaults = this.#inputDefaults().map(({ name, value }) => [name, value] as const);
    this.#inputs = new Map(defaults);
  }

  read(): void {
    const isOwn = (key: string): boolean =>
      FILE_KEYS.has(key) || key.startsWith('.') || this.#isJob(key);
    if (isForeign(this.#root, isOwn, 'a pipeline', this.#reading)) return;
    this.#readIncludes();
    const shared = this.#sharedVariables();
    const names = [...this.#root.keys()].filter((name) => !RESERVED.has(name));
    for (const name of names) if (!name.startsWith('.')) this.#readJob(name, shared);
    // A hidden job that this file does not use is there for the files that include this one.
    for (const name of names) {
      if (name.startsWith('.') && !this.#isUsed(name)) this.#readJob(name, shared);
    }
    // A file of defaults alone is there for others too: it is read as a job that adds nothing.
    const { jobs } = this.#reading.draft;
    if (jobs.every(({ name }) => name === '')) this.#addJob('', NO_FIELDS, shared);
  }

  #isJob(name: string): boolean {
    const maps = valuesIn(this.#root, name).map((node) => fieldsOf(node, this.#reading));
    return maps.some((fields) => [...fields.keys()].some((key) => JOB_KEYS.has(key)));
  }

  #isUsed(name: string): boolean {
    if (this.#inheritance.inherited.has(name)) return true;
    return valuesIn(this.#root, name).some((node) => this.#reading.merged.has(node));
  }

  /** The file's own includes, in a job without a name: they bring code into all of it. */
  #readIncludes(): void {
    const job = jobDraft('');
    for (const include of valuesIn(this.#root, 'include')) this.#addIncluded(include, job);
    if (job.remoteCode.length > 0) this.#reading.draft.jobs.push(job);
  }

  #addIncluded(include: YamlNode, job: JobDraft): void {
    for (const item of itemsIn(include, this.#reading)) {
      if (item.kind === 'map') {
        const fields = fieldsOf(item, this.#reading);
        for (const node of valuesIn(fields, ...INCLUDE_KEYS)) {
          addAll(job.remoteCode, textsIn(node, this.#reading, 'the name of a file'));
        }
      } else job.remoteCode.push(this.#reading.sourceOf(item));
    }
  }

  #sharedVariables(): readonly Variable[] {
    const reading = this.#reading;
    const workflows = valuesIn(this.#root, 'workflow').map((node) => fieldsOf(node, reading));
    return [
      ...this.#inputDefaults(),
      ...this.#variablesOf(this.#root),
      ...workflows.flatMap((workflow) => this.#ruleVariables(workflow)),
    ];
  }

  #inputDefaults(): readonly Variable[] {
    const reading = this.#reading;
    return valuesIn(this.#root, 'spec')
      .flatMap((node) => valuesIn(fieldsOf(node, reading), 'inputs'))
      .flatMap((node) => [...fieldsOf(node, reading)])
      .flatMap(([name, nodes]) =>
        nodes
          .flatMap((node) => valuesIn(fieldsOf(node, reading), 'default'))
          .flatMap((node) => textsIn(node, reading, 'a default'))
          .map((value) => ({ name: INPUT + name, value })),
      );
  }

  /** Texts of the file with its inputs' defaults filled in. */
  #textsIn(node: YamlNode, place: string): readonly SourceText[] {
    const lookUp = (name: string): SourceText | undefined => this.#inputs.get(inputName(name));
    return textsIn(node, this.#reading, place).map((text) => this.#templates.fill(text, lookUp));
  }

  #variablesOf(fields: Fields): readonly Variable[] {
    const variables: Variable[] = [];
    for (const node of this.#inheritance.resolved(valuesIn(fields, 'variables'))) {
      for (const [name, values] of fieldsOf(node, this.#reading)) {
        for (const value of this.#variableTexts(values)) variables.push({ name, value });
      }
    }
    return variables;
  }

  /** A variable is a text, or a map with `value` and a description. */
  #variableTexts(nodes: readonly YamlNode[]): readonly SourceText[] {
    return this.#inheritance
      .itemsOf(nodes)
      .flatMap((node) =>
        node.kind === 'map' ? valuesIn(fieldsOf(node, this.#reading), 'value') : [node],
      )
      .flatMap((node) => this.#textsIn(node, 'a variable'));
  }

  #ruleVariables(fields: Fields): readonly Variable[] {
    return this.#inheritance
      .itemsOf(valuesIn(fields, 'rules'))
      .flatMap((rule) => this.#variablesOf(fieldsOf(rule, this.#reading)));
  }

  #readJob(name: string, shared: readonly Variable[]): void {
    const nodes = valuesIn(this.#root, name);
    if (!nodes.some(({ kind }) => kind === 'map')) return;
    this.#addJob(name, this.#inheritance.job(name), shared);
  }

  #addJob(name: string, fields: Fields, shared: readonly Variable[]): void {
    const job = jobDraft(printable(name, jobNameLengthMax));
    this.#reading.draft.shareVariables(shared, job);
    addAll(job.environment, this.#variablesOf(fields));
    addAll(job.environment, this.#ruleVariables(fields));
    this.#readContainers(fields, job);
    this.#readCommands(fields, job);
    this.#readTrigger(fields, job);
    this.#readMachine(fields, job);
    for (const node of this.#inheritance.valuesOf(fields, 'parallel')) this.#readFanOut(node, job);
    // A hidden job may be a bag of anything; it is one only when it holds something to read.
    const isVisible = name !== '' && !name.startsWith('.');
    const isEmpty = job.commands.length + job.images.length + job.remoteCode.length === 0;
    if (isVisible || !isEmpty) this.#reading.draft.jobs.push(job);
  }

  #readContainers(fields: Fields, job: JobDraft): void {
    const images = this.#inheritance.valuesOf(fields, 'image');
    const services = this.#inheritance.itemsOf(this.#inheritance.valuesOf(fields, 'services'));
    for (const node of [...images, ...services]) this.#readContainer(node, job);
  }

  #readContainer(node: YamlNode, job: JobDraft): void {
    const reading = this.#reading;
    if (node.kind !== 'map') {
      addAll(job.images, this.#textsIn(node, 'an image'));
      return;
    }
    const fields = fieldsOf(node, reading);
    for (const name of valuesIn(fields, 'name')) {
      addAll(job.images, this.#textsIn(name, 'an image'));
    }
    addAll(job.environment, this.#variablesOf(fields));
    const source = containerCommand(reading.draft.path, {
      image: job.images.at(-1) ?? null,
      entrypoint: commandLineOf(valuesIn(fields, 'entrypoint'), reading),
      command: commandLineOf(valuesIn(fields, 'command'), reading),
    });
    if (source !== null) reading.draft.addCommand(job, source, 'sh');
  }

  #readCommands(fields: Fields, job: JobDraft): void {
    const values = (...keys: readonly string[]): readonly YamlNode[] =>
      this.#inheritance.valuesOf(fields, ...keys);
    for (const hooks of values('hooks')) {
      this.#addScript(valuesIn(fieldsOf(hooks, this.#reading), 'pre_get_sources_script'), job);
    }
    // GitLab runs both as one shell script, so what the first one sets the second one sees.
    this.#addScript(values('before_script', 'script'), job);
    for (const step of this.#inheritance.itemsOf(values('run'))) this.#readStep(step, job);
    this.#addScript(values('after_script'), job);
  }

  /** The lines of a script as one command, so that variables carry over from line to line. */
  #addScript(nodes: readonly YamlNode[], job: JobDraft): void {
    const { draft } = this.#reading;
    const lines = this.#inheritance
      .itemsOf(nodes)
      .flatMap((node) => this.#textsIn(node, 'a command'));
    const length = lines.reduce((sum, line) => sum + line.text.length + 1, 0);
    if (lines.length === 0 || !draft.fits(length)) return;
    draft.addCommand(job, joinSources(draft.path, lines, '\n'), 'sh');
  }

  /** A step of `run`: a script of its own, or code from elsewhere. */
  #readStep(node: YamlNode, job: JobDraft): void {
    const fields = fieldsOf(node, this.#reading);
    this.#addScript(valuesIn(fields, 'script'), job);
    for (const remote of valuesIn(fields, 'step', 'func', 'action')) {
      if (remote.kind === 'map') this.#addRemoteFields(fieldsOf(remote, this.#reading), job);
      else addAll(job.remoteCode, textsIn(remote, this.#reading, 'a step'));
    }
  }

  #addRemoteFields(fields: Fields, job: JobDraft): void {
    for (const nodes of fields.values()) {
      for (const node of nodes) {
        if (node.kind === 'scalar') job.remoteCode.push(this.#reading.sourceOf(node));
      }
    }
  }

  /** `trigger` starts a pipeline from other files or of another project. */
  #readTrigger(fields: Fields, job: JobDraft): void {
    for (const node of this.#inheritance.valuesOf(fields, 'trigger')) {
      if (node.kind !== 'map') addAll(job.remoteCode, textsIn(node, this.#reading, 'a project'));
      else {
        const trigger = fieldsOf(node, this.#reading);
        for (const include of valuesIn(trigger, 'include')) this.#addIncluded(include, job);
        for (const project of valuesIn(trigger, 'project')) {
          addAll(job.remoteCode, textsIn(project, this.#reading, 'a project'));
        }
      }
    }
  }

  #readMachine(fields: Fields, job: JobDraft): void {
    for (const node of this.#inheritance.itemsOf(this.#inheritance.valuesOf(fields, 'tags'))) {
      for (const tag of textsIn(node, this.#reading, 'a tag')) job.machine.push(tag.text);
    }
    for (const node of this.#inheritance.valuesOf(fields, 'timeout')) {
      job.timeoutSeconds = parseDuration(textOf(node) ?? '') ?? job.timeoutSeconds;
    }
  }

  /** `parallel: 5`, or a matrix: the sum over its entries of the product of their lists. */
  #readFanOut(node: YamlNode, job: JobDraft): void {
    const count = Number(textOf(node) ?? Number.NaN);
    if (Number.isSafeInteger(count)) job.fanOut = Math.min(Math.max(count, 1), fanOutMax);
    let total = 0;
    for (const matrix of valuesIn(fieldsOf(node, this.#reading), 'matrix')) {
      for (const entry of this.#inheritance.itemsOf([matrix])) {
        total += this.#matrixEntry(fieldsOf(entry, this.#reading), job);
      }
    }
    if (total > 0) job.fanOut = Math.min(total, fanOutMax);
  }

  #matrixEntry(entry: Fields, job: JobDraft): number {
    let product = 1;
    for (const [name, nodes] of entry) {
      const values = this.#variableTexts(nodes);
      product *= Math.max(1, values.length);
      for (const value of values) job.environment.push({ name, value });
    }
    return product;
  }
}

/** The keys of an include that name what it brings. */
const INCLUDE_KEYS = [
  'local',
  'remote',
  'template',
  'component',
  'project',
  'file',
  'artifact',
] as const;
