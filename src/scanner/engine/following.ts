/**
 * The files of one tree that one definition comes to run. Shells ask for them while they run, and
 * get the texts that run in place of the command; definitions that run on their own (a Dockerfile,
 * a Compose file) are queued for the walk. Every file is noted once with the chain that led to it,
 * and with what of it could not be read.
 *
 * A path that an attacker writes is only ever looked up: `fileOf` answers for the tree alone.
 */
import {
  scanFileBytesMax,
  scanFollowDepthMax,
  scanFollowFilesMax,
  scanLookupsMax,
  scanReadBytesMax,
  shellDecodedLengthMax,
} from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import type { Dialect, DialectReader, Job, JobDefinition } from '../../model/job-definition.ts';
import { type SourceText, verbatim } from '../../model/source-text.ts';
import { type Printed, textOfPrinted } from '../shell/printed.ts';
import type { Language } from '../shell/program-call.ts';
import {
  type Caller,
  type Origin,
  type TreeCall,
  type TreeText,
  viaOf,
  type Written,
} from '../shell/tree.ts';
import type { Anchor } from './anchor.ts';
import { type BinaryFile, isBinaryText, stringsIn } from './binary-file.ts';
import { chosenJobs } from './chosen-jobs.ts';
import {
  codeReader,
  filePath,
  isCode,
  isScriptPath,
  languageOfPath,
  scriptCandidates,
} from './follow.ts';
import { makeOverrides } from './make-overrides.ts';
import { readDefinition } from './read-cache.ts';
import { textProblem } from './text-problem.ts';
import type { Work } from './work.ts';

/** A file of the tree: its text, its bytes where it is none, or null for no file. */
export type FileOf = (path: string) => string | BinaryFile | null;

/** What following asks the scanner. */
export interface FollowGuide {
  readonly readers: readonly DialectReader[];
  /** The reader that claims a path, or null. */
  readerFor(path: string): DialectReader | null;
  /** The reader that knows its dialect by the text, or null. */
  recognise(path: string, text: string): DialectReader | null;
  /** Whether a rule could see something in texts, read as one. */
  hasCandidate(texts: readonly string[]): boolean;
  /** Whether a tool that runs files of its tree is named. */
  runsFiles(texts: readonly string[]): boolean;
}

/** A file that something runs, for a report of its own. */
export interface FollowedFile {
  readonly path: string;
  readonly dialect: Dialect;
  /** From the definition to this file, both included. */
  readonly via: readonly string[];
  readonly unread: Set<string>;
  /** Part of the file itself could not be read. */
  broken: boolean;
}

/** A definition that is run by another one, to be seen through on its own. */
export interface FollowedDefinition {
  readonly definition: JobDefinition;
  readonly via: readonly string[];
  /** Where all of it stands when it is no file of the tree; else null. */
  readonly anchor: Anchor | null;
  /** Those of its jobs that are run. */
  readonly jobs: readonly Job[];
  /** What its own variables hide, and what hides them. */
  readonly environment: ReadonlyMap<string, string>;
  readonly given: ReadonlyMap<string, string>;
}

export type Found = { readonly path: string; readonly text: string };

type JobsCall = Extract<TreeCall, { kind: 'jobs' }>;

/** What a call is answered with. */
export interface Request {
  readonly written: Written;
  /** Whether a file with this text could matter to the job that runs it. */
  readonly isWorth: (text: string) => boolean;
}

const SHOWN_LENGTH_MAX = 200;
/** Files that one Makefile includes. */
const INCLUDES_MAX = 16;
const DATA_PATH_LENGTH_MAX = 256;
/** Work units that reading a character of a definition costs: YAML is read at 8 MB a second. */
const READING_WORK = 8;
const NO_TEXTS: readonly TreeText[] = [];

export class Following {
  readonly files = new Map<string, FollowedFile>();
  readonly #guide: FollowGuide;
  readonly #fileOf: FileOf;
  readonly #work: Work;
  /** Definitions by their path and what a caller gives to them. */
  readonly #definitionsRead = new Map<string, JobDefinition>();
  readonly #queued = new Set<string>();
  readonly #definitions: FollowedDefinition[] = [];
  readonly #sources = new Map<string, SourceText>();
  readonly #texts = new Map<string, string | null>();
  readonly #binaries = new Map<string, { readonly size: number; readonly strings: string }>();
  readonly #contents = new Map<string, Printed | null>();
  readonly #unread = new Set<string>();
  #lookups = 0;
  #bytesRead = 0;

  constructor(guide: FollowGuide, fileOf: FileOf, work: Work) {
    this.#guide = guide;
    this.#fileOf = fileOf;
    this.#work = work;
  }

