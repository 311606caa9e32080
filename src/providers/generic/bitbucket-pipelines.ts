/**
 * Reads Bitbucket Pipelines. Each step is a job; a step that several pipelines share by an alias is
 * read once, and steps under `definitions` that no pipeline of the file uses are read as well.
 */
import { jobNameLengthMax, yamlDepthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { withoutDocker } from '../_actions/container.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { joinSources } from '../_text/source-builder.ts';
import { type Fields, fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'bitbucket-pipelines';

export const bitbucketPipelinesReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    return name === 'bitbucket-pipelines.yml' || name === 'bitbucket-pipelines.yaml';
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      new BitbucketFile(root, reading).read();
    });
  },
};

/** What a pipeline hands down to its steps. */
interface Scope {
  readonly environment: readonly Variable[];
}

const KEYS: ReadonlySet<string> = new Set(['definitions', 'image', 'pipelines']);
const NO_SCOPE: Scope = { environment: [] };
/** Keys of `pipelines` that hold one pipeline for each pattern of a branch or a tag. */
const BY_PATTERN: ReadonlySet<string> = new Set([
  'branches',
  'tags',
  'bookmarks',
  'pull-requests',
  'custom',
]);

class BitbucketFile {
  readonly #root: Fields;
  readonly #reading: YamlReading;
  readonly #services = new Map<string, Fields>();
  readonly #seen = new Set<YamlNode>();

  constructor(root: Fields, reading: YamlReading) {
    this.#root = root;
    this.#reading = reading;
  }

