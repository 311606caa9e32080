/**
 * Reads Jenkinsfiles. A Jenkinsfile is a Groovy program, and only running it would tell what it
 * does; so this finds the steps that run something, wherever they stand, and what their arguments
 * say in so many words. One job for the file: its stages share a workspace. What Groovy works out
 * is named as unread.
 */
import { fanOutMax, scanFileBytesMax } from '../../base/limits.ts';
import type { Command, Dialect, DialectReader } from '../../model/job-definition.ts';
import { type SourceText, verbatim } from '../../model/source-text.ts';
import { commandOfWords, shebangOf, shellKindOf } from '../_text/command-words.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { fileWrite } from '../_text/file-write.ts';
import { addAll, DefinitionDraft, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { joinSources, sliceSource } from '../_text/source-builder.ts';
import { type GroovyArgument, GroovyCalls } from './groovy-calls.ts';
import { groovyTokens } from './groovy-tokens.ts';

const DIALECT: Dialect = 'jenkinsfile';

export const jenkinsfileReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path).toLowerCase();
    if (name.endsWith('.jenkinsfile')) return true;
    const rest = name.startsWith(NAME) ? name.slice(NAME.length) : 'x';
    return (
      rest === '' ||
      ('.-_'.includes(rest[0] ?? 'x') && !OTHER_ENDINGS.some((ending) => rest.endsWith(ending)))
    );
  },
  read(path, text) {
    const draft = new DefinitionDraft(DIALECT, path);
    if (text.length > scanFileBytesMax) draft.say('the file is too large and was not read');
    else new Jenkinsfile(draft, text).read();
    return draft.build();
  },
};

const NAME = 'jenkinsfile';
/** Pages and pictures about one. */
const OTHER_ENDINGS = ['.md', '.txt', '.png', '.svg', '.html', '.json'] as const;

/** What stands between `{` and `}`, by the word in front of it. */
interface Block {
  readonly name: string;
  /** The token that closes it. */
  readonly end: number;
  /** Branches of `parallel`; product of the axes of `matrix`. */
  copies: number;
}

type Handler = (file: Jenkinsfile, index: number) => void;

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['sh', (file, index) => file.runStep(index, 'sh')],
  ['bat', (file, index) => file.runStep(index, 'sh')],
  ['powershell', (file, index) => file.runStep(index, 'powershell')],
  ['pwsh', (file, index) => file.runStep(index, 'powershell')],
  ['sshCommand', (file, index) => file.runStep(index, 'sh')],
  ['image', (file, index) => file.addImage(index)],
  ['docker', (file, index) => file.addImage(index)],
  ['containerTemplate', (file, index) => file.addContainer(index)],
  ['dockerfile', (file, index) => file.addDockerfile(index)],
  ['filename', (file, index) => file.addNamedDockerfile(index)],
  ['yaml', (file, index) => file.addPod(index)],
  ['yamlFile', (file, index) => file.addFile(index)],
  ['load', (file, index) => file.addFile(index)],
  ['sshScript', (file, index) => file.addFile(index)],
  ['label', (file, index) => file.addMachine(index)],
  ['node', (file, index) => file.addMachine(index)],
  ['cron', (file, index) => file.addSchedule(index)],
  ['parameterizedCron', (file, index) => file.addSchedule(index)],
  ['timeout', (file, index) => file.limitTime(index)],
  ['library', (file, index) => file.addRemote(index)],
  ['lib', (file, index) => file.addRemote(index)],
  ['Library', (file, index) => file.addRemote(index)],
  ['Grab', (file, index) => file.addRemote(index)],
  ['git', (file, index) => file.addRemote(index)],
  ['build', (file, index) => file.addBuild(index)],
  ['withEnv', (file, index) => file.addVariables(index)],
  ['writeFile', (file, index) => file.writeFile(index)],
  ['evaluate', (file, index) => file.sayDynamic(index)],
  ['me', (file, index) => file.sayDynamic(index)],
  ['GroovyShell', (file, index) => file.sayDynamic(index)],
  ['execute', (file, index) => file.execute(index)],
  ['parallel', (file, index) => file.addBranches(index)],
  ['stage', (file) => file.addBranch()],
  ['values', (file, index) => file.addAxis(index)],
  ['string', (file, index) => file.addParameter(index)],
  ['text', (file, index) => file.addParameter(index)],
  ['choice', (file, index) => file.addParameter(index)],
]);

class Jenkinsfile {
  readonly #draft: DefinitionDraft;
  readonly #calls: GroovyCalls;
  readonly #job: JobDraft = jobDraft('');
  readonly #schedules: string[] = [];
  readonly #blocks: Block[] = [];

