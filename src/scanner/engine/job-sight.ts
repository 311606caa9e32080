/**
 * One job while it is seen through: its commands run one after another, and what one leaves behind
 * the next may use: a file written and run later, a name given to a program, a line in
 * `$GITHUB_ENV`. Places of what stands in an encoding or in a written file are the place of the
 * command that runs it; what stands in a file of the tree stands there.
 */
import { scanCommandsMax } from '../../base/limits.ts';
import { gaveUp, type Position } from '../../model/finding.ts';
import type { Command, Job } from '../../model/job-definition.ts';
import { type SourceText, verbatim } from '../../model/source-text.ts';
import type { Indicators } from '../indicators/indicators.ts';
import { SHELL_RUNS_UNKNOWN } from '../shell/pipe.ts';
import type { Printed } from '../shell/printed.ts';
import type { Language } from '../shell/program-call.ts';
import { runText } from '../shell/run-text.ts';
import { variableScript } from '../shell/run-variables.ts';
import type { Event, Fetched, ShellRun, SimpleCommand, WrittenFile } from '../shell/shell-run.ts';
import {
  type Caller,
  type Origin,
  type Tree,
  type TreeCall,
  type TreeText,
  viaOf,
  type Written,
} from '../shell/tree.ts';
import { type Anchor, wholeOf } from './anchor.ts';
import { FetchedMiners } from './fetched-miners.ts';
import type { Following } from './following.ts';
import { withForwarding } from './forwarding.ts';
import type { HandedOn } from './handed-on-files.ts';
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
import { OwnPrograms } from './own-programs.ts';
import { type Program, programName, programOf } from './program.ts';
import { runsUnknownText } from './unknown-input.ts';
import type { Work } from './work.ts';

/** Passes over a passage's text that the rules make between them. */
const PASSES = 8;
/** Files that were asked for in vain, as far as they are kept. */
const MISSED_MAX = 1_000;
/** Names of programs that are remembered. */
const MINER_NAMES_MAX = 1_000;
/** Files of the tree that one job's miners may be configured with. */
const CONFIGURATION_FILES_MAX = 16;

type LayeredEvent = Event & { readonly layers?: readonly string[] };

/** Where something stands, and when it happens in its job. */
type Placed = Anchor & { readonly order: number };

const LANGUAGES: Readonly<Record<Command['shell'], Language>> = {
  sh: 'shell',
  powershell: 'powershell',
  python: 'code',
  other: 'code',
};

/** What jobs are seen through with. */
export interface SightContext {
  readonly following: Following;
  readonly work: Work;
  readonly indicators: Indicators;
  /** Variables that those of the job hide. */
  readonly environment: ReadonlyMap<string, string>;
  /** Variables that hide those of the job: what a caller gives. */
  readonly given: ReadonlyMap<string, string>;
  /** Files from the first definition to the job's, both included; empty for the first. */
  readonly via: readonly string[];
  /** The service fills `${{ … }}` into the texts of the job. */
  readonly isTemplate: boolean;
  /** Files that other jobs wrote. */
  readonly handedOn: HandedOn;
  /** Whether a file with this text could matter to the job that runs it. */
  readonly isWorth: (text: string) => boolean;
  /** Where everything stands when the job is no file of the tree. */
  readonly anchor: Anchor | null;
}

export class JobSight implements Tree {
  readonly job: Job;
  readonly #context: SightContext;
  readonly #environment: Map<string, string>;
  readonly #commands: CommandPassage[] = [];
  readonly #texts: TextPassage[] = [];
  readonly #fetched: FetchPassage[] = [];
  readonly #written = new Map<string, Printed>();
  readonly #missed = new Set<string>();
  readonly #renamedMiners = new Set<string>();
  readonly #own: OwnPrograms;
  readonly #fetchedMiners: FetchedMiners;
  readonly #minerNames = new Map<string, boolean>();
  readonly #configurations = new Set<string>();
  readonly #executables = new Set<string>();
  /** Last order in which another program names a file, by the file's name. */
  readonly #lastNamed = new Map<string, number>();
  readonly #lastProgram = new Map<string, number>();
  #lastMinerAt = -1;
  /** What is run now belongs to the start of an image. */
  #isAtStart = false;
  /** Orders below this are taken by the runs before. */
  #eventsBefore = 0;

