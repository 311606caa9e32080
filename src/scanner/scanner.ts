/**
 * The scanner: job definitions in, verdicts out, pure and synchronous. Read it top to bottom.
 *
 *   sweep        could a rule see anything?        engine/sweep.ts
 *   read         the dialect, by its reader        providers/, passed in
 *   see through  shells, encodings, files          engine/see-through.ts
 *   judge        rules, positions, weights         rules/, engine/judge.ts
 *   verdict      confirmed, suspected, unchecked or clear
 *
 * Nothing is called clear that was not read: a file is always read by its dialect's reader, so that
 * a truncated one or an alias bomb is `unchecked`; only what costs more, seeing through and the
 * rules, is left out where the sweep has no candidate.
 */
import { scanFileBytesMax, scanFollowDepthMax, scanFollowFilesMax } from '../base/limits.ts';
import type { DefinitionInput, SourceFile } from '../model/definition-input.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { Dialect, DialectReader, Job, JobDefinition } from '../model/job-definition.ts';
import { verbatim } from '../model/source-text.ts';
import { DECODING_ATOMS, FETCHING_ATOMS, RUNNING_ATOMS } from './engine/cues.ts';
import {
  codeReader,
  definitionReferences,
  filePath,
  isCode,
  scriptCandidates,
} from './engine/follow.ts';
import type { JobView } from './engine/job-view.ts';
import { judge } from './engine/judge.ts';
import { combineReports } from './engine/report.ts';
import { type FileOf, type RunFile, type SeenThrough, seeThrough } from './engine/see-through.ts';
import { Sweep } from './engine/sweep.ts';
import { Work } from './engine/work.ts';
import { RULES } from './rules/registry.ts';

export { mergeReports } from './engine/report.ts';

export interface Scanner {
  /** True when nothing in the input can be part of any rule: no scan needed. One linear pass. */
  isClear(input: DefinitionInput): boolean;
  /** One report for the whole input: the definition and the scripts it runs, the worst verdict. */
  scan(input: DefinitionInput): DefinitionReport;
  /** The same report if it costs at most `units` of work, else null. */
  scanWithin(input: DefinitionInput, units: number): DefinitionReport | null;
  /**
   * Judges one file of a tree: a report for it, and one for each script of the tree that it runs.
   * `fileOf` gives the text of another file of the tree, or null.
   */
  scanFile(
    reader: DialectReader,
    path: string,
    text: string,
    fileOf: FileOf,
  ): readonly DefinitionReport[];
  /** The reader that claims a path, or null: not a known dialect. */
  readerFor(path: string): DialectReader | null;
  /** Whether a file that no reader claims by its path may be one by its text. */
  mayRecognise(path: string): boolean;
  /** The reader that knows its dialect by the text of such a file, or null. */
  recognise(path: string, text: string): DialectReader | null;
}

export function createScanner(options: { readonly readers: readonly DialectReader[] }): Scanner {
  return new RuleScanner(options.readers);
}

/** Dialects whose text is what runs, so that it can be swept without a reader. */
const UNPARSED: ReadonlySet<Dialect> = new Set(['shell', 'dockerfile']);
const NO_VARIABLES: ReadonlyMap<string, string> = new Map();
const NO_FILES: FileOf = () => null;
/** Beginnings of scripts that name a shell, which every script does: they are not swept. */
const SHEBANGS = ['#!/bin/bash', '#!/bin/sh', '#!/usr/bin/env bash', '#!/usr/bin/env sh'];

/** One walk from a definition through the files that it runs. */
interface Walk {
  readonly fileOf: FileOf;
  /** One account for all of them, so that many small files cost no more than a large one. */
  readonly work: Work;
  readonly reports: DefinitionReport[];
  readonly visited: Set<string>;
}

