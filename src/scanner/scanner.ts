/**
 * The scanner: job definitions in, verdicts out, pure and synchronous. Read it top to bottom.
 *
 *   sweep        could a rule see anything?        engine/sweep.ts
 *   read         the dialect, by its reader        providers/, passed in
 *   follow       the files of the tree that it runs engine/walk.ts
 *   see through  shells and encodings              engine/job-sight.ts
 *   judge        rules, positions, weights         rules/, engine/judge.ts
 *   verdict      confirmed, suspected, unchecked or clear
 *
 * Nothing is called clear that was not looked at as a whole. A file of a tree is told from its
 * bytes where they leave no doubt (`engine/triage.ts`); else it is read by its dialect's reader, so
 * that a truncated one or an alias bomb is `unchecked`, and seeing through and the rules are left
 * out only for jobs in which the sweep has no candidate.
 */
import { scanFileBytesMax } from '../base/limits.ts';
import type { DefinitionInput, SourceFile } from '../model/definition-input.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { Dialect, DialectReader, Job, JobDefinition } from '../model/job-definition.ts';
import { definitionReferences, filePath, isCode } from './engine/follow.ts';
import { FOLLOWING_ATOMS } from './engine/follow-cues.ts';
import type { FileOf } from './engine/following.ts';
import { codeOf } from './engine/job-view.ts';
import { Plain, type TextForm } from './engine/plain.ts';
import { combineReports } from './engine/report.ts';
import { Sweep } from './engine/sweep.ts';
import { textProblem } from './engine/text-problem.ts';
import type { TreeState } from './engine/tree-state.ts';
import { Triage } from './engine/triage.ts';
import { NO_FILES, Walk, type WalkGuide } from './engine/walk.ts';
import { Work } from './engine/work.ts';
import { type Indicators, PUBLIC_INDICATORS } from './indicators/indicators.ts';
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
  /**
   * What a file of a tree and all that it may run tell by their bytes alone: that no rule could see
   * anything in them. `plain` then means clear, and `template` that the reader says `template` of
   * it. `other` says nothing: `scanFile` tells.
   */
  triage(reader: DialectReader, path: string, bytes: Uint8Array, tree: TreeState): TextForm;
  /** The reader that claims a path, or null: not a known dialect. */
  readerFor(path: string): DialectReader | null;
  /** Whether a file that no reader claims by its path may be one by its text. */
  mayRecognise(path: string): boolean;
  /** The reader that knows its dialect by the text of such a file, or null. */
  recognise(path: string, text: string): DialectReader | null;
}

export type { TextForm } from './engine/plain.ts';
export { TreeState } from './engine/tree-state.ts';

export interface ScannerOptions {
  readonly readers: readonly DialectReader[];
  /** The public ones, when none are given. */
  readonly indicators?: Indicators;
}

export function createScanner({ readers, indicators }: ScannerOptions): Scanner {
  return new RuleScanner(readers, indicators ?? PUBLIC_INDICATORS);
}

/** Dialects whose text is what runs, so that it can be swept without a reader. */
const UNPARSED: ReadonlySet<Dialect> = new Set(['shell', 'dockerfile']);
/** Beginnings of scripts that name a shell, which every script does: they are not swept. */
const SHEBANGS = ['#!/bin/bash', '#!/bin/sh', '#!/usr/bin/env bash', '#!/usr/bin/env sh'];

class RuleScanner implements Scanner, WalkGuide {
  readonly rules = RULES;
  readonly readers: readonly DialectReader[];
  readonly indicators: Indicators;
  readonly #sweep: Sweep;
  /** For names of images, which nothing runs as a command: `python:3.13` is no interpreter. */
  readonly #imageSweep: Sweep;
  readonly #triage: Triage;
  readonly #followSweep = new Sweep(FOLLOWING_ATOMS);

  constructor(readers: readonly DialectReader[], indicators: Indicators) {
    this.readers = readers;
    this.indicators = indicators;
    const atoms = [...RULES.flatMap((rule) => rule.atoms), ...indicators.atoms];
    this.#imageSweep = new Sweep(atoms, false);
    this.#sweep = new Sweep(atoms);
    const dialectOf = this.dialectOf.bind(this);
    this.#triage = new Triage({ sweep: this.#sweep, plain: new Plain(), dialectOf });
  }