  constructor(draft: DefinitionDraft, text: string) {
    this.#draft = draft;
    const tokens = groovyTokens(text);
    if (tokens.problem !== null) draft.say(tokens.problem);
    this.#calls = new GroovyCalls(verbatim(draft.path, text), tokens);
  }

  read(): void {
    const { tokens } = this.#calls;
    for (let index = 0; index < tokens.length; index++) {
      const token = tokens[index];
      while (this.#block !== undefined && this.#block.end <= index) this.#closeBlock();
      if (token === undefined || token.kind === 'string') continue;
      if (token.text === '{') this.#openBlock(index);
      else if (token.kind === 'name') this.#readName(token.text, index);
    }
    while (this.#block !== undefined) this.#closeBlock();
    if (this.#calls.isExhausted)
      this.#draft.giveUp('steps stand in one another; some were not read');
    this.#job.schedules = this.#schedules;
    this.#draft.jobs.push(this.#job);
  }

  get #block(): Block | undefined {
    return this.#blocks.at(-1);
  }

  #isIn(...names: readonly string[]): boolean {
    return names.includes(this.#block?.name ?? '');
  }

  #openBlock(index: number): void {
    const before = this.#calls.mark(index - 1);
    const name = before === ')' ? this.#calls.mark(this.#calls.opener(index - 1) - 1) : before;
    this.#blocks.push({ name, end: this.#calls.closer(index), copies: name === 'matrix' ? 1 : 0 });
  }

  #closeBlock(): void {
    const block = this.#blocks.pop();
    if (block === undefined) return;
    this.#job.fanOut = Math.min(Math.max(this.#job.fanOut, block.copies, 1), fanOutMax);
  }

  #readName(name: string, index: number): void {
    if (this.#isAssigned(index)) this.#assign(name, index);
    else HANDLERS.get(name)?.(this, index);
  }

