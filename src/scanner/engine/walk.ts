/**
 * The walk: from a definition through the files of its tree that it runs. Each file is read, seen
 * through and judged, and all of them spend from one account of work, so that many small files
 * cost no more than a large one.
 */
import { scanFileBytesMax, scanFollowDepthMax, scanFollowFilesMax } from '../../base/limits.ts';
import type { DefinitionReport } from '../../model/finding.ts';
import type { Dialect, DialectReader, Job, JobDefinition } from '../../model/job-definition.ts';
import { verbatim } from '../../model/source-text.ts';
import type { Indicators } from '../indicators/indicators.ts';
import { codeReader, definitionReferences, filePath, isCode, scriptCandidates } from './follow.ts';
import type { JobShape, JobView } from './job-view.ts';
import { judge } from './judge.ts';
import type { Rule } from './rule.ts';
import { type FileOf, type RunFile, type SeenThrough, seeThrough } from './see-through.ts';
import { textProblem } from './text-problem.ts';
import { Work } from './work.ts';

/** What a walk asks the scanner. */
export interface WalkGuide {
  readonly rules: readonly Rule[];
  readonly readers: readonly DialectReader[];
  readonly indicators: Indicators;
  /** The reader that claims a path, or null. */
  readerFor(path: string): DialectReader | null;
  /** Whether a rule could see something in a job, or in texts read as one. */
  isCandidate(job: Job): boolean;
  hasCandidate(texts: readonly string[]): boolean;
}

export interface TextToScan {
  readonly reader: DialectReader;
  readonly path: string;
  readonly text: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly depth: number;
}

/** The definition that runs or includes another file. */
interface Origin {
  readonly path: string;
  readonly dialect: Dialect;
  readonly depth: number;
}

export const NO_VARIABLES: ReadonlyMap<string, string> = new Map();

export class Walk {
  readonly reports: DefinitionReport[] = [];
  readonly #guide: WalkGuide;
  readonly #fileOf: FileOf;
  readonly #work: Work;
  readonly #visited = new Set<string>();

  constructor(guide: WalkGuide, fileOf: FileOf, work: Work = new Work()) {
    this.#guide = guide;
    this.#fileOf = fileOf;
    this.#work = work;
  }

  scanText(file: TextToScan): void {
    const { reader, path, text, environment, depth } = file;
    if (text.length > scanFileBytesMax) {
      const tooLarge = `has more than ${scanFileBytesMax} characters and was not read`;
      this.reports.push(this.judgeRaw(path, '', reader.dialect, [tooLarge]));
      return;
    }
    const problem = textProblem(text);
    const read = reader.read(path, text);
    const unread = problem === null ? read.unread : [...read.unread, problem];
    if (read.jobs.length === 0 && unread.length > 0) {
      this.reports.push(this.judgeRaw(path, text, reader.dialect, unread));
    } else {
      this.judgeDefinition({ ...read, unread }, environment, depth);
    }
  }

  /** Judges a definition that was read, then the files that it runs. */
  judgeDefinition(
    definition: JobDefinition,
    environment: ReadonlyMap<string, string>,
    depth: number,
  ): void {
    const seen = this.#see(definition, environment);
    const followed: TextToScan[] = [];
    const origin = { path: definition.path, dialect: definition.dialect, depth };
    const unread = [...definition.unread, ...seen.unread];
    for (const run of seen.filesRun) {
      unread.push(...this.#followScript(run, origin, followed));
    }
    for (const reference of definitionReferences(definition)) {
      unread.push(...this.#followDefinition(reference, origin, followed));
    }
    const { path, dialect } = definition;
    const broken = definition.unread.length > 0;
    this.reports.push({ path, dialect, broken, ...judge(this.#guide.rules, seen.views, unread) });
    for (const file of followed) this.scanText(file);
  }

  #see(definition: JobDefinition, environment: ReadonlyMap<string, string>): SeenThrough {
    // Jobs share nothing that the text tells, so each is seen through for its own sake.
    const jobs = definition.jobs.filter((job) => this.#guide.isCandidate(job));
    if (jobs.length === 0) return { views: [], filesRun: [], unread: [] };
    return seeThrough(
      { ...definition, jobs },
      environment,
      this.#work,
      this.#fileOf,
      this.#guide.indicators,
    );
  }

  /** Queues a script that is run; what it says could not be read comes back. */
  #followScript(
    { path, environment }: RunFile,
    origin: Origin,
    followed: TextToScan[],
  ): readonly string[] {
    const { depth } = origin;
    const candidates = scriptCandidates(path, origin.path);
    for (const candidate of candidates.paths) {
      const text = this.#fileOf(candidate);
      const reader = isCode(candidate)
        ? codeReader
        : this.#guide.readers.find(({ dialect }) => dialect === 'shell');
      if (text === null || reader === undefined) continue;
      return this.#queue({ reader, path: candidate, text, environment, depth }, followed);
    }
    return candidates.isScript ? [`runs ${candidates.shown}, which was not read`] : [];
  }

  #followDefinition(
    reference: string,
    { dialect, depth }: Origin,
    followed: TextToScan[],
  ): readonly string[] {
    const path = filePath(reference);
    const text = this.#fileOf(path);
    const own = this.#guide.readers.find((reader) => reader.dialect === dialect);
    const reader = this.#guide.readerFor(path) ?? own;
    if (text === null || !reader)
      return [`includes ${reference.slice(0, 200)}, which was not read`];
    const file = { reader, path, text, environment: NO_VARIABLES, depth };
    return this.#queue(file, followed);
  }

  #queue(file: TextToScan, followed: TextToScan[]): readonly string[] {
    const key = JSON.stringify([file.path, ...file.environment]);
    if (this.#visited.has(key)) return [];
    if (file.depth >= scanFollowDepthMax) {
      return [`files run one another more than ${scanFollowDepthMax} deep`];
    }
    if (this.#visited.size >= scanFollowFilesMax) {
      return [`more than ${scanFollowFilesMax} files are run`];
    }
    this.#visited.add(key);
    followed.push({ ...file, depth: file.depth + 1 });
    return [];
  }

  /** Judges a text that could not be read as what it is: its words are mentioned, no more. */
  judgeRaw(
    path: string,
    text: string,
    dialect: Dialect,
    unread: readonly string[],
  ): DefinitionReport {
    const isWorthIt = text.length <= scanFileBytesMax && this.#guide.hasCandidate([text]);
    const views = isWorthIt ? [rawView(path, text, this.#guide.indicators)] : [];
    return { path, dialect, broken: unread.length > 0, ...judge(this.#guide.rules, views, unread) };
  }
}

const NO_SHAPE: JobShape = {
  fanOut: 1,
  schedules: [],
  timeoutSeconds: null,
  machine: [],
  remoteCode: [],
};

function rawView(path: string, text: string, indicators: Indicators): JobView {
  const source = verbatim(path, text);
  const stretch = { source, start: 0, end: text.length, layers: [], order: 0 };
  const passage = { ...stretch, text, position: 'mentioned' as const };
  const raw = { ...passage, kind: 'raw' as const, name: path, used: false };
  const nothing = { commands: [], images: [], fetched: [], renamedMiners: new Set<string>() };
  return { name: '', indicators, isImageBuild: false, shape: NO_SHAPE, ...nothing, texts: [raw] };
}