  constructor(job: Job, context: SightContext) {
    this.job = job;
    this.#context = context;
    this.#environment = new Map(context.environment);
    for (const { name, value } of job.environment) {
      this.#environment.set(name, value.text);
      this.#addText(
        'variable',
        name,
        this.#passage(value.text, 'referenced', this.#wholeOf(value)),
      );
    }
    for (const [name, value] of context.given) this.#environment.set(name, value);
    this.#fetchedMiners = new FetchedMiners(context.indicators);
    this.#own = new OwnPrograms(context.indicators, this.#renamedMiners);
    this.#own.search(this.#environment.get('PATH') ?? '');
    if (job.images.length > 0) this.#own.useImage();
  }

  /** Variables of the job when all its commands have run. */
  get environment(): ReadonlyMap<string, string> {
    return this.#environment;
  }

  get hasWritten(): boolean {
    return this.#written.size > 0 || this.#context.handedOn.size > 0;
  }

  written(path: string): Printed | null {
    const known = this.#written.get(path) ?? this.#context.handedOn.get(path) ?? null;
    if (known === null && this.#missed.size < MISSED_MAX) this.#missed.add(path);
    return known;
  }

  /** What its commands wrote, and the files that they asked for before anybody wrote them. */
  get files(): ReadonlyMap<string, Printed> {
    return this.#written;
  }

  get missed(): ReadonlySet<string> {
    return this.#missed;
  }

  contentOf(path: string): Printed | null {
    return this.#context.following.contentOf(path);
  }

  open(call: TreeCall, caller: Caller, written: Written): readonly TreeText[] | null {
    const { following, isWorth } = this.#context;
    return following.open(call, caller, { written, isWorth });
  }

  unread(sentence: string, { via }: Origin): void {
    this.#say(sentence, via);
  }

  run(command: Command): void {
    const { source, encoded } = command;
    this.#isAtStart = command.atStart === true;
    const run = runText(LANGUAGES[command.shell], source, {
      environment: this.#environment,
      work: this.#context.work,
      tree: this,
      isTemplate: this.#context.isTemplate,
      via: this.#context.via,
    });
    const anchor = this.#context.anchor;
    if (!encoded) this.#take(run, anchor);
    else {
      const layers = [...(anchor?.layers ?? []), ...encoded.layers];
      this.#take(run, { ...(anchor ?? wholeOf(encoded.source, this.#context.via)), layers });
    }
  }

  /** What the job's own variables run by themselves: `PROMPT_COMMAND`, `BASH_ENV`. */
  runVariables(): void {
    for (const { name, value } of this.job.environment) {
      const text = variableScript(name, value.text);
      if (text === null) continue;
      const source = verbatim(value.path, text);
      this.run({ source, shell: 'sh', encoded: { source: value, layers: [] } });
    }
  }

  /** The view of all that was run. */
  view(isImageBuild: boolean): JobView {
    // A base image is what a build starts from; the image of a job is what runs.
    const imagePosition = isImageBuild ? 'referenced' : 'executed';
    const images = this.job.images.map((image) => {
      return this.#passage(image.text, imagePosition, this.#wholeOf(image));
    });
    return {
      name: this.job.name,
      indicators: this.#context.indicators,
      isImageBuild,
      shape: this.job,
      commands: withForwarding(this.#commands, this.#texts),
      texts: this.#texts.map((text) => ({
        ...text,
        kind: this.#isMadeProgram(text) ? 'code' : text.kind,
        used: text.used || this.#isUsed(text),
      })),
      images,
      fetched: this.#fetched.map((fetch) => ({ ...fetch, executed: this.#isRun(fetch) })),
      renamedMiners: this.#renamedMiners,
    };
  }

  /** Takes up what a run came to. All of its own text stands at the anchor when there is one. */
  #take(run: ShellRun, anchor: Anchor | null): void {
    const at = ({ origin, start, end, order, layers = [] }: LayeredEvent): Placed => {
      const { source, via } = origin;
      const placedAt = this.#eventsBefore + order;
      if (source !== run.source || anchor === null) {
        // Words that `npm run x -- …` appends stand behind the script's own text.
        const from = Math.min(start, source.text.length);
        return { source, start: from, end: Math.max(from, end), layers, via, order: placedAt };
      }
      return { ...anchor, layers: [...anchor.layers, ...layers], order: placedAt };
    };
    for (const sentence of run.unread) this.#say(sentence);
    this.#noteOwn(run);
    for (const command of run.commands) this.#addCommand(command, at(command));
    if (runsUnknownText(run)) this.#say(SHELL_RUNS_UNKNOWN);
    for (const file of run.written) this.#addWritten(file, at(file));
    for (const fetched of run.fetched) this.#addFetched(fetched, at(fetched));
    for (const code of run.code) {
      this.#addText(code.kind, '', this.#passage(code.text, 'referenced', at(code)));
    }
    this.#eventsBefore += run.events;
  }

  #say(sentence: string, via = this.#context.via): void {
    this.#context.following.say(sentence, via);
  }

  #addCommand(command: SimpleCommand, at: Placed): void {
    if (this.#commands.length >= scanCommandsMax) {
      this.#say(gaveUp(`a job has more than ${scanCommandsMax} commands`));
      return;
    }
    const words = command.words.map((word) => word.text);
    const found = programOf(command.words);
    this.#noteFetched(found, command);
    const { name, arguments: given, byPath, image } = found;
    const kind = this.#own.isOwn(found) ? 'other' : found.kind;
    const text = words.join(' ');
    if (!this.#context.work.spend(text.length * PASSES)) return;
    const passage = {
      ...this.#passage(text, COMMAND_POSITION[kind], at),
      words,
      program: name,
      arguments: given,
      kind,
      byPath,
      image,
      ...(this.#isAtStart ? { atStart: true as const } : {}),
    };
    this.#commands.push(passage);
    this.#note(passage);
    if (kind === 'other') this.#addConfigurations(passage);
    // What a printer is given to print into a file is that file's text, not a program's input.
    if (command.input !== null && kind !== 'printer' && command.writesTo === null) {
      const position = kind === 'other' ? 'referenced' : 'mentioned';
      const textKind = LINE_READERS.has(name) ? 'code' : 'input';
      this.#addText(textKind, '', this.#passage(command.input, position, at));
    }
  }

  /** Keeps which names the command gives to files and programs. */
  #note(command: CommandPassage): void {
    const { order, program, kind, byPath } = command;
    this.#lastProgram.set(program, order);
    this.#own.noteRun(program);
    if (RENAMERS.has(program)) {
      this.#noteRenamed(command.arguments);
      for (const file of command.arguments) this.#own.bring(file);
    }
    if (program === 'chmod') this.#noteExecutable(command.arguments);
    // A miner that only answers or tests itself reads its configuration and does not mine.
    const isIdle =
      this.#isMinerFile(program) &&
      miningOptions(command.arguments, this.#context.indicators).isIdle;
    if (kind !== 'other' || isIdle) return;
    if (byPath || this.#isMinerFile(program)) this.#lastMinerAt = order;
    for (const word of command.words) {
      for (const piece of piecesOf(word)) this.#lastNamed.set(fileName(piece), order);
    }
  }

  /** Which names the run makes its own, known before its commands are told apart. */
  #noteOwn({ leadsPath, written, fetched }: ShellRun): void {
    if (leadsPath) this.#own.lead();
    for (const { path } of written) {
      // Later steps of a GitHub job search the folders that stand in this file.
      if (path.includes('GITHUB_PATH')) this.#own.lead();
      this.#own.bring(path);
    }
    for (const { url, path } of fetched) {
      this.#fetchedMiners.note(url);
      if (path !== null) this.#own.bring(path);
    }
  }

  /** A miner that is named by a pattern, and one that is printed into another file. */
  #noteFetched({ kind, word, arguments: given }: Program, { writesTo }: SimpleCommand): void {
    if (kind === 'other' && this.#fetchedMiners.mayBe(word)) {
      this.#renamedMiners.add(programName(word));
    }
    if (writesTo !== null && given.some((file) => this.#isMinerFile(file))) {
      this.#renamedMiners.add(programName(writesTo));
    }
  }

  #noteRenamed(given: readonly string[]): void {
    const files = given.filter((word) => !word.startsWith('-'));
    const target = programName(files.at(-1) ?? '');
    const isMiner = files.slice(0, -1).some((file) => this.#isMinerFile(file));
    if (isMiner && target !== '') this.#renamedMiners.add(target);
  }

  /** A file that is made a program is one, whatever comes to run it: `chmod +x`, `chmod 755`. */
  #noteExecutable(given: readonly string[]): void {
    const [mode = '', ...files] = given.filter((word) => !word.startsWith('-'));
    const isProgram = mode.includes('x') || [...mode].some((digit) => '1357'.includes(digit));
    if (isProgram) for (const file of files) this.#executables.add(fileKey(file));
  }

  #isMinerFile(file: string): boolean {
    const name = programName(file);
    return (
      this.#isMinerName(name) || this.#renamedMiners.has(name) || this.#fetchedMiners.mayBe(file)
    );
  }

  /** A job runs few programs, many times each. */
  #isMinerName(name: string): boolean {
    const before = this.#minerNames.get(name);
    if (before !== undefined) return before;
    const isMiner = isMinerProgram(name, this.#context.indicators);
    if (this.#minerNames.size < MINER_NAMES_MAX) this.#minerNames.set(name, isMiner);
    return isMiner;
  }

  #addWritten(file: WrittenFile, at: Placed): void {
    if (file.path.includes('GITHUB_ENV')) this.#setVariables(file.text, '');
    if (file.path.includes('GITHUB_OUTPUT')) this.#setVariables(file.text, 'outputs.');
    this.#written.set(fileKey(file.path), file.content);
    const kind = SERVICE_FILES.some((part) => file.path.includes(part)) ? 'code' : 'written';
    this.#addText(kind, file.path, this.#passage(file.text, 'referenced', at));
  }

  /** Lines `NAME=value` that later steps of a GitHub job get as variables. */
  #setVariables(text: string, prefix: string): void {
    for (const line of text.split('\n')) {
      const equals = line.indexOf('=');
      if (equals > 0) {
        this.#environment.set(prefix + line.slice(0, equals).trim(), line.slice(equals + 1));
      }
    }
  }

  #addFetched(fetched: Fetched, at: Placed): void {
    const { url, path, executed } = fetched;
    const miner = path === null ? null : minerSource(url, this.#context.indicators);
    if (path !== null && miner?.kind === 'release') this.#renamedMiners.add(programName(path));
    const position: Position = executed ? 'executed' : 'referenced';
    const name = path === null ? '' : programName(path);
    this.#fetched.push({ ...this.#passage(url, position, at), url, executed, name });
  }

  /** A configuration in the tree that a program is told to read, or that a miner reads anyway. */
  #addConfigurations(command: CommandPassage): void {
    const isMiner = this.#isMinerFile(command.program);
    if (isMiner && miningOptions(command.arguments, this.#context.indicators).isIdle) return;
    const words = command.words.filter((word) => word.includes('.json'));
    const named = words.flatMap(piecesOf).filter((piece) => piece.endsWith('.json'));
    const paths = named.length > 0 || !isMiner ? named : ['config.json'];
    for (const path of paths) {
      const isNew = !this.#configurations.has(path) && !this.#written.has(fileKey(path));
      if (!isNew || this.#configurations.size >= CONFIGURATION_FILES_MAX) continue;
      this.#configurations.add(path);
      const found = this.#context.following.find(path, [
        ...(command.via ?? []),
        command.source.path,
      ]);
      if (found === null) continue;
      const source = verbatim(found.path, found.text);
      const at = {
        ...wholeOf(source, viaOf({ source: command.source, via: command.via ?? [] }, found.path)),
        order: command.order,
      };
      this.#addText('file', path, this.#passage(found.text, 'referenced', at));
    }
  }

  #addText(kind: TextPassage['kind'], name: string, passage: Passage): void {
    if (!this.#context.work.spend(passage.text.length * PASSES)) return;
    const used = kind === 'file' || (kind === 'input' && passage.position === 'referenced');
    this.#texts.push({ ...passage, kind, name, used });
  }

  #passage(text: string, position: Position, at: Placed): Passage {
    return { position, text, ...at };
  }

  #wholeOf(source: SourceText): Placed {
    const { anchor, via } = this.#context;
    return { ...(anchor ?? wholeOf(source, via)), order: this.#eventsBefore };
  }

  #isMadeProgram({ kind, name }: TextPassage): boolean {
    return kind === 'written' && this.#executables.has(fileKey(name));
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