  /** What of the first definition could not be followed. */
  get unread(): readonly string[] {
    return [...this.#unread];
  }

  /** Definitions that were queued since the last call. */
  take(): readonly FollowedDefinition[] {
    return this.#definitions.splice(0);
  }

  /** Notes what could not be read of the file that the chain ends with. */
  say(sentence: string, via: readonly string[]): void {
    const file = this.files.get(via.at(-1) ?? '');
    (file?.unread ?? this.#unread).add(sentence);
  }

  /** A file that the last file of the chain names, or null. */
  find(path: string, chain: readonly string[]): Found | null {
    return this.#find(scriptCandidates(path, chain).paths);
  }

  /** What a file holds that is no script, such as a payload to be unpacked. */
  contentOf(path: string): Printed | null {
    if (path.length > DATA_PATH_LENGTH_MAX) return null;
    const before = this.#contents.get(path);
    if (before !== undefined) return before;
    const content = contentOf(this.#lookUp(filePath(path)));
    this.#contents.set(path, content);
    this.#bytesRead += content?.length ?? 0;
    if (this.#bytesRead <= scanReadBytesMax) return content;
    this.#unread.add(gaveUp(`more than ${scanReadBytesMax} bytes of the tree are read`));
    return null;
  }

  #lookUp(path: string): ReturnType<FileOf> {
    if (this.#lookups++ < scanLookupsMax) return this.#fileOf(path);
    this.#unread.add(gaveUp(`more than ${scanLookupsMax} paths are looked up`));
    return null;
  }

  textOf(path: string): string | null {
    const before = this.#texts.get(path);
    if (before !== undefined) return before;
    const file = path === '' ? null : this.#lookUp(path);
    const text = typeof file === 'string' ? file : file && '';
    this.#texts.set(path, text);
    if (file !== null && typeof file !== 'string') {
      this.#binaries.set(path, { size: file.size, strings: stringsIn(file.bytes) });
    } else if (text !== null && isBinaryText(text)) {
      const strings = stringsIn(Buffer.from(text, 'latin1'));
      this.#binaries.set(path, { size: text.length, strings });
    }
    return text;
  }

  /** What running this comes to; null when the tree does not hold it. */
  open(call: TreeCall, caller: Caller, request: Request): readonly TreeText[] | null {
    switch (call.kind) {
      case 'script':
        return this.#openScript(call.path, call.language, call.known, caller, request);
      case 'jobs':
        return this.#openJobs(call, caller, request);
      case 'code':
      case 'module':
        return this.#openCode(call.paths, caller, request);
      case 'definition':
        return this.#openDefinition(call, caller, request);
      case 'outside':
        this.say(`${call.what.slice(0, SHOWN_LENGTH_MAX)}, which was not read`, caller.via);
        return null;
    }
  }

  #openScript(
    path: string,
    language: Language,
    known: boolean,
    caller: Origin,
    { isWorth }: Request,
  ): readonly TreeText[] | null {
    const candidates = scriptCandidates(path, [...caller.via, caller.source.path]);
    const found = this.#find(candidates.paths);
    if (!found) {
      const isScript = (known && candidates.paths.length > 0) || candidates.isScript;
      if (isScript) this.say(`runs ${candidates.shown}, which was not read`, caller.via);
      return null;
    }
    const binary = this.#binaries.get(found.path);
    if (binary) {
      const program = `a program of ${binary.size} bytes`;
      this.say(`runs ${found.path}, ${program} that was not read`, caller.via);
      const source = { path: found.path, text: '', segments: [0, 1, 1] };
      const origin = { source, via: viaOf(caller, found.path) };
      return [{ origin, language, environment: [], strings: binary.strings }];
    }
    if (!isWorth(found.text) || !this.#enter(found.path, 'shell', caller)) return NO_TEXTS;
    const origin = this.#originOf(found, caller);
    return [{ origin, language: languageOfPath(found.path, language), environment: [] }];
  }

  /** Jobs of a file that names them; the file as code when no reader knows it. */
  #openJobs(call: JobsCall, caller: Caller, request: Request): readonly TreeText[] | null {
    const { paths, jobs } = call;
    const { written, isWorth } = request;
    const made = call.text ?? madeText(paths, written);
    if (made !== null) return this.#openMade(made, call, caller);
    const found = this.#find(paths);
    const reader = found && this.#guide.readerFor(found.path);
    if (!found) return null;
    if (!reader) return this.#openCode([found.path], caller, request);
    if (!isWorth(found.text) && !found.text.includes('include')) return NO_TEXTS;
    const definitions = this.#withIncluded(found, reader, caller, call);
    return chosenJobs(definitions, jobs).flatMap((job) => this.#textsOf(job, caller));
  }

  /** Jobs of a file that the job itself wrote: they stand where the command does that runs them. */
  #openMade(text: string, call: JobsCall, { source, via }: Caller): readonly TreeText[] {
    if (!this.#work.spend(text.length * READING_WORK)) return NO_TEXTS;
    const reader = this.#guide.readerFor(call.paths[0] ?? '');
    const given = reader ? makeOverrides(reader.dialect, text, call) : '';
    if (!reader) return [madeCode(text, { source, via })];
    const definition = reader.read(source.path, text + given);
    const jobs = chosenJobs([definition], call.jobs);
    return jobs.flatMap((job) =>
      this.#textsOf(job, { source, via }).map((one) => {
        return { ...one, origin: { source, via }, made: one.origin.source.text };
      }),
    );
  }

  /** A file of jobs and those that it includes, in that order. */
  #withIncluded(
    found: Found,
    reader: DialectReader,
    caller: Origin,
    call: JobsCall,
  ): readonly JobDefinition[] {
    const waiting = [found];
    const definitions: JobDefinition[] = [];
    const seen = new Set([found.path]);
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const definition =
        this.#enter(next.path, reader.dialect, caller) && this.#read(next, reader, call);
      if (!definition) continue;
      definitions.push(definition);
      for (const { text } of definition.jobs.flatMap((job) => job.filesRun)) {
        const included = this.#find(scriptCandidates(text, [next.path]).paths);
        if (!included || seen.has(included.path) || seen.size > INCLUDES_MAX) continue;
        seen.add(included.path);
        waiting.push(included);
      }
    }
    return definitions;
  }

