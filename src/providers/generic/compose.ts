/**
 * Reads Compose files: each service is a job, and so is a Dockerfile that stands in one. A service
 * takes in the one of the same file that it extends.
 */
import { extendsDepthMax } from '../../base/limits.ts';
import { textOf, type YamlMap, type YamlNode, type YamlScalar } from '../../base/yaml.ts';
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { serviceOf } from '../_compose/service.ts';
import { commandOfWords } from '../_text/command-words.ts';
import { EmbeddedText } from '../_text/embedded-text.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { fileWrite } from '../_text/file-write.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { inWorkflowFolder } from '../_text/workflow-folder.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { addMountedScripts, bindsOf } from './compose-mounts.ts';
import { withDefaults } from './compose-variables.ts';
import { dockerfileReader } from './dockerfile.ts';

const DIALECT: Dialect = 'compose';

export const composeReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path).toLowerCase();
    if (!isYamlName(name) || inWorkflowFolder(path)) return false;
    if (name.includes('docker-compose') || name.includes('podman-compose')) return true;
    return STARTS.some((start) => name.startsWith(start));
  },
  read(path, text) {
    const fill = (roots: readonly YamlNode[], reading: YamlReading): void => {
      new ComposeFile(joinFields(roots.map((root) => fieldsOf(root, reading))), reading).read();
    };
    return readYaml(DIALECT, path, text, fill, 'map', withDefaults);
  },
};

const STARTS = ['compose.', 'compose-', 'compose_'] as const;

/** Keys of which a service has its own and those of the service it extends. */
const SHARED_KEYS: ReadonlySet<string> = new Set([
  ...['configs', 'env_file', 'environment', 'secrets', 'volumes'],
]);

class ComposeFile {
  readonly #root: Fields;
  readonly #reading: YamlReading;
  readonly #services: Fields;
  /** Dockerfiles that were read: an alias brings the same one in again. */
  readonly #inline = new Set<YamlNode>();

  constructor(root: Fields, reading: YamlReading) {
    this.#root = root;
    this.#reading = reading;
    const services = valuesIn(root, 'services');
    for (const node of services) {
      if (node.kind !== 'map') reading.sayMisfit(node, 'the map of services');
    }
    this.#services =
      services.length > 0
        ? joinFields(services.map((node) => fieldsOf(node, reading)))
        : this.#oldServices();
  }