  read(): void {
    const reading = this.#reading;
    if (isForeign(this.#root, (key) => KEYS.has(key), 'a file of pipelines', reading)) return;
    const definitions = this.#fieldsIn(this.#root, 'definitions');
    for (const fields of this.#eachField(definitions, 'services')) {
      for (const [name, nodes] of fields) {
        for (const node of nodes) this.#services.set(name, fieldsOf(node, reading));
      }
    }
    for (const fields of this.#eachField(this.#root, 'pipelines')) this.#readPipelines(fields);
    for (const fields of this.#eachField(definitions, 'pipelines')) {
      for (const nodes of fields.values()) for (const node of nodes) this.#readPipeline(node);
    }
    for (const node of valuesIn(definitions, 'steps')) this.#readItems(node, NO_SCOPE, 0);
  }

  #fieldsIn(fields: Fields, key: string): Fields {
    return joinFields(this.#eachField(fields, key));
  }

  #eachField(fields: Fields, ...keys: readonly [string, ...string[]]): readonly Fields[] {
    return valuesIn(fields, ...keys).map((node) => fieldsOf(node, this.#reading));
  }

  #readPipelines(pipelines: Fields): void {
    for (const [key, nodes] of pipelines) {
      for (const node of nodes) {
        if (!BY_PATTERN.has(key)) this.#readPipeline(node);
        else if (node.kind !== 'map') this.#reading.sayMisfit(node, 'a map of pipelines');
        else {
          for (const each of fieldsOf(node, this.#reading).values()) {
            for (const pipeline of each) this.#readPipeline(pipeline);
          }
        }
      }
    }
  }

  /** A list of steps, or a map that imports a pipeline of another repository. */
  #readPipeline(node: YamlNode): void {
    if (node.kind === 'scalar') {
      this.#reading.sayMisfit(node, 'a pipeline');
      return;
    }
    const fields = fieldsOf(node, this.#reading);
    if (fields.has('import')) this.#addImport(valuesIn(fields, 'import'));
    else this.#readItems(node, { environment: this.#customVariables(node) }, 0);
  }

  #addImport(nodes: readonly YamlNode[]): void {
    const job = jobDraft('');
    for (const node of nodes) {
      addAll(job.remoteCode, textsIn(node, this.#reading, 'a pipeline to import'));
    }
    this.#reading.draft.jobs.push(job);
  }

  /** `variables` in a custom pipeline: what whoever starts it may set, with defaults. */
  #customVariables(node: YamlNode): readonly Variable[] {
    const reading = this.#reading;
    return [...itemsIn(node, reading)]
      .flatMap((item) => valuesIn(fieldsOf(item, reading), 'variables'))
      .flatMap((list) => [...itemsIn(list, reading)])
      .flatMap((item) => {
        const fields = fieldsOf(item, reading);
        const name = textOf(valuesIn(fields, 'name').at(-1));
        const defaults = valuesIn(fields, 'default').flatMap((each) =>
          textsIn(each, reading, 'a default'),
        );
        return name === undefined ? [] : defaults.map((value) => ({ name, value }));
      });
  }

  /** Steps, parallel groups and stages, inside one another. */
  #readItems(node: YamlNode, scope: Scope, depth: number): void {
    const reading = this.#reading;
    if (depth >= yamlDepthMax) {
      reading.draft.giveUp(`steps nest deeper than ${yamlDepthMax}; the inner ones were not read`);
      return;
    }
    for (const item of itemsIn(node, reading)) {
      const fields = fieldsOf(item, reading);
      const groups = valuesIn(fields, 'parallel', 'stage');
      const steps = valuesIn(fields, 'step');
      for (const step of steps) this.#readStep(step, scope);
      for (const group of groups) {
        if (group.kind === 'sequence') this.#readItems(group, scope, depth + 1);
        for (const inner of valuesIn(fieldsOf(group, reading), 'steps')) {
          this.#readItems(inner, scope, depth + 1);
        }
      }
      const isKnown = steps.length + groups.length > 0 || fields.has('variables');
      // An alias may name the step itself, without `step:` in front of it.
      if (!isKnown && fields.has('script')) this.#readStep(item, scope);
      else if (!isKnown) reading.sayMisfit(item, 'a step');
    }
  }

  #readStep(node: YamlNode, scope: Scope): void {
    const reading = this.#reading;
    if (node.kind !== 'map') {
      reading.sayMisfit(node, 'a step');
      return;
    }
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    const fields = fieldsOf(node, reading);
    const name = textOf(valuesIn(fields, 'name').at(-1)) ?? '';
    const job = jobDraft(printable(name, jobNameLengthMax));
    reading.draft.shareVariables(scope.environment, job);
    const images = valuesIn(fields, 'image');
    for (const image of images.length > 0 ? images : valuesIn(this.#root, 'image')) {
      this.#addImage(image, job);
    }
    for (const list of valuesIn(fields, 'services')) {
      for (const service of textsIn(list, reading, 'a service')) this.#addService(service, job);
    }
    this.#readMachine(fields, job);
    this.#readScript(valuesIn(fields, 'script'), job);
    this.#readScript(valuesIn(fields, 'after-script'), job);
    reading.draft.jobs.push(job);
  }

  /** A name, or a map with `name`; `aws` and passwords say who may pull it. */
  #addImage(node: YamlNode, job: JobDraft): void {
    const nodes = node.kind === 'map' ? valuesIn(fieldsOf(node, this.#reading), 'name') : [node];
    addAll(
      job.images,
      nodes.flatMap((each) => textsIn(each, this.#reading, 'an image')),
    );
  }

  #addService(name: SourceText, job: JobDraft): void {
    const service = this.#services.get(name.text);
    if (service === undefined) {
      // `docker` is there without a definition.
      if (name.text !== 'docker') this.#sayUnknownService(name.text);
      return;
    }
    for (const image of valuesIn(service, 'image')) this.#addImage(image, job);
    for (const variables of valuesIn(service, 'variables', 'environment')) {
      addAll(job.environment, variablesIn(variables, this.#reading));
    }
  }

  #sayUnknownService(name: string): void {
    this.#reading.draft.sayUnknown(
      `the service \`${printable(name, 80)}\` is not defined in this file`,
    );
  }

  #readMachine(fields: Fields, job: JobDraft): void {
    const options = this.#eachField(this.#root, 'options');
    const inherited = (key: string): readonly YamlNode[] => {
      const own = valuesIn(fields, key);
      return own.length > 0 ? own : options.flatMap((each) => valuesIn(each, key));
    };
    const labels = [...valuesIn(fields, 'runs-on'), ...inherited('size')];
    for (const node of labels) {
      for (const label of textsIn(node, this.#reading, 'a label')) job.machine.push(label.text);
    }
    for (const node of inherited('max-time')) {
      const minutes = Number(textOf(node) ?? Number.NaN);
      if (minutes > 0 && Number.isFinite(minutes)) job.timeoutSeconds = Math.round(minutes * 60);
    }
  }

  /** The lines between two pipes run in one shell; a pipe is a container with variables. */
  #readScript(nodes: readonly YamlNode[], job: JobDraft): void {
    const { draft } = this.#reading;
    let lines: SourceText[] = [];
    const flush = (): void => {
      const length = lines.reduce((sum, line) => sum + line.text.length + 1, 0);
      if (lines.length > 0 && draft.fits(length)) {
        draft.addCommand(job, joinSources(draft.path, lines, '\n'), 'sh');
      }
      lines = [];
    };
    for (const item of nodes.flatMap((node) => [...itemsIn(node, this.#reading)])) {
      if (item.kind === 'scalar') addAll(lines, textsIn(item, this.#reading, 'a command'));
      else {
        flush();
        this.#readPipe(item, job);
      }
    }
    flush();
  }

  #readPipe(node: YamlNode, job: JobDraft): void {
    const reading = this.#reading;
    const fields = fieldsOf(node, reading);
    const pipes = valuesIn(fields, 'pipe').flatMap((each) => textsIn(each, reading, 'a pipe'));
    if (pipes.length === 0) reading.sayMisfit(node, 'a command');
    for (const pipe of pipes) {
      const image = withoutDocker(pipe);
      (image === pipe ? job.remoteCode : job.images).push(image);
    }
    for (const variables of valuesIn(fields, 'variables')) {
      addAll(job.environment, variablesIn(variables, reading));
    }
  }
}