/** `hash -p FILE NAME` gives a name as well. */
const RENAMERS: ReadonlySet<string> = new Set(['mv', 'cp', 'ln', 'install', 'hash']);
/** They run the command lines that stand in their input. */
const LINE_READERS: ReadonlySet<string> = new Set(
  (
    'crontab at batch ed red ex vi vim nvim ftp sftp lftp m4 sqlite3 psql mysql mariadb expect ' +
    'tclsh jshell gdb lldb newgrp gnuplot octave groovysh ghci irb'
  ).split(' '),
);
/** Parts of paths of files whose command lines a supervisor runs. */
const SERVICE_FILES = [
  ...['.service', '/cron', 'crontab', 'Procfile', 'supervisor', 'rc.local', '.git/hooks/'],
  ...['.bashrc', '.bash_profile', '.profile', '.zshrc', '/etc/profile', '.bash_login'],
];

/** `--config=/a/b.json`, `-c/a/b.json` and `/a/b.json:/etc/x` name files inside a word. */
function piecesOf(word: string): readonly string[] {
  const isJoined = word.length > 2 && word.startsWith('-') && word[1] !== '-';
  return isJoined ? [word, ...partsOf(word.slice(2))] : partsOf(word);
}

function partsOf(word: string): readonly string[] {
  if (!word.includes('=') && !word.includes(':')) return [word];
  return word.split('=').flatMap((part) => part.split(':'));
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path as one name for it: `./x` and `x` are one file. */
function fileKey(path: string): string {
  return path.startsWith('./') ? path.slice(2) : path;
}
