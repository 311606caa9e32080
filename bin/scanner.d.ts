/**
 * The types of `davylamp/scanner`. They stand by themselves, so that a program which embeds the
 * scanner does not compile its sources; `src/main/scanner.test.ts` holds them to those.
 */

/** `github`, `gitlab`, `dockerfile` …: `dialects` lists them all. */
export type Dialect = string;

export type Severity = 'low' | 'medium' | 'high';
export type Confidence = 'low' | 'medium' | 'high';
export type Position = 'executed' | 'referenced' | 'mentioned';
export type Verdict = 'confirmed' | 'suspected' | 'unchecked' | 'clear';

/** A stretch of a file. Lines and columns count from 1, columns in UTF-16 units; ends exclude. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Finding {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly position: Position;
  readonly bits: number;
  readonly job: string;
  readonly location: Place;
  readonly evidence: string;
  readonly decoded: readonly string[];
  readonly via?: readonly string[];
}

export interface FoundIdentifier {
  readonly kind: string;
  readonly coin: string;
  readonly value: string;
}

export interface DefinitionReport {
  readonly path: string;
  readonly dialect: Dialect;
  readonly verdict: Verdict;
  readonly bits: number;
  readonly executedBits: number;
  /** What could not be read and why. */
  readonly unchecked: readonly string[];
  /** Part of the file itself could not be read. */
  readonly broken: boolean;
  readonly findings: readonly Finding[];
  readonly identifiers: readonly FoundIdentifier[];
  /** How it came to be judged: from the definition that runs it to this file. */
  readonly via?: readonly string[];
}

export interface ScannerOptions {
  /** The text of a file of private indicators. */
  readonly indicators?: string;
}

export interface DefinitionToScan {
  /** Where the file stands in its repository, with `/`; it tells the dialect, if none is given. */
  readonly path: string;
  readonly text: string;
  readonly dialect?: Dialect;
  /** The text of another file of the tree, or null. Definitions are judged with what they run. */
  readonly fileOf?: (path: string) => string | null;
}

export interface Scanner {
  /**
   * A report on the definition and one on each file that it runs, none when the file is of no
   * known dialect. Pure and synchronous; it never throws, whatever the text holds.
   */
  scan(definition: DefinitionToScan): readonly DefinitionReport[];
  /** The dialect of a file, by its path or else by its text, or null. */
  dialectOf(path: string, text?: string): Dialect | null;
}

export interface RuleSummary {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
}

export declare const dialects: readonly Dialect[];
export declare const rules: readonly RuleSummary[];

/** Takes about 20 ms; make one and keep it. Throws a TypeError on indicators that do not load. */
export declare function createScanner(options?: ScannerOptions): Scanner;
