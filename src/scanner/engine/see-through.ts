/**
 * Seeing through: a definition as jobs of passages, with shells run as far as the text tells.
 *
 * The commands of a job run one after another, and what one leaves behind the next may use: a file
 * written and run later, a name given to a program, a line in `$GITHUB_ENV`. Places of what stands
 * in an encoding or in such a file are the place of the command that runs it.
 */
import { scanCommandsMax, scanFollowDepthMax } from '../../base/limits.ts';
import type { Position } from '../../model/finding.ts';
import type { Command, Job, JobDefinition } from '../../model/job-definition.ts';
import { type SourceText, verbatim } from '../../model/source-text.ts';
import type { Indicators } from '../indicators/indicators.ts';
import { runPowershell } from '../shell/powershell.ts';
import { runShell } from '../shell/shell.ts';
import type { Fetched, ShellRun, SimpleCommand, WrittenFile } from '../shell/shell-run.ts';
import type {
  CommandPassage,
  FetchPassage,
  JobView,
  Passage,
  ProgramKind,
  TextPassage,
} from './job-view.ts';
import { isMinerProgram, minerSource } from './miner-name.ts';
import { miningOptions } from './options.ts';
import { programName, programOf } from './program.ts';
import type { Work } from './work.ts';

/** A file that a job runs and that may be one of the same tree. */
export interface RunFile {
  readonly path: string;
  readonly environment: ReadonlyMap<string, string>;
}

export interface SeenThrough {
  readonly views: readonly JobView[];
  readonly filesRun: readonly RunFile[];
  readonly unread: readonly string[];
}

export type FileOf = (path: string) => string | null;

/** Passes over a passage's text that the rules make between them. */
const PASSES = 8;
/** A later run stands behind all offsets of an earlier one. */
const ORDER_STEP = 2 ** 24;
/** Files of the tree that one job's miners may be configured with. */
const CONFIGURATION_FILES_MAX = 16;

export function seeThrough(
  definition: JobDefinition,
  environment: ReadonlyMap<string, string>,
  work: Work,
  fileOf: FileOf,
  indicators: Indicators,
): SeenThrough {
  const unread = new Set<string>();
  const filesRun: RunFile[] = [];
  const views: JobView[] = [];
  for (const job of definition.jobs) {
    const sight = new JobSight(job, environment, work, fileOf, indicators);
    for (const command of job.commands) sight.run(command);
    views.push(sight.view(definition.dialect === 'dockerfile'));
    for (const sentence of sight.unread) unread.add(sentence);
    filesRun.push(...sight.filesRun);
  }
  if (work.exhausted) unread.add('more work than a scan may cost');
  return { views, filesRun, unread: [...unread] };
}

/** Where something stands. All of a nested run stands where the outer command does. */
interface Anchor {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
  readonly layers: readonly string[];
}

/** The place of a stretch of the text that runs. */
type Locate = (stretch: {
  readonly start: number;
  readonly end: number;
  readonly layers?: readonly string[];
}) => Anchor;

class JobSight {
  readonly unread = new Set<string>();
  readonly filesRun: RunFile[] = [];
  readonly #job: Job;
  readonly #environment: Map<string, string>;
  readonly #work: Work;
  readonly #fileOf: FileOf;
  readonly #indicators: Indicators;
  readonly #commands: CommandPassage[] = [];
  readonly #texts: TextPassage[] = [];
  readonly #fetched: FetchPassage[] = [];
  readonly #written = new Map<string, WrittenFile>();
  readonly #renamedMiners = new Set<string>();
  readonly #configurations = new Set<string>();
  /** Last order in which another program names a file, by the file's name. */
  readonly #lastNamed = new Map<string, number>();
  readonly #lastProgram = new Map<string, number>();
  #lastMinerAt = -1;
  #runs = 0;

  constructor(
    job: Job,
    environment: ReadonlyMap<string, string>,
    work: Work,
    fileOf: FileOf,
    indicators: Indicators,
  ) {
    this.#job = job;
    this.#work = work;
    this.#fileOf = fileOf;
    this.#indicators = indicators;
    this.#environment = new Map(environment);
    for (const { name, value } of job.environment) {
      this.#environment.set(name, value.text);
      this.#addText('variable', name, this.#passage(value.text, 'referenced', wholeOf(value)));
    }
  }

  run(command: Command): void {
    if (command.shell === 'sh' || command.shell === 'powershell') {
      const run = command.shell === 'sh' ? runShell : runPowershell;
      this.#take(run(command.source, this.#environment, this.#work), null, 0);
      return;
    }
    const { source } = command;
    this.#addText('code', '', this.#passage(source.text, 'referenced', wholeOf(source)));
    this.#runs++;
  }