  readerFor(path: string): DialectReader | null {
    return this.readers.find((reader) => reader.claims(path)) ?? null;
  }

  mayRecognise(path: string): boolean {
    return this.readers.some(({ byContent }) => byContent?.mayClaim(path) === true);
  }

  recognise(path: string, text: string): DialectReader | null {
    const isOf = ({ byContent }: DialectReader): boolean =>
      byContent?.mayClaim(path) === true &&
      byContent.marks?.some((mark) => text.includes(mark)) !== false &&
      byContent.recognises(text);
    return this.readers.find(isOf) ?? null;
  }

  triage(reader: DialectReader, path: string, bytes: Uint8Array, tree: TreeState): TextForm {
    const form = this.#triage.formOf(reader, path, bytes, tree);
    return form === 'template' && reader.template === undefined ? 'other' : form;
  }

  /** For the triage: what of code in other languages may matter is not told from bytes. */
  dialectOf(path: string, text: string): Dialect | null {
    if (isCode(path) || path.endsWith('.py')) return null;
    return (this.readerFor(path) ?? this.recognise(path, text))?.dialect ?? shellDialectOf(text);
  }

  isClear(input: DefinitionInput): boolean {
    if (input.kind === 'definition') return this.#isClearDefinition(input.definition);
    if (!UNPARSED.has(input.dialect)) return false;
    const texts = input.files.map(({ text }) => text);
    return !texts.some(hasProblem) && !this.hasCandidate(texts);
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
    const own = this.readers.find((reader) => reader.dialect === dialect);
    const texts = new Map(files.map((file) => [filePath(file.path), file.text]));
    const walk = new Walk(this, (path) => texts.get(path) ?? null, work);
    for (const [index, file] of files.entries()) {
      const reader = this.#readerOf(file, index, own);
      if (reader) walk.scanText({ ...file, reader });
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
    const walk = new Walk(this, fileOf);
    walk.scanText({ reader, path, text });
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
    const hasReader = this.readers.some((reader) => reader.dialect === dialect);
    const unread = hasReader ? [] : [`there is no reader for ${dialect}`];
    const isRun = walk.reports.some((report) => report.path === filePath(path));
    return isRun ? [] : [walk.judgeRaw(path, text, dialect, unread)];
  }

  #isClearDefinition(definition: JobDefinition): boolean {
    const texts = textsOf(definition);
    if (definition.unread.length > 0 || texts.some(hasProblem)) return false;
    if (definitionReferences(definition).length > 0) return false;
    return !definition.jobs.some((job) => this.isCandidate(job));
  }

  isCandidate(job: Job): boolean {
    const images = job.images.map(({ text }) => text);
    return this.hasCandidate(codeOf(job)) || this.#imageSweep.hasCandidate(images);
  }

  runsFiles(texts: readonly string[]): boolean {
    return this.#followSweep.hasCandidate(texts.map(withoutShebang));
  }

  hasCandidate(texts: readonly string[]): boolean {
    return this.#sweep.hasCandidate(texts.map(withoutShebang));
  }

  #scanDefinition(definition: JobDefinition, work: Work): DefinitionReport {
    const walk = new Walk(this, NO_FILES, work);
    const problems = textsOf(definition).flatMap((text) => textProblem(text) ?? []);
    const unread = [...definition.unread, ...problems];
    const broken = problems.length > 0 || (definition.broken ?? unread.length > 0);
    const whole = { ...definition, unread, broken };
    walk.judgeDefinition(whole);
    return combineReports(walk.reports, definition.path, definition.dialect);
  }
}

/** Every text of a definition in which a rule could see something. */
function textsOf(definition: JobDefinition): readonly string[] {
  return definition.jobs.flatMap((job) => [...codeOf(job), ...job.images.map(({ text }) => text)]);
}

/** A file without an ending is a shell's when its first line says so. */
function shellDialectOf(text: string): Dialect | null {
  const line = text.slice(0, 80).split('\n', 1)[0] ?? '';
  return line.startsWith('#!') && line.endsWith('sh') ? 'shell' : null;
}

function withoutShebang(text: string): string {
  const shebang = SHEBANGS.find((start) => text.startsWith(start));
  return shebang === undefined ? text : text.slice(shebang.length);
}

function hasProblem(text: string): boolean {
  return text.length > scanFileBytesMax || textProblem(text) !== null;
}