interface TextToScan {
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

class RuleScanner implements Scanner {
  readonly #readers: readonly DialectReader[];
  readonly #sweep = new Sweep([
    ...RULES.flatMap(({ atoms }) => atoms),
    ...DECODING_ATOMS,
    ...RUNNING_ATOMS,
    ...FETCHING_ATOMS,
  ]);
  /** For names of images, which nothing runs as a command: `python:3.13` is no interpreter. */
  readonly #imageSweep = new Sweep(RULES.flatMap(({ atoms }) => atoms));

  constructor(readers: readonly DialectReader[]) {
    this.#readers = readers;
  }

  readerFor(path: string): DialectReader | null {
    return this.#readers.find((reader) => reader.claims(path)) ?? null;
  }

  mayRecognise(path: string): boolean {
    return this.#readers.some(({ byContent }) => byContent?.mayClaim(path) === true);
  }

  recognise(path: string, text: string): DialectReader | null {
    const isOf = ({ byContent }: DialectReader): boolean =>
      byContent?.mayClaim(path) === true && byContent.recognises(text);
    return this.#readers.find(isOf) ?? null;
  }

  isClear(input: DefinitionInput): boolean {
    if (input.kind === 'definition') return this.#isClearDefinition(input.definition);
    if (!UNPARSED.has(input.dialect)) return false;
    const texts = input.files.map(({ text }) => text);
    return !texts.some(hasProblem) && !this.#hasCandidate(texts);
  }

  scan(input: DefinitionInput): DefinitionReport {
    return this.#scan(input, new Work());
  }

  scanWithin(input: DefinitionInput, units: number): DefinitionReport | null {
    const work = new Work(units);
    const report = this.#scan(input, work);
    return work.exhausted ? null : report;
  }

  #scan(input: DefinitionInput, work: Work): DefinitionReport {
    if (input.kind === 'definition') return this.#scanDefinition(input.definition, work);
    const { dialect, files } = input;
    const own = this.#readers.find((reader) => reader.dialect === dialect);
    const texts = new Map(files.map((file) => [filePath(file.path), file.text]));
    const walk = walkOf((path) => texts.get(path) ?? null, work);
    for (const [index, file] of files.entries()) {
      const reader = this.#readerOf(file, index, own);
      if (reader) this.#scanText({ ...file, reader, environment: NO_VARIABLES, depth: 0 }, walk);
      else walk.reports.push(...this.#strayReports(file, dialect, walk));
    }
    return combineReports(walk.reports, files[0]?.path ?? '', dialect);
  }

  scanFile(
    reader: DialectReader,
    path: string,
    text: string,
    fileOf: FileOf,
  ): readonly DefinitionReport[] {
    const walk = walkOf(fileOf);
    this.#scanText({ reader, path, text, environment: NO_VARIABLES, depth: 0 }, walk);
    return walk.reports;
  }

  /** The first file is of the input's dialect whatever its name; of others the name decides. */
  #readerOf(
    { path }: SourceFile,
    index: number,
    own: DialectReader | undefined,
  ): DialectReader | undefined {
    if (index === 0 || own === undefined) return own;
    return this.readerFor(path) ?? (UNPARSED.has(own.dialect) ? own : undefined);
  }

  /** A file that no reader claims counts where something runs it; else its words are mentioned. */
  #strayReports({ path, text }: SourceFile, dialect: Dialect, walk: Walk): DefinitionReport[] {
    const hasReader = this.#readers.some((reader) => reader.dialect === dialect);
    const unread = hasReader ? [] : [`there is no reader for ${dialect}`];
    const isRun = walk.reports.some((report) => report.path === filePath(path));
    return isRun ? [] : [this.#judgeRaw(path, text, dialect, unread)];
  }

  #isClearDefinition(definition: JobDefinition): boolean {
    const texts = textsOf(definition);
    if (definition.unread.length > 0 || texts.some(hasProblem)) return false;
    if (definitionReferences(definition).length > 0) return false;
    return !definition.jobs.some((job) => this.#isCandidate(job));
  }

  #isCandidate(job: Job): boolean {
    const images = job.images.map(({ text }) => text);
    return this.#hasCandidate(codeOf(job)) || this.#imageSweep.hasCandidate(images);
  }

  #hasCandidate(texts: readonly string[]): boolean {
    return this.#sweep.hasCandidate(texts.map(withoutShebang));
  }

  #scanDefinition(definition: JobDefinition, work: Work): DefinitionReport {
    const walk = walkOf(NO_FILES, work);
    const problems = textsOf(definition).flatMap((text) => textProblem(text) ?? []);
    const whole = { ...definition, unread: [...definition.unread, ...problems] };
    this.#judgeDefinition(whole, NO_VARIABLES, 0, walk);
    return combineReports(walk.reports, definition.path, definition.dialect);
  }

  #scanText(file: TextToScan, walk: Walk): void {
    const { reader, path, text, environment, depth } = file;
    if (text.length > scanFileBytesMax) {
      const tooLarge = `has more than ${scanFileBytesMax} characters and was not read`;
      walk.reports.push(this.#judgeRaw(path, '', reader.dialect, [tooLarge]));
      return;
    }
    const problem = textProblem(text);
    const read = reader.read(path, text);
    const unread = problem === null ? read.unread : [...read.unread, problem];
    if (read.jobs.length === 0 && unread.length > 0) {
      walk.reports.push(this.#judgeRaw(path, text, reader.dialect, unread));
    } else {
      this.#judgeDefinition({ ...read, unread }, environment, depth, walk);
    }
  }

  /** Judges a definition that was read, then the files that it runs. */
  #judgeDefinition(
    definition: JobDefinition,
    environment: ReadonlyMap<string, string>,
    depth: number,
    walk: Walk,
  ): void {
    const seen = this.#see(definition, environment, walk);
    const followed: TextToScan[] = [];
    const origin = { path: definition.path, dialect: definition.dialect, depth };
    const unread = [...definition.unread, ...seen.unread];
    for (const run of seen.filesRun) {
      unread.push(...this.#followScript(run, origin, walk, followed));
    }
    for (const reference of definitionReferences(definition)) {
      unread.push(...this.#followDefinition(reference, origin, walk, followed));
    }
    const { path, dialect } = definition;
    const broken = definition.unread.length > 0;
    walk.reports.push({ path, dialect, broken, ...judge(RULES, seen.views, unread) });
    for (const file of followed) this.#scanText(file, walk);
  }

  #see(
    definition: JobDefinition,
    environment: ReadonlyMap<string, string>,
    { fileOf, work }: Walk,
  ): SeenThrough {
    // Jobs share nothing that the text tells, so each is seen through for its own sake.
    const jobs = definition.jobs.filter((job) => this.#isCandidate(job));
    if (jobs.length === 0) return { views: [], filesRun: [], unread: [] };
    return seeThrough({ ...definition, jobs }, environment, work, fileOf);
  }

  /** Queues a script that is run; what it says could not be read comes back. */
  #followScript(
    { path, environment }: RunFile,
    origin: Origin,
    walk: Walk,
    followed: TextToScan[],
  ): readonly string[] {
    const { depth } = origin;
    const candidates = scriptCandidates(path, origin.path);
    for (const candidate of candidates.paths) {
      const text = walk.fileOf(candidate);
      const reader = isCode(candidate)
        ? codeReader
        : this.#readers.find(({ dialect }) => dialect === 'shell');
      if (text === null || reader === undefined) continue;
      return this.#queue({ reader, path: candidate, text, environment, depth }, walk, followed);
    }
    return candidates.isScript ? [`runs ${candidates.shown}, which was not read`] : [];
  }

  #followDefinition(
    reference: string,
    { dialect, depth }: Origin,
    walk: Walk,
    followed: TextToScan[],
  ): readonly string[] {
    const path = filePath(reference);
    const text = walk.fileOf(path);
    const own = this.#readers.find((reader) => reader.dialect === dialect);
    const reader = this.readerFor(path) ?? own;
    if (text === null || !reader)
      return [`includes ${reference.slice(0, 200)}, which was not read`];
    const file = { reader, path, text, environment: NO_VARIABLES, depth };
    return this.#queue(file, walk, followed);
  }

  #queue(file: TextToScan, walk: Walk, followed: TextToScan[]): readonly string[] {
    const key = JSON.stringify([file.path, ...file.environment]);
    if (walk.visited.has(key)) return [];
    if (file.depth >= scanFollowDepthMax) {
      return [`files run one another more than ${scanFollowDepthMax} deep`];
    }
    if (walk.visited.size >= scanFollowFilesMax) {
      return [`more than ${scanFollowFilesMax} files are run`];
    }
    walk.visited.add(key);
    followed.push({ ...file, depth: file.depth + 1 });
    return [];
  }

  /** Judges a text that could not be read as what it is: its words are mentioned, no more. */
  #judgeRaw(
    path: string,
    text: string,
    dialect: Dialect,
    unread: readonly string[],
  ): DefinitionReport {
    const isWorthIt = text.length <= scanFileBytesMax && this.#hasCandidate([text]);
    const views = isWorthIt ? [rawView(path, text)] : [];
    return { path, dialect, broken: unread.length > 0, ...judge(RULES, views, unread) };
  }
}