  /** The view of all that was run. */
  view(isImageBuild: boolean): JobView {
    // A base image is what a build starts from; the image of a job is what runs.
    const imagePosition = isImageBuild ? 'referenced' : 'executed';
    const images = this.#job.images.map((image) => {
      return this.#passage(image.text, imagePosition, wholeOf(image));
    });
    return {
      name: this.#job.name,
      indicators: this.#indicators,
      isImageBuild,
      shape: this.#job,
      commands: this.#commands,
      texts: this.#texts.map((text) => ({ ...text, used: text.used || this.#isUsed(text) })),
      images,
      fetched: this.#fetched.map((fetch) => ({ ...fetch, executed: this.#isRun(fetch) })),
      renamedMiners: this.#renamedMiners,
    };
  }

  /** Takes up what a shell came to. A nested run stands where its anchor does. */
  #take(run: ShellRun, anchor: Anchor | null, depth: number): void {
    const at: Locate = (stretch) => {
      const { start, end } = anchor ?? stretch;
      const layers = [...(anchor?.layers ?? []), ...(stretch.layers ?? [])];
      return { source: anchor?.source ?? run.source, start, end, layers };
    };
    for (const sentence of run.unread) this.unread.add(sentence);
    for (const command of run.commands) this.#addCommand(command, at(command));
    if (runsUnknownText(run)) this.unread.add('a shell runs what another command prints');
    for (const file of run.written) this.#addWritten(file, at(file));
    for (const fetched of run.fetched) this.#addFetched(fetched, at(fetched));
    this.#runs++;
    for (const file of run.filesRun) {
      const written = this.#written.get(fileKey(file.path));
      if (written) this.#runWritten(written, at(file), depth);
      else this.filesRun.push({ path: file.path, environment: this.#environment });
    }
  }

  /** A script that an earlier command of the job wrote. */
  #runWritten(script: WrittenFile, outer: Anchor, depth: number): void {
    if (depth >= scanFollowDepthMax) {
      this.unread.add(`scripts run one another more than ${scanFollowDepthMax} deep`);
      return;
    }
    const source = verbatim(script.path, script.text);
    const inner = runShell(source, this.#environment, this.#work);
    this.#take(inner, { ...outer, layers: [...outer.layers, script.text] }, depth + 1);
  }

  #addCommand(command: SimpleCommand, at: Anchor): void {
    if (this.#commands.length >= scanCommandsMax) {
      this.unread.add(`a job has more than ${scanCommandsMax} commands`);
      return;
    }
    const words = command.words.map((word) => word.text);
    const { name, arguments: given, kind, byPath, image } = programOf(command.words);
    const text = words.join(' ');
    if (!this.#work.spend(text.length * PASSES)) return;
    const passage = {
      ...this.#passage(text, COMMAND_POSITION[kind], at),
      words,
      program: name,
      arguments: given,
      kind,
      byPath,
      image,
    };
    this.#commands.push(passage);
    this.#note(passage);
    if (kind === 'other') this.#addConfigurations(passage);
    // What a printer is given to print into a file is that file's text, not a program's input.
    if (command.input !== null && kind !== 'printer' && command.writesTo === null) {
      const position = kind === 'other' ? 'referenced' : 'mentioned';
      const textKind = SCHEDULERS.has(name) ? 'code' : 'input';
      this.#addText(textKind, '', this.#passage(command.input, position, at));
    }
  }

  /** Keeps which names the command gives to files and programs. */
  #note(command: CommandPassage): void {
    const { order, program, kind, byPath } = command;
    this.#lastProgram.set(program, order);
    if (RENAMERS.has(program)) this.#noteRenamed(command.arguments);
    // A miner that only answers or tests itself reads its configuration and does not mine.
    const isIdle =
      this.#isMinerFile(program) && miningOptions(command.arguments, this.#indicators).isIdle;
    if (kind !== 'other' || isIdle) return;
    if (byPath || this.#isMinerFile(program)) this.#lastMinerAt = order;
    for (const word of command.words) {
      for (const piece of piecesOf(word)) this.#lastNamed.set(fileName(piece), order);
    }
  }

  #noteRenamed(given: readonly string[]): void {
    const files = given.filter((word) => !word.startsWith('-'));
    const target = programName(files.at(-1) ?? '');
    const isMiner = files.slice(0, -1).some((file) => this.#isMinerFile(file));
    if (isMiner && target !== '') this.#renamedMiners.add(target);
  }

  #isMinerFile(file: string): boolean {
    const name = programName(file);
    return isMinerProgram(name, this.#indicators) || this.#renamedMiners.has(name);
  }

  #addWritten(file: WrittenFile, at: Anchor): void {
    if (file.path.includes('GITHUB_ENV')) this.#setVariables(file.text);
    this.#written.set(fileKey(file.path), file);
    const kind = SERVICE_FILES.some((part) => file.path.includes(part)) ? 'code' : 'written';
    this.#addText(kind, file.path, this.#passage(file.text, 'referenced', at));
  }

  /** Lines `NAME=value` that later steps of a GitHub job get as variables. */
  #setVariables(text: string): void {
    for (const line of text.split('\n')) {
      const equals = line.indexOf('=');
      if (equals > 0) this.#environment.set(line.slice(0, equals).trim(), line.slice(equals + 1));
    }
  }

  #addFetched(fetched: Fetched, at: Anchor): void {
    const { url, path, executed } = fetched;
    const miner = path === null ? null : minerSource(url, this.#indicators);
    if (path !== null && miner?.kind === 'release') this.#renamedMiners.add(programName(path));
    const position: Position = executed ? 'executed' : 'referenced';
    const name = path === null ? '' : programName(path);
    this.#fetched.push({ ...this.#passage(url, position, at), url, executed, name });
  }

  /** A configuration in the tree that a program is told to read, or that a miner reads anyway. */
  #addConfigurations(command: CommandPassage): void {
    const isMiner = this.#isMinerFile(command.program);
    if (isMiner && miningOptions(command.arguments, this.#indicators).isIdle) return;
    const named = command.words.flatMap(piecesOf).filter((piece) => piece.endsWith('.json'));
    const paths = named.length > 0 || !isMiner ? named : ['config.json'];
    for (const path of paths) {
      const isNew = !this.#configurations.has(path) && !this.#written.has(fileKey(path));
      if (!isNew || this.#configurations.size >= CONFIGURATION_FILES_MAX) continue;
      this.#configurations.add(path);
      const text = this.#fileOf(fileKey(path));
      if (text === null) continue;
      const source = verbatim(fileKey(path), text);
      this.#addText('file', path, this.#passage(text, 'referenced', wholeOf(source)));
    }
  }

  #addText(kind: TextPassage['kind'], name: string, passage: Passage): void {
    if (!this.#work.spend(passage.text.length * PASSES)) return;
    const used = kind === 'file' || (kind === 'input' && passage.position === 'referenced');
    this.#texts.push({ ...passage, kind, name, used });
  }

  #passage(text: string, position: Position, at: Anchor): Passage {
    return { order: this.#runs * ORDER_STEP + at.start, position, text, ...at };
  }

  #isUsed(text: TextPassage): boolean {
    if (text.kind !== 'written') return false;
    const name = fileName(text.name);
    if ((this.#lastNamed.get(name) ?? -1) >= text.order) return true;
    // A miner reads `config.json` beside it untold.
    return name.endsWith('.json') && this.#lastMinerAt >= text.order;
  }

  #isRun(fetch: FetchPassage): boolean {
    if (fetch.executed) return true;
    return fetch.name !== '' && (this.#lastProgram.get(fetch.name) ?? -1) >= fetch.order;
  }
}

const COMMAND_POSITION: Readonly<Record<ProgramKind, Position>> = {
  printer: 'mentioned',
  tool: 'referenced',
  other: 'executed',
};

const RENAMERS: ReadonlySet<string> = new Set(['mv', 'cp', 'ln', 'install']);
/** `sudo -E env A=b bash -`, and a little more. */
const BARE_SHELL_WORDS_MAX = 8;
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh']);
/** They run the command lines that stand in their input. */
const SCHEDULERS: ReadonlySet<string> = new Set(['crontab', 'at', 'batch']);
/** Parts of paths of files whose command lines a supervisor runs. */
const SERVICE_FILES = ['.service', '/cron', 'crontab', 'Procfile', 'supervisor', 'rc.local'];

/**
 * A shell that is given neither a text nor a file runs its standard input, here the output of a
 * command that is not known. What `curl` gives it has a sentence of its own.
 */
function runsUnknownText(run: ShellRun): boolean {
  if (run.fetched.some(({ executed, path }) => executed && path === null)) return false;
  return run.commands.some(({ words, input, layers }) => {
    if (words.length > BARE_SHELL_WORDS_MAX) return false;
    const { name, arguments: given, image } = programOf(words);
    const isBare = given.every((word) => word === '-' || word === '-s' || word === '-e');
    return isBare && image === '' && input === null && layers.length === 0 && SHELLS.has(name);
  });
}

/** `--config=/a/b.json` and `/a/b.json:/etc/x` name files inside a word. */
function piecesOf(word: string): readonly string[] {
  return word.split('=').flatMap((part) => part.split(':'));
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path as one name for it: `./x` and `x` are one file. */
function fileKey(path: string): string {
  return path.startsWith('./') ? path.slice(2) : path;
}

function wholeOf(source: SourceText): Anchor {
  return { source, start: 0, end: source.text.length, layers: [] };
}
