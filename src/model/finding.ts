import type { Excerpt } from './excerpt.ts';
import type { Dialect } from './job-definition.ts';
import type { Place } from './source-text.ts';

export type Severity = 'low' | 'medium' | 'high';
export type Confidence = 'low' | 'medium' | 'high';

/** Where the words stand. Executed beats referenced beats mentioned. */
export type Position = 'executed' | 'referenced' | 'mentioned';

/** What a scan rule saw in a definition, with place and proof. */
export interface Finding {
  /** The rule's id, which is also its file and its page in `docs/rules/`. */
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly position: Position;
  /** Evidence in bits, before dependent findings are grouped. */
  readonly bits: number;
  /** The job that it stands in, or an empty string. */
  readonly job: string;
  readonly location: Place;
  /** The words that matched, after everything around them was seen through. */
  readonly evidence: string;
  /** Layers that were seen through, outermost first; empty when the words stand in the open. */
  readonly decoded: readonly string[];
  /** The word that was decoded, where it stands as it is; `location` is the command's. */
  readonly encodedAt?: Place;
  /** Files from the definition to the one of `location`, both included, when it is another. */
  readonly via?: readonly string[];
  /** The source around it; whoever has the file at hand cuts it out. */
  readonly excerpt?: Excerpt;
}

/**
 * confirmed  a payout identity bound to an executed target
 * suspected  strong words in a strong position, but not both
 * unchecked  nothing found, and something could not be read
 * clear      all of it was read and nothing was found
 */
export const VERDICTS = ['confirmed', 'suspected', 'unchecked', 'clear'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** A value that accounts may share, found in a definition: input to the linker. */
export interface FoundIdentifier {
  readonly kind: IdentifierKind;
  /** For a payout the coin or family (`monero`, `bitcoin`, `DOGE` …) if known; else empty. */
  readonly coin: string;
  readonly value: string;
}

/**
 * payout          a checksum-valid address; behind a coin's tag, one of a coin without a checksum;
 *                 the e-mail address of a pool's user
 * worker          the name under which one copy of a miner reports to its pool
 * worker-grammar  what the workers of one campaign have in common: `ultra_<hex8>`
 */
export const IDENTIFIER_KINDS = ['payout', 'worker', 'worker-grammar'] as const;

export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/** One for all: three lists for each of 20,000 clear reports took 3 MB. */
const NONE: readonly never[] = Object.freeze([]);

/** A report without findings. */
export function bareReport(
  verdict: 'clear' | 'unchecked',
  { path, dialect }: Pick<DefinitionReport, 'path' | 'dialect'>,
  unchecked: readonly string[] = NONE,
): DefinitionReport {
  const nothing = { bits: 0, executedBits: 0, findings: NONE, identifiers: NONE };
  return { path, dialect, verdict, unchecked, broken: unchecked.length > 0, ...nothing };
}

const GAVE_UP = 'gave up: ';

/**
 * The sentence on a limit of the scanner that was reached, so that the rest was not looked at. Who
 * writes a definition can reach it on purpose, by padding; what was written to be run does not.
 */
export function gaveUp(why: string): string {
  return `${GAVE_UP}${why}`;
}

/** Of a sentence of `unchecked`, which may begin with the file that it is about. */
export function isGivenUp(sentence: string): boolean {
  return sentence.includes(GAVE_UP);
}

/** The scanner's judgement on one definition, together with the files of its tree that it runs. */
export interface DefinitionReport {
  readonly path: string;
  /**
   * How it came to be judged: files from the definition that runs it to this one, both included.
   * Absent for one that was judged for itself.
   */
  readonly via?: readonly string[];
  readonly dialect: Dialect;
  readonly verdict: Verdict;
  /** Evidence in bits, after dependent findings have been grouped. */
  readonly bits: number;
  /** The same, of findings in executed position only. */
  readonly executedBits: number;
  /** What could not be read and why, a short sentence each. */
  readonly unchecked: readonly string[];
  /** Part of the file itself could not be read: it is malformed, too large or no text. */
  readonly broken: boolean;
  readonly findings: readonly Finding[];
  readonly identifiers: readonly FoundIdentifier[];
}
