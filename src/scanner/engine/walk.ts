/**
 * The walk: from a definition through the files of its tree that it runs. Each file is read, seen
 * through and judged, and all of them spend from one account of work, so that many small files
 * cost no more than a large one.
 */
import { scanFileBytesMax } from '../../base/limits.ts';
import { type DefinitionReport, gaveUp, isGivenUp } from '../../model/finding.ts';
import type { Dialect, DialectReader, Job, JobDefinition } from '../../model/job-definition.ts';
import { verbatim } from '../../model/source-text.ts';
import type { Indicators } from '../indicators/indicators.ts';
import { followReferences } from './follow-references.ts';
import { type FileOf, type FollowedFile, type FollowGuide, Following } from './following.ts';
import { type HandedOn, lacking, missedBy, writesAny, writtenBy } from './handed-on-files.ts';
import { JobSight, type SightContext } from './job-sight.ts';
import { codeOf, type JobShape, type JobView } from './job-view.ts';
import { judge, judgeWeighed, type Weighed, weighAll, weighedThrough } from './judge.ts';
import type { Rule } from './rule.ts';
import { textProblem } from './text-problem.ts';
import { OVERSPENT, Work } from './work.ts';

/** What a walk asks the scanner. */
export interface WalkGuide extends FollowGuide {
  readonly rules: readonly Rule[];
  readonly indicators: Indicators;
  /** Whether a rule could see something in a job. */
  isCandidate(job: Job): boolean;
}

export interface TextToScan {
  readonly reader: DialectReader;
  readonly path: string;
  readonly text: string;
}

const NO_VARIABLES: ReadonlyMap<string, string> = new Map();
const NOTHING_HANDED_ON: HandedOn = new Map();
type Circumstances = Omit<SightContext, 'work' | 'indicators' | 'isTemplate' | 'handedOn'>;

/** A definition without a tree around it. */
export const NO_FILES: FileOf = () => null;
/** How a script names itself. */
function ownPath(path: string): ReadonlyMap<string, string> {
  return new Map([
    ['0', `./${path}`],
    ['BASH_SOURCE', `$PWD/${path}`],
  ]);
}

/** Whatever a candidate runs may matter. */
const ALWAYS = (): boolean => true;

export class Walk {
  readonly reports: DefinitionReport[] = [];
  readonly #guide: WalkGuide;
  readonly #fileOf: FileOf;
  readonly #work: Work;

  constructor(guide: WalkGuide, fileOf: FileOf, work: Work = new Work()) {
    this.#guide = guide;
    this.#fileOf = fileOf;
    this.#work = work;
  }

  scanText({ reader, path, text }: TextToScan): void {
    if (text.length > scanFileBytesMax) {
      const tooLarge = gaveUp(`has more than ${scanFileBytesMax} characters and was not read`);
      this.reports.push(this.judgeRaw(path, '', reader.dialect, [tooLarge]));
      return;
    }
    const problem = textProblem(text);
    const read = reader.read(path, text);
    const unread = problem === null ? read.unread : [...read.unread, problem];
    const broken = problem !== null || (read.broken ?? read.unread.length > 0);
    if (read.jobs.length === 0 && unread.length > 0) {
      this.reports.push({ ...this.judgeRaw(path, text, reader.dialect, unread), broken });
    } else {
      this.judgeDefinition({ ...read, unread, broken });
    }
  }