  /** `name = …` and `name += …`, but not `==` and not a key of a map. */
  #isAssigned(index: number): boolean {
    const first = this.#calls.mark(index + 1);
    const second = this.#calls.mark(index + 2);
    return first === '+' ? second === '=' : first === '=' && second !== '=' && second !== '~';
  }

  #assign(name: string, index: number): void {
    const isAdded = this.#calls.mark(index + 1) === '+';
    const from = index + (isAdded ? 3 : 2);
    const added = this.#calls.value({ from, to: this.#calls.statementEnd(from) });
    if (added === null || !this.#draft.takesPart()) return;
    const old = isAdded ? this.#calls.get(name) : undefined;
    const value = old === undefined ? added : joinSources(this.#draft.path, [old, added], '');
    this.#calls.set(name, value);
    this.#job.environment.push({ name, value });
  }

  /** A step's argument by its name, or the first one without a name. */
  #argument(index: number, ...names: readonly string[]): GroovyArgument | undefined {
    const given = this.#calls.argumentsOf(index);
    return given.find(({ name }) => name === null || names.includes(name));
  }

  #text(index: number, ...names: readonly string[]): SourceText | null {
    const argument = this.#argument(index, ...names);
    return argument === undefined ? null : this.#calls.value(argument);
  }

  runStep(index: number, shell: Command['shell']): void {
    const argument = this.#argument(index, 'script', 'command');
    if (argument === undefined) return;
    const source = this.#calls.value(argument);
    if (source !== null) {
      this.#addCommand(source, shell);
      return;
    }
    // Whatever Groovy makes of them, the words are there.
    for (const part of this.#calls.strings(argument.from, argument.to)) {
      this.#addCommand(part, shell);
    }
    this.#say(index, 'runs a text that Groovy puts together');
  }

  #addCommand(source: SourceText, shell: Command['shell']): void {
    const shebang = shell === 'sh' ? shebangOf(source.text.trimStart()) : undefined;
    const kind = shebang === undefined ? shell : shellKindOf(shebang);
    this.#draft.addCommand(this.#job, source, kind);
  }

  #say(index: number, what: string): void {
    const line = this.#calls.at(index).segments[1] ?? 1;
    this.#draft.sayUnknown(`line ${line}: \`${this.#calls.mark(index)}\` ${what}`);
  }

  sayDynamic(index: number): void {
    const isMe = this.#calls.mark(index) === 'me';
    if (isMe && this.#calls.mark(index - 2) !== 'Eval') return;
    if (this.#calls.mark(index + 1) === '(' || this.#calls.argumentsOf(index).length > 0) {
      this.#say(index, 'runs a text as Groovy, which was not read');
    }
  }

  /** `'ls'.execute()` and `['ls', '-l'].execute()` start a program on the controller. */
  execute(index: number): void {
    if (this.#calls.mark(index - 1) !== '.') return;
    const before = this.#calls.tokens[index - 2];
    if (before?.kind === 'string' || before?.kind === 'name') {
      const source = this.#calls.value({ from: index - 2, to: index - 1 });
      if (source !== null) this.#addCommand(source, 'sh');
    } else if (before?.text === ']') {
      let from = index - 3;
      while (from > index - 64 && this.#calls.mark(from) !== '[') from--;
      const words = this.#calls.strings(from, index - 2);
      if (words.length > 0) this.#addCommand(commandOfWords(this.#draft.path, words), 'sh');
    } else this.#say(index, 'runs a text that Groovy puts together');
  }

  /** `docker.image('x')`, `docker 'x'`, and `image 'x'` in a block about containers. */
  addImage(index: number): void {
    const isMethod =
      this.#calls.mark(index - 1) === '.' && this.#calls.mark(index - 2) === 'docker';
    if (!isMethod && this.#calls.mark(index - 1) === '.') return;
    const image = this.#text(index, 'image');
    if (image !== null) this.#job.images.push(image);
  }

  addContainer(index: number): void {
    const given = this.#calls.argumentsOf(index);
    const named = (key: string): readonly SourceText[] =>
      given
        .filter(({ name }) => name === key)
        .flatMap((argument) => this.#calls.value(argument) ?? []);
    addAll(this.#job.images, named('image'));
    const line = [...named('command'), ...named('args')];
    if (line.length > 0) this.#addCommand(joinSources(this.#draft.path, line, ' '), 'sh');
  }

  /** `dockerfile true`: the file of that name at the root. */
  addDockerfile(index: number): void {
    if (this.#calls.mark(index + 1) !== 'true') return;
    const { path, segments } = this.#calls.at(index);
    this.#job.filesRun.push({ path, text: 'Dockerfile', segments, dialect: 'dockerfile' });
  }

  /** `dockerfile { filename 'x'; dir 'y' }`. */
  addNamedDockerfile(index: number): void {
    const file = this.#isIn('dockerfile') ? this.#text(index) : null;
    if (file === null) return;
    const folder = this.#folderOf(index);
    const parts = folder === null ? [file] : [folder, file];
    const path = joinSources(this.#draft.path, parts, '/');
    this.#job.filesRun.push({ ...path, dialect: 'dockerfile' });
  }

  #folderOf(index: number): SourceText | null {
    const end = Math.min(this.#block?.end ?? index, index + 32);
    for (let at = Math.max(0, index - 32); at < end; at++) {
      if (this.#calls.mark(at) === 'dir') return this.#text(at);
    }
    return null;
  }

  /** A pod as text: its images, and the whole as a text that something reads. */
  addPod(index: number): void {
    const pod = this.#calls.mark(index + 1) === ':' ? this.#valueBehind(index) : this.#text(index);
    if (pod === null) return;
    this.#job.environment.push({ name: 'yaml', value: pod });
    for (let at = pod.text.indexOf(IMAGE_KEY); at !== -1; ) {
      const start = at + IMAGE_KEY.length;
      const found = pod.text.indexOf('\n', start);
      const end = found === -1 ? pod.text.length : found;
      const image = sliceSource(pod, start, end);
      const text = image.text.trim();
      if (text !== '' && this.#draft.takesPart()) {
        const from = image.text.indexOf(text);
        this.#job.images.push(sliceSource(image, from, from + text.length));
      }
      at = pod.text.indexOf(IMAGE_KEY, end);
    }
  }

  /** The value of a named argument whose name stands at `index`. */
  #valueBehind(index: number): SourceText | null {
    const from = index + 2;
    return this.#calls.value({ from, to: Math.min(from + 1, this.#calls.tokens.length) });
  }

  addFile(index: number): void {
    const file = this.#text(index, 'script');
    if (file !== null) this.#job.filesRun.push(file);
    else if (this.#argument(index) !== undefined) {
      this.#say(index, 'takes a file whose name Groovy puts together');
    }
  }

  addMachine(index: number): void {
    const isLabel = this.#calls.mark(index) === 'label';
    if (isLabel && !this.#isIn('agent', 'node', 'docker', 'dockerfile', 'kubernetes')) return;
    const label = this.#text(index, 'label');
    if (label !== null) this.#job.machine.push(label.text);
  }

  /** One text may hold a line for each schedule. */
  addSchedule(index: number): void {
    const lines = this.#text(index)?.text.split('\n', SCHEDULES_MAX) ?? [];
    for (const line of lines.map((each) => each.trim())) {
      if (line !== '' && !line.startsWith('#')) this.#schedules.push(line);
    }
  }

  /** Of the whole pipeline: `options { timeout(time: 1, unit: 'HOURS') }`. */
  limitTime(index: number): void {
    if (!this.#isIn('options')) return;
    let seconds = UNIT_SECONDS.get('MINUTES') ?? 60;
    let time = Number.NaN;
    for (const { name, from, to } of this.#calls.argumentsOf(index)) {
      if (name === 'unit') {
        seconds = UNIT_SECONDS.get(this.#calls.value({ from, to })?.text ?? '') ?? seconds;
      } else time = Number(this.#calls.mark(from));
    }
    if (time > 0 && Number.isFinite(time)) this.#job.timeoutSeconds = Math.round(time * seconds);
  }

  addRemote(index: number): void {
    const isCall = this.#calls.mark(index) !== 'git' || this.#calls.mark(index - 1) !== '.';
    for (const { name, from, to } of isCall ? this.#calls.argumentsOf(index) : []) {
      if (name !== null && !REMOTE_ARGUMENTS.has(name)) continue;
      addAll(this.#job.remoteCode, this.#calls.strings(from, to));
    }
  }

  /** `docker.build('name', 'arguments')` builds an image; `build job: 'x'` starts another job. */
  addBuild(index: number): void {
    const isDocker = this.#calls.mark(index - 2) === 'docker';
    if (!isDocker) {
      const given = this.#calls.argumentsOf(index).find(({ name }) => name === 'job');
      const job = given === undefined ? null : this.#calls.value(given);
      if (job !== null) this.#job.remoteCode.push(job);
      return;
    }
    const [, words] = this.#calls.argumentsOf(index);
    const value = words === undefined ? null : this.#calls.value(words);
    const start = { ...this.#calls.at(index), text: 'docker build' };
    const dot = { ...this.#calls.at(index), text: '.' };
    this.#addCommand(joinSources(this.#draft.path, [start, value ?? dot], ' '), 'sh');
  }

  /** `withEnv(['NAME=value'])`. */
  addVariables(index: number): void {
    const open = index + 1;
    for (const text of this.#calls.strings(open, this.#calls.closer(open))) {
      const equals = text.text.indexOf('=');
      if (equals <= 0) continue;
      const value = sliceSource(text, equals + 1);
      this.#job.environment.push({ name: text.text.slice(0, equals), value });
    }
  }

  /** `string(name: 'X', defaultValue: 'y')` under `parameters`; they are in the environment. */
  addParameter(index: number): void {
    const given = this.#calls.argumentsOf(index);
    const named = given.find(({ name }) => name === 'name');
    const name = named === undefined ? null : this.#calls.value(named);
    if (name === null) return;
    for (const { name: key, from, to } of given) {
      if (key !== 'defaultValue' && key !== 'choices') continue;
      for (const value of this.#calls.strings(from, to)) {
        this.#job.environment.push({ name: name.text, value });
      }
    }
  }

  /** A file that is written here may be run by a later step. */
  writeFile(index: number): void {
    const given = this.#calls.argumentsOf(index);
    const named = (key: string): SourceText | null => {
      const argument = given.find(({ name }) => name === key);
      return argument === undefined ? null : this.#calls.value(argument);
    };
    const file = named('file');
    const text = named('text');
    if (file === null || text === null) return;
    this.#draft.addCommand(this.#job, fileWrite(file, text), 'sh');
  }

  /** `parallel(a: { … }, b: { … })`. */
  addBranches(index: number): void {
    const branches = this.#calls
      .argumentsOf(index)
      .filter(({ from }) => this.#calls.mark(from) === '{').length;
    this.#job.fanOut = Math.max(this.#job.fanOut, branches);
  }

  /** A stage directly under `parallel`. */
  addBranch(): void {
    const block = this.#block;
    if (block?.name === 'parallel') block.copies++;
  }

  /** `axis { name 'X'; values 'a', 'b' }`. */
  addAxis(index: number): void {
    const isExcluded = this.#blocks.some(({ name }) => name === 'exclude');
    if (!this.#isIn('axis') || isExcluded) return;
    const values = this.#calls.argumentsOf(index).flatMap((argument) => {
      return this.#calls.value(argument) ?? [];
    });
    const matrix = this.#blocks.findLast(({ name }) => name === 'matrix');
    if (matrix !== undefined) {
      matrix.copies = Math.min(matrix.copies * Math.max(1, values.length), fanOutMax);
    }
    const name = this.#axisName(index);
    for (const value of values) this.#job.environment.push({ name, value });
  }

  #axisName(index: number): string {
    for (let at = index; at > Math.max(0, index - 16); at--) {
      if (this.#calls.mark(at) === 'name') return this.#text(at)?.text ?? '';
    }
    return '';
  }
}

const IMAGE_KEY = 'image:';
const SCHEDULES_MAX = 100;
const REMOTE_ARGUMENTS: ReadonlySet<string> = new Set(['identifier', 'url', 'module', 'value']);
const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ...([
    ['SECONDS', 1],
    ['MINUTES', 60],
    ['HOURS', 3_600],
    ['DAYS', 86_400],
  ] as const),
]);