  read(): void {
    this.#readIncludes();
    const isOwn = (key: string): boolean => KEYS.has(key) || this.#services.has(key);
    if (isForeign(this.#root, isOwn, 'a Compose file', this.#reading)) return;
    for (const [name, nodes] of this.#services) {
      if (nodes.some(({ kind }) => kind === 'map')) this.#readService(name);
      for (const node of nodes) {
        if (node.kind !== 'map') this.#reading.sayMisfit(node, 'a service');
      }
    }
  }

  /** The first form of the file had no `services`: every map with an image or a build was one. */
  #oldServices(): Fields {
    const isService = (node: YamlNode): boolean => {
      const fields = fieldsOf(node, this.#reading);
      return fields.has('image') || fields.has('build');
    };
    return new Map([...this.#root].filter(([, nodes]) => nodes.some(isService)));
  }

  /** Other Compose files: paths, or maps with paths. */
  #readIncludes(): void {
    const job = jobDraft('');
    for (const item of this.#items(valuesIn(this.#root, 'include'))) {
      const nodes =
        item.kind === 'map' ? valuesIn(fieldsOf(item, this.#reading), 'path', 'env_file') : [item];
      for (const path of this.#texts(nodes, 'the path of a file')) {
        (isRemote(path.text) ? job.remoteCode : job.filesRun).push(path);
      }
    }
    if (job.remoteCode.length + job.filesRun.length > 0) this.#reading.draft.jobs.push(job);
  }

  #readService(name: string): void {
    const fields = this.#inherited(name, 0);
    const { draft } = this.#reading;
    const job = serviceOf(name, fields, this.#reading, (inline) => this.#readInline(inline, name));
    const own = job.commands.splice(0);
    this.#writeFiles(fields, job);
    this.#enterFolder(fields, job);
    addAll(job.commands, own);
    const watched = ['watch', 'exec', 'command'] as const;
    for (const node of valuesAt(valuesIn(fields, 'develop'), watched, this.#reading)) {
      const line = commandLineOf([node], this.#reading);
      if (line !== null) draft.addCommand(job, line, 'sh');
    }
    this.#readRemote(fields, job);
    this.#readMachine(fields, job);
    addMountedScripts(bindsOf(valuesIn(fields, 'volumes'), this.#reading), job, this.#reading);
    draft.jobs.push(job);
  }

  /** A service with what it takes from the one it extends. */
  #inherited(name: string, depth: number): Fields {
    const own = joinFields(
      valuesIn(this.#services, name).map((node) => fieldsOf(node, this.#reading)),
    );
    const parents = valuesIn(own, 'extends').flatMap((node) => {
      const fields = fieldsOf(node, this.#reading);
      if (node.kind === 'map' && fields.has('file')) return [];
      return (node.kind === 'map' ? valuesIn(fields, 'service') : [node]).flatMap(
        (each) => textOf(each) ?? [],
      );
    });
    const parent = parents.at(-1);
    if (parent === undefined || !this.#services.has(parent)) return own;
    if (depth >= extendsDepthMax) {
      this.#reading.draft.say(
        `\`extends\` goes deeper than ${extendsDepthMax}; the rest was not read`,
      );
      return own;
    }
    return this.#merged(this.#inherited(parent, depth + 1), own);
  }

  #merged(parent: Fields, own: Fields): Fields {
    const merged = new Map(parent);
    for (const [key, nodes] of own) {
      const inherited = SHARED_KEYS.has(key) ? valuesIn(parent, key) : [];
      merged.set(key, [...inherited, ...nodes]);
    }
    return merged;
  }

  /** A Dockerfile in the file itself is a job of its own: it runs while the image is built. */
  #readInline(node: YamlNode, service: string): void {
    if (node.kind !== 'scalar') {
      this.#reading.sayMisfit(node, 'a Dockerfile');
      return;
    }
    if (this.#inline.has(node)) return;
    this.#inline.add(node);
    const { draft } = this.#reading;
    const outer = this.#reading.sourceOf(node);
    const embedded = new EmbeddedText(outer);
    const { jobs, unread } = dockerfileReader.read(draft.path, outer.text);
    for (const sentence of unread)
      draft.say(`Dockerfile of ${service.slice(0, NAME_LENGTH_MAX)}: ${sentence}`);
    const job = jobDraft(`${service.slice(0, NAME_LENGTH_MAX)} build`);
    for (const each of jobs) {
      for (const { source, ...command } of each.commands) {
        draft.addCommand(job, embedded.place(source), command.shell);
      }
      addAll(
        job.images,
        each.images.map((image) => embedded.place(image)),
      );
      addAll(
        job.remoteCode,
        each.remoteCode.map((code) => embedded.place(code)),
      );
      for (const { name, value } of each.environment) {
        job.environment.push({ name, value: embedded.place(value) });
      }
    }
    draft.jobs.push(job);
  }

  /** Configurations and secrets whose text stands in the file, as the commands that write them. */
  #writeFiles(fields: Fields, job: JobDraft): void {
    for (const [key, folder] of FILE_KEYS) {
      for (const item of this.#items(valuesIn(fields, key))) {
        const entry = fieldsOf(item, this.#reading);
        const name = item.kind === 'map' ? lastText(valuesIn(entry, 'source')) : item.value;
        const target = lastText(valuesIn(entry, 'target')) || name;
        const path = target.startsWith('/') ? target : folder + target;
        for (const body of this.#contents(key, name)) this.#writeFile(path, body, job);
      }
    }
  }

  #contents(key: string, name: string): readonly SourceText[] {
    const entries = valuesIn(this.#root, key)
      .flatMap((node) => valuesIn(fieldsOf(node, this.#reading), name))
      .flatMap((node) => valuesIn(fieldsOf(node, this.#reading), 'content'));
    return this.#texts(entries, 'a text');
  }

  #writeFile(path: string, body: SourceText, job: JobDraft): void {
    const { draft } = this.#reading;
    if (!draft.fits(path.length + body.text.length)) return;
    const target = { ...body, text: path, segments: body.segments.slice(0, 3) };
    draft.addCommand(job, fileWrite(target, body), 'sh');
  }

  #enterFolder(fields: Fields, job: JobDraft): void {
    for (const folder of this.#texts(valuesIn(fields, 'working_dir'), 'a folder')) {
      const { draft } = this.#reading;
      const word = { ...folder, text: 'cd', segments: folder.segments.slice(0, 3) };
      if (draft.fits(folder.text.length))
        draft.addCommand(job, commandOfWords(draft.path, [word, folder]), 'sh');
    }
  }

  /** A provider runs a program of its own; contexts beside the first may lie anywhere. */
  #readRemote(fields: Fields, job: JobDraft): void {
    const contexts = valuesAt(
      valuesIn(fields, 'build'),
      ['additional_contexts', '*'],
      this.#reading,
    );
    const providers = valuesAt(valuesIn(fields, 'provider'), ['type'], this.#reading);
    const remote = this.#texts(contexts, 'a context').filter(({ text }) => isRemote(text));
    addAll(job.remoteCode, [...remote, ...this.#texts(providers, 'a provider')]);
  }

  #readMachine(fields: Fields, job: JobDraft): void {
    const placement = valuesAt(
      valuesIn(fields, 'deploy'),
      ['placement', 'constraints'],
      this.#reading,
    );
    for (const { text } of this.#texts(
      [...valuesIn(fields, 'platform', 'runtime'), ...placement],
      'a text',
    )) {
      job.machine.push(text.slice(0, NAME_LENGTH_MAX));
    }
  }

  #items(nodes: readonly YamlNode[]): readonly (YamlScalar | YamlMap)[] {
    return nodes.flatMap((node) => [...itemsIn(node, this.#reading)]);
  }

  #texts(nodes: readonly YamlNode[], place: string): readonly SourceText[] {
    return nodes.flatMap((node) => textsIn(node, this.#reading, place));
  }
}

/** Keys at the root of a file. */
const KEYS: ReadonlySet<string> = new Set([
  ...['configs', 'include', 'models', 'name', 'networks', 'secrets', 'services', 'version'],
  'volumes',
]);

const NAME_LENGTH_MAX = 100;

/** Lists of files of a service, and the folder that a name alone stands in. */
const FILE_KEYS: readonly (readonly [string, string])[] = [
  ['configs', '/'],
  ['secrets', '/run/secrets/'],
];

function isRemote(path: string): boolean {
  return path.includes('://') || path.startsWith('git@') || path.startsWith('oci:');
}

function lastText(nodes: readonly YamlNode[]): string {
  return textOf(nodes.at(-1)) ?? '';
}