function walkOf(fileOf: FileOf, work: Work = new Work()): Walk {
  return { fileOf, work, reports: [], visited: new Set() };
}

/** Every text of a definition in which a rule could see something. */
function textsOf(definition: JobDefinition): readonly string[] {
  return definition.jobs.flatMap((job) => [...codeOf(job), ...job.images.map(({ text }) => text)]);
}

/** What of a job a shell may come to run. */
function codeOf(job: Job): readonly string[] {
  return [
    ...job.commands.map(({ source }) => source.text),
    ...job.environment.map(({ value }) => value.text),
  ];
}

function withoutShebang(text: string): string {
  const shebang = SHEBANGS.find((start) => text.startsWith(start));
  return shebang === undefined ? text : text.slice(shebang.length);
}

function hasProblem(text: string): boolean {
  return text.length > scanFileBytesMax || textProblem(text) !== null;
}

/** Why a text is not all text, or null. */
function textProblem(text: string): string | null {
  if (text.includes('\ufffd')) return 'holds bytes that are not UTF-8';
  return text.includes('\0') ? 'holds NUL bytes, so it is no text' : null;
}

function rawView(path: string, text: string): JobView {
  const source = verbatim(path, text);
  const stretch = { source, start: 0, end: text.length, layers: [], order: 0 };
  const passage = { ...stretch, text, position: 'mentioned' as const };
  const raw = { ...passage, kind: 'raw' as const, name: path, used: false };
  const nothing = { commands: [], images: [], fetched: [], renamedMiners: new Set<string>() };
  return { name: '', isImageBuild: false, ...nothing, texts: [raw] };
}