  #textsOf(job: Job, caller: Origin): readonly TreeText[] {
    const environment = job.environment.map(({ name, value }) => [name, value.text] as const);
    return job.commands.map(({ source, shell }) => {
      const language = shell === 'sh' ? 'shell' : shell === 'powershell' ? shell : 'code';
      return { origin: { source, via: viaOf(caller, source.path) }, language, environment };
    });
  }

  /** A file of another language, when anything in it may matter. */
  #openCode(
    paths: readonly string[],
    caller: Origin,
    { isWorth, written }: Request,
  ): readonly TreeText[] | null {
    const made = madeText(paths, written);
    if (made !== null) return [madeCode(made, caller)];
    const found = this.#find(paths);
    if (!found) return null;
    if (!isWorth(found.text) || !this.#guide.hasCandidate([found.text])) return NO_TEXTS;
    if (!this.#enter(found.path, 'shell', caller)) return NO_TEXTS;
    return [{ origin: this.#originOf(found, caller), language: 'code', environment: [] }];
  }

  #openDefinition(
    call: Extract<TreeCall, { kind: 'definition' }>,
    caller: Caller,
    request: Request,
  ): readonly TreeText[] | null {
    const made = call.text ?? madeText(call.paths, request.written);
    const reader = this.#guide.readers.find((one) => one.dialect === call.dialect);
    if (made !== null) {
      if (reader) this.#queueMade(reader, made, caller, call);
      return NO_TEXTS;
    }
    const found = this.#find(call.paths);
    if (!found) return null;
    const claimed = this.#guide.readerFor(found.path) ?? reader;
    if (!claimed) return this.#openCode([found.path], caller, request);
    if (!request.isWorth(found.text)) return NO_TEXTS;
    this.#queueFound(found, claimed, caller, { jobs: call.jobs, given: call.environment });
    return NO_TEXTS;
  }

  /** A definition that the job wrote: it stands where the command does that runs it. */
  #queueMade(
    reader: DialectReader,
    text: string,
    { source, start, end, via }: Caller,
    call: Extract<TreeCall, { kind: 'definition' }>,
  ): void {
    if (!this.#work.spend(text.length * READING_WORK)) return;
    const anchor: Anchor = { source, start, end, layers: [text], via };
    const definition = reader.read(source.path, text);
    const jobs = chosenJobs([definition], call.jobs);
    const variables = { environment: NO_VARIABLES, given: call.environment };
    this.#definitions.push({ definition, via, anchor, jobs, ...variables });
  }

  #queueFound(found: Found, reader: DialectReader, caller: Origin, order: Order): void {
    if (!this.#enter(found.path, reader.dialect, caller)) return;
    const definition = this.#read(found, reader);
    if (!definition) return;
    const via = viaOf(caller, found.path);
    const jobs = chosenJobs([definition], order.jobs);
    const { environment = NO_VARIABLES, given = NO_VARIABLES } = order;
    const key = JSON.stringify([found.path, order.jobs, ...environment, ...given]);
    if (this.#queued.has(key)) return;
    this.#queued.add(key);
    this.#definitions.push({ definition, via, anchor: null, jobs, environment, given });
  }

  /** Queues a definition that another one names: a local action, an include, a Dockerfile. */
  follow(paths: readonly string[], as: ReadAs, caller: Origin, order: Order): boolean {
    const found = this.#find(paths);
    const reader = found && this.#readerOf(found.path, as);
    if (!found || !reader) return false;
    this.#queueFound(found, reader, caller, order);
    return true;
  }

  #readerOf(path: string, { own, named }: ReadAs): DialectReader | undefined {
    const readerOf = (dialect: Dialect) =>
      this.#guide.readers.find((one) => one.dialect === dialect);
    if (named !== null) return readerOf(named);
    if (isCode(path)) return codeReader;
    const isScript = isScriptPath(path);
    return this.#guide.readerFor(path) ?? readerOf(isScript ? 'shell' : own);
  }

  #find(paths: readonly string[]): Found | null {
    for (const path of paths) {
      const text = this.textOf(filePath(path));
      // Whoever finds a file looks through it, so each time costs its length.
      if (text !== null) {
        return this.#work.spend(text.length) ? { path: filePath(path), text } : null;
      }
    }
    return null;
  }

  /** Notes a file that is run, or says why it is not followed and returns null. */
  #enter(path: string, dialect: Dialect, caller: Origin): FollowedFile | null {
    if (caller.via.length > scanFollowDepthMax) {
      this.say(gaveUp(`files run one another more than ${scanFollowDepthMax} deep`), caller.via);
      return null;
    }
    const before = this.files.get(path);
    if (before) return before;
    if (this.files.size >= scanFollowFilesMax) {
      this.say(gaveUp(`more than ${scanFollowFilesMax} files are run`), caller.via);
      return null;
    }
    const via = viaOf(caller, path);
    const file = { path, dialect, via, unread: new Set<string>(), broken: false };
    this.files.set(path, file);
    this.#check(file);
    return file;
  }

  #check(file: FollowedFile): void {
    const text = this.textOf(file.path) ?? '';
    const tooLarge = gaveUp(`has more than ${scanFileBytesMax} characters and was not read`);
    const problem = text.length > scanFileBytesMax ? tooLarge : textProblem(text);
    if (problem === null) return;
    file.broken = true;
    file.unread.add(problem);
  }

  #read(found: Found, reader: DialectReader, call?: JobsCall): JobDefinition | null {
    const file = this.files.get(found.path);
    if (found.text.length > scanFileBytesMax) return null;
    const given = call ? makeOverrides(reader.dialect, found.text, call) : '';
    const key = `${found.path}\0${given}`;
    const before = this.#definitionsRead.get(key);
    if (before) return before;
    if (!this.#work.spend(found.text.length * READING_WORK)) return null;
    const definition = readDefinition(reader, found.path, found.text + given);
    this.#definitionsRead.set(key, definition);
    for (const sentence of definition.unread) file?.unread.add(sentence);
    if (file && (definition.broken ?? definition.unread.length > 0)) file.broken = true;
    return definition;
  }

  #originOf({ path, text }: Found, caller: Origin): Origin {
    const before = this.#sources.get(path);
    const source = before ?? verbatim(path, text.length > scanFileBytesMax ? '' : text);
    if (!before) this.#sources.set(path, source);
    return { source, via: viaOf(caller, path) };
  }
}

/** How a file is read that a definition names. */
export interface ReadAs {
  /** The definition's own dialect, for a file whose name tells nothing. */
  readonly own: Dialect;
  /** What the definition says that it is, whatever its name. */
  readonly named: Dialect | null;
}

/** What of a definition is run, and with which variables. */
export interface Order {
  readonly jobs: readonly string[];
  readonly environment?: ReadonlyMap<string, string>;
  readonly given?: ReadonlyMap<string, string>;
}

const NO_VARIABLES: ReadonlyMap<string, string> = new Map();

function contentOf(file: ReturnType<FileOf>): Printed | null {
  if (file === null) return null;
  if (typeof file === 'string') return file.length > shellDecodedLengthMax ? null : file;
  return file.size > shellDecodedLengthMax ? null : Uint8Array.from(file.bytes);
}

/** Code that a command of the job wrote: it stands where the command does that runs it. */
function madeCode(made: string, { source, via }: Origin): TreeText {
  return { origin: { source, via }, made, language: 'code', environment: [] };
}

function madeText(paths: readonly string[], written: Written): string | null {
  for (const path of paths) {
    const made = written(path);
    if (made !== null) return textOfPrinted(made);
  }
  return null;
}