  /** Judges a definition together with the files that it runs, and each of those with its own. */
  judgeDefinition(definition: JobDefinition): void {
    const following = new Following(this.#guide, this.#fileOf, this.#work);
    // Jobs share nothing that the text tells, so each is seen through for its own sake.
    const { path, dialect } = definition;
    const environment = dialect === 'shell' ? ownPath(path) : NO_VARIABLES;
    const given = NO_VARIABLES;
    const first = { environment, given, via: [], anchor: null, isWorth: ALWAYS };
    const views = this.#seeFirst(definition.jobs, dialect, { ...first, following });
    followReferences(definition, [], following);
    for (let queue = following.take(); queue.length > 0; queue = following.take()) {
      for (const next of queue) {
        views.push(
          ...this.#see(next.jobs, next.definition.dialect, { ...next, following, isWorth: ALWAYS }),
        );
        followReferences(next.definition, next.via, following);
      }
    }
    if (this.#work.exhausted) following.say(OVERSPENT, []);
    const files = [...following.files.values()];
    const sentences = files.flatMap((file) =>
      [...file.unread].map((one) => `${file.path}: ${one}`),
    );
    const unread = [...definition.unread, ...following.unread, ...sentences];
    const weighed = weighAll(this.#guide.rules, views);
    const judgement = judgeWeighed(weighed, unread);
    const broken = (definition.broken ?? definition.unread.length > 0) || unread.some(isGivenUp);
    this.reports.push({ path, dialect, broken, ...judgement });
    for (const file of files) this.#judgeFile(file, weighed);
  }

  /** The report on a file that is run: what stands in it and in the files that it runs itself. */
  #judgeFile(
    { path, dialect, via, unread, broken }: FollowedFile,
    weighed: readonly Weighed[],
  ): void {
    const judgement = judgeWeighed(weighedThrough(weighed, path), [...unread]);
    const isBroken = broken || judgement.unchecked.some(isGivenUp);
    this.reports.push({ path, dialect, broken: isBroken, via, ...judgement });
  }

  /**
   * Jobs that a rule could see something in, alone or together with a file that they run, and those
   * that write a file for them.
   */
  #seeFirst(jobs: readonly Job[], dialect: Dialect, context: Circumstances): JobView[] {
    const seen: JobSight[] = [];
    const others: Job[] = [];
    for (const job of jobs) {
      const sight = this.#guide.isCandidate(job)
        ? this.#sight(job, dialect, context)
        : this.#sightThroughFiles(job, dialect, context);
      if (sight) seen.push(sight);
      else others.push(job);
    }
    const missed = missedBy(seen);
    const writers = others.filter((job) => codeOf(job).some((text) => writesAny(text, missed)));
    const sights = [...seen, ...writers.map((job) => this.#sight(job, dialect, context))];
    return this.#viewsOf(sights, dialect, context);
  }

  #sightThroughFiles(job: Job, dialect: Dialect, context: Circumstances): JobSight | null {
    const texts = codeOf(job);
    if (this.#fileOf === NO_FILES || !this.#guide.runsFiles(texts)) return null;
    const isWorth = (text: string): boolean =>
      this.#guide.runsFiles([text]) || this.#guide.hasCandidate([...texts, text]);
    const before = context.following.files.size;
    const sight = this.#sight(job, dialect, { ...context, isWorth });
    return context.following.files.size === before ? null : sight;
  }

  #see(jobs: readonly Job[], dialect: Dialect, context: Circumstances): JobView[] {
    const sights = jobs.map((job) => this.#sight(job, dialect, context));
    return this.#viewsOf(sights, dialect, context);
  }

  /** Their views, of those that lack a file with what the others hand on. */
  #viewsOf(sights: readonly JobSight[], dialect: Dialect, context: Circumstances): JobView[] {
    const again = new Set(lacking(sights));
    const handedOn = again.size > 0 ? writtenBy(sights) : NOTHING_HANDED_ON;
    return sights.map((sight) => {
      const isAgain = again.has(sight) && !this.#work.exhausted;
      const second = isAgain ? this.#sight(sight.job, dialect, context, handedOn) : sight;
      // What could not be paid to its end shows less than what was seen before.
      const whole = this.#work.exhausted ? sight : second;
      return whole.view(dialect === 'dockerfile');
    });
  }

  #sight(
    job: Job,
    dialect: Dialect,
    context: Circumstances,
    handedOn: HandedOn = NOTHING_HANDED_ON,
  ): JobSight {
    const { indicators } = this.#guide;
    const isTemplate = TEMPLATES.has(dialect);
    const work = this.#work;
    const sight = new JobSight(job, { ...context, isTemplate, handedOn, work, indicators });
    sight.runVariables();
    for (const command of job.commands) sight.run(command);
    return sight;
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
    return {
      path,
      dialect,
      broken: unread.length > 0,
      via: [],
      ...judge(this.#guide.rules, views, unread),
    };
  }
}

/** Dialects whose services fill `${{ … }}` into what they hand to a shell. */
const TEMPLATES: ReadonlySet<Dialect> = new Set([
  ...(['github', 'forgejo', 'azure-pipelines', 'semaphore'] as const),
]);

const NO_SHAPE: JobShape = {
  fanOut: 1,
  schedules: [],
  timeoutSeconds: null,
  machine: [],
  environment: [],
  remoteCode: [],
};

function rawView(path: string, text: string, indicators: Indicators): JobView {
  const source = verbatim(path, text);
  const stretch = { source, start: 0, end: text.length, layers: [], via: [], order: 0 };
  const passage = { ...stretch, text, position: 'mentioned' as const };
  const raw = { ...passage, kind: 'raw' as const, name: path, used: false };
  const nothing = { commands: [], images: [], fetched: [], renamedMiners: new Set<string>() };
  return { name: '', indicators, isImageBuild: false, shape: NO_SHAPE, ...nothing, texts: [raw] };
}
