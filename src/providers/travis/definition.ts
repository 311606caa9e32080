/**
 * Reads `.travis.yml`. The file describes one job and what multiplies it: rows of `env`, lists of
 * versions and machines. Entries of `jobs.include` are jobs of their own that say something else in
 * a few places.
 */
import { fanOutMax, jobNameLengthMax, matrixRowsMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { type Axis, combinations } from '../_text/matrix-rows.ts';
import { printable } from '../_text/printable.ts';
import { joinSources } from '../_text/source-builder.ts';
import { addRowCommands } from '../_text/step-commands.ts';
import { type Fields, fieldsOf, joinFields, NO_FIELDS, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { isClosedLine } from './closed-line.ts';
import { readEnvironment, type TravisEnvironment } from './environment.ts';
import { AXES, LANGUAGE_COMMANDS } from './languages.ts';

const DIALECT: Dialect = 'travis';

export const travisReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    return baseNameOf(path) === '.travis.yml';
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      if (isForeign(root, (key) => KEYS.has(key), 'a build of Travis CI', reading)) return;
      if (root.size > 0) new TravisFile(root, reading).read();
    });
  },
};

/** In the order in which they run. `deploy` stands in its place and is read apart. */
const PHASES = [
  'before_install',
  'install',
  'before_script',
  'script',
  'before_cache',
  'after_success',
  'after_failure',
  'before_deploy',
  'deploy',
  'after_deploy',
  'after_script',
] as const;

/** What says which machine a job gets and what runs on it beside the job. */
const MACHINE_KEYS = ['os', 'dist', 'arch', 'osx_image', 'group', 'virt', 'services'] as const;

/** Keys at the root of a file. */
const KEYS: ReadonlySet<string> = new Set<string>([
  ...[...PHASES, ...MACHINE_KEYS, ...AXES.map(([key]) => key)],
  ...[
    'addons',
    'branches',
    'cache',
    'conditions',
    'env',
    'git',
    'if',
    'import',
    'jobs',
    'language',
  ],
  ...['matrix', 'notifications', 'stages', 'sudo', 'version', 'vault', 'vm'],
]);

class TravisFile {
  readonly #root: Fields;
  readonly #reading: YamlReading;
  readonly #environment: TravisEnvironment;
  /** The file's own lists, by their key: every job has those that it does not say itself. */
  readonly #axes: ReadonlyMap<string, readonly SourceText[]>;
  readonly #closed = new Map<SourceText, boolean>();

  constructor(root: Fields, reading: YamlReading) {
    this.#root = root;
    this.#reading = reading;
    this.#environment = readEnvironment(valuesIn(root, 'env'), reading);
    this.#axes = new Map(AXES.map(([key]) => [key, this.#versionsIn(valuesIn(root, key))]));
  }

  read(): void {
    this.#readImports();
    this.#readRows();
    for (const node of valuesIn(this.#root, 'jobs', 'matrix')) {
      const included =
        node.kind === 'map' ? valuesIn(fieldsOf(node, this.#reading), 'include') : [];
      for (const item of node.kind === 'map' ? included : [node]) this.#readIncluded(item);
    }
  }

  /** Other files bring code into all of this one, so they stand in a job without a name. */
  #readImports(): void {
    const job = jobDraft('');
    for (const node of valuesIn(this.#root, 'import')) {
      for (const item of itemsIn(node, this.#reading)) {
        const names =
          item.kind === 'map' ? valuesIn(fieldsOf(item, this.#reading), 'source') : [item];
        for (const name of names.flatMap((each) => textsIn(each, this.#reading, 'an import'))) {
          const isElsewhere = name.text.includes(':') || name.text.includes('@');
          (isElsewhere ? job.remoteCode : job.filesRun).push(name);
        }
      }
    }
    if (job.remoteCode.length + job.filesRun.length > 0) this.#reading.draft.jobs.push(job);
  }

  /** The job that the whole file is: each row of `env` sets its variables for all of the script. */
  #readRows(): void {
    const { draft } = this.#reading;
    const { rows, commands } = this.#environment;
    if (rows.length > matrixRowsMax) {
      draft.giveUp(`\`env\` has more than ${matrixRowsMax} rows; the rest was not read`);
    }
    const job = this.#job('', NO_FIELDS, []);
    const script = this.#commandsOf(this.#linesOf(NO_FIELDS, commands));
    const steps = (rows.length === 0 ? [NO_ROW] : rows.slice(0, matrixRowsMax)).map((row) => ({
      environment: row.variables,
      commands: [...row.commands, ...script].map((source) => ({ source, shell: 'sh' as const })),
    }));
    addRowCommands(steps, job, this.#reading);
    job.fanOut = Math.min(combinations(this.#axesOf(NO_FIELDS)) * steps.length, fanOutMax);
    draft.jobs.push(job);
  }

  #readIncluded(node: YamlNode): void {
    for (const item of itemsIn(node, this.#reading)) {
      if (item.kind !== 'map') {
        this.#reading.sayMisfit(item, 'a job');
        continue;
      }
      const own = fieldsOf(item, this.#reading);
      const names =
        valuesIn(own, 'name').length > 0 ? valuesIn(own, 'name') : valuesIn(own, 'stage');
      const { shared, rows, commands } = readEnvironment(valuesIn(own, 'env'), this.#reading);
      const variables = [...shared, ...rows.flatMap((row) => row.variables)];
      const job = this.#job(textOf(names.at(-1)) ?? '', own, variables);
      const set = [...this.#environment.commands, ...commands, ...rows.flatMap((r) => r.commands)];
      this.#addCommands(this.#commandsOf(this.#linesOf(own, set)), job);
      this.#reading.draft.jobs.push(job);
    }
  }

  /** The values of a key: the job's own, else the file's. */
  #valuesOf(own: Fields, key: string): readonly YamlNode[] {
    return own.has(key) ? valuesIn(own, key) : valuesIn(this.#root, key);
  }

  #job(name: string, own: Fields, variables: readonly Variable[]): JobDraft {
    const { draft } = this.#reading;
    const job = jobDraft(printable(name, jobNameLengthMax));
    for (const { name: variable, values } of this.#axesOf(own)) {
      const versions = values.map((value) => ({ name: variable, value }));
      draft.shareVariables(versions, job);
    }
    draft.shareVariables(this.#environment.shared, job);
    draft.shareVariables(variables, job);
    const sizes = this.#valuesOf(own, 'vm').flatMap((node) =>
      valuesIn(fieldsOf(node, this.#reading), 'size'),
    );
    const labels = MACHINE_KEYS.flatMap((key) => this.#valuesOf(own, key));
    for (const label of [...labels, ...sizes].flatMap((node) => this.#labelsIn(node))) {
      if (draft.takesPart()) job.machine.push(label.text);
    }
    for (const node of this.#valuesOf(own, 'addons')) this.#readSources(node, job);
    return job;
  }

  /** A service may be a map with options; its name is the key. */
  #labelsIn(node: YamlNode): readonly SourceText[] {
    return [...itemsIn(node, this.#reading)].flatMap((item) => {
      if (item.kind === 'scalar') return textsIn(item, this.#reading, 'a label');
      return item.entries.map(({ key }) => this.#reading.sourceOf(key));
    });
  }

  #axesOf(own: Fields): readonly Axis[] {
    return AXES.map(([key, name]) => ({
      name,
      values: own.has(key) ? this.#versionsIn(valuesIn(own, key)) : (this.#axes.get(key) ?? []),
    }));
  }

  #versionsIn(nodes: readonly YamlNode[]): readonly SourceText[] {
    return nodes
      .flatMap((node) => [...itemsIn(node, this.#reading)])
      .flatMap((item) =>
        item.kind === 'scalar' ? [item] : valuesIn(fieldsOf(item, this.#reading), 'version'),
      )
      .flatMap((node) => textsIn(node, this.#reading, 'a version'));
  }

  /** All lines that a job runs, in their order. */
  #linesOf(own: Fields, before: readonly SourceText[]): readonly SourceText[] {
    const lines = [...before, ...this.#addonCommands(own)];
    for (const phase of PHASES) {
      const nodes = this.#valuesOf(own, phase);
      if (phase === 'deploy')
        addAll(
          lines,
          nodes.flatMap((node) => this.#deployLines(node)),
        );
      else
        addAll(
          lines,
          nodes.flatMap((node) => textsIn(node, this.#reading, 'a command')),
        );
      if (nodes.length === 0) addAll(lines, this.#unasked(own, phase));
    }
    return lines;
  }

  /** What the language runs where the file says nothing; it stands where the language does. */
  #unasked(own: Fields, phase: string): readonly SourceText[] {
    if (phase !== 'install' && phase !== 'script') return [];
    return this.#valuesOf(own, 'language')
      .flatMap((node) => textsIn(node, this.#reading, 'a language'))
      .flatMap((language) => {
        const text = LANGUAGE_COMMANDS.get(language.text.toLowerCase())?.[phase] ?? '';
        return text === '' ? [] : [{ ...language, text, segments: language.segments.slice(0, 3) }];
      });
  }

  #deployLines(node: YamlNode): readonly SourceText[] {
    return [...itemsIn(node, this.#reading)].flatMap((item) =>
      valuesIn(fieldsOf(item, this.#reading), 'script', 'run').flatMap((value) =>
        textsIn(value, this.#reading, 'a command'),
      ),
    );
  }

  #addonCommands(own: Fields): readonly SourceText[] {
    return this.#valuesOf(own, 'addons')
      .flatMap((node) => valuesIn(fieldsOf(node, this.#reading), 'coverity_scan'))
      .map((node) => fieldsOf(node, this.#reading))
      .flatMap((scan) => valuesIn(scan, 'build_command_prepend', 'build_command'))
      .flatMap((node) => textsIn(node, this.#reading, 'a command'));
  }

  /** Package sources of others: a line of apt's, a tap of Homebrew's. */
  #readSources(addons: YamlNode, job: JobDraft): void {
    const fields = fieldsOf(addons, this.#reading);
    const apt = valuesIn(fields, 'apt').map((node) => fieldsOf(node, this.#reading));
    const brew = valuesIn(fields, 'homebrew').map((node) => fieldsOf(node, this.#reading));
    const lines = apt
      .flatMap((each) => valuesIn(each, 'sources'))
      .flatMap((node) => [...itemsIn(node, this.#reading)])
      .flatMap((item) =>
        item.kind === 'map' ? valuesIn(fieldsOf(item, this.#reading), 'sourceline') : [item],
      );
    const taps = brew.flatMap((each) => valuesIn(each, 'taps'));
    for (const node of [...lines, ...taps]) {
      addAll(job.remoteCode, textsIn(node, this.#reading, 'a source'));
    }
    for (const file of brew.flatMap((each) => valuesIn(each, 'brewfile'))) {
      const names = textsIn(file, this.#reading, 'a path');
      addAll(
        job.filesRun,
        names.filter(({ text }) => text !== 'true' && text !== 'false'),
      );
    }
  }

  /** Whole lines as one command, so that variables carry over; the others each for itself. */
  #commandsOf(lines: readonly SourceText[]): readonly SourceText[] {
    const { draft } = this.#reading;
    const whole = lines.filter((line) => this.#isClosed(line));
    const open = lines.filter((line) => !this.#isClosed(line));
    const length = whole.reduce((sum, line) => sum + line.text.length + 1, 0);
    if (whole.length === 0 || !draft.fits(length)) return open;
    return [joinSources(draft.path, whole, '\n'), ...open];
  }

  /** Jobs share lines, and each is looked through once. */
  #isClosed(line: SourceText): boolean {
    const known = this.#closed.get(line) ?? isClosedLine(line.text);
    this.#closed.set(line, known);
    return known;
  }

  #addCommands(commands: readonly SourceText[], job: JobDraft): void {
    for (const source of commands) this.#reading.draft.addCommand(job, source, 'sh');
  }
}

const NO_ROW = { variables: [], commands: [] } as const;
