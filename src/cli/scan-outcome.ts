/**
 * What a scan comes to, once the operator has had his say: suppressions take findings away, a
 * baseline leaves aside what was known before, and what remains is shown and counts.
 *
 *   reports ──► suppressed? ──► known before? ──► definitions, worst first
 *
 * Nothing is left out silently: whatever is set aside is counted in `aside`.
 */
import { scanNotesMax } from '../base/limits.ts';
import { type DefinitionReport, type Finding, VERDICTS, type Verdict } from '../model/finding.ts';
import type { Baseline } from './baseline.ts';
import { findingFingerprints } from './fingerprint.ts';
import type { TreeScan } from './gathering.ts';
import type { UnreadInput } from './judge-file.ts';
import type { SuppressionList } from './suppression-list.ts';

export interface ScanSummary {
  readonly files: number;
  /** All of them; those that the baseline knows are in no verdict's count. */
  readonly definitions: number;
  readonly confirmed: number;
  readonly suspected: number;
  readonly clear: number;
  readonly unchecked: number;
}

export interface ShownFinding extends Finding {
  readonly fingerprint: string;
}

export interface ShownDefinition extends DefinitionReport {
  readonly findings: readonly ShownFinding[];
}

export interface SuppressedFinding {
  readonly finding: ShownFinding;
  /** Where the suppression stands: `davylamp.yaml:7`. */
  readonly by: string;
  readonly reason: string;
}

/** One of several trees, with what is not clear in it. */
export interface RepositorySummary {
  readonly path: string;
  readonly confirmed: number;
  readonly suspected: number;
  readonly unchecked: number;
}

export interface ScanOutcome {
  readonly summary: ScanSummary;
  /** Those that are not clear, worst first. */
  readonly definitions: readonly ShownDefinition[];
  /** Every tree that holds definitions, worst first. */
  readonly repositories: readonly RepositorySummary[];
  readonly unread: readonly UnreadInput[];
  /** What the operator should know about the scan itself, a sentence each. */
  readonly notes: readonly string[];
  readonly aside: {
    /** Files that the operator left out. */
    readonly excludedFiles: number;
    /** With --tracked: files that git does not track. */
    readonly untrackedFiles: number;
    /** With --changed-since: definitions that did not change. */
    readonly unchangedDefinitions: number;
    readonly suppressed: readonly SuppressedFinding[];
    /** Of the baseline: definitions with nothing new, findings and sentences, inputs not read. */
    readonly knownDefinitions: number;
    readonly known: number;
  };
}

export interface OperatorSay {
  readonly suppressions: SuppressionList;
  readonly baseline: Baseline | null;
}

/** Findings of a definition that is not even suspected weigh something from here on. */
const NOTABLE_BITS_MIN = 3;
const ORDER = new Map(VERDICTS.map((verdict, index) => [verdict, index]));

export function outcomeOf(scan: TreeScan, { suppressions, baseline }: OperatorSay): ScanOutcome {
  const suppressed: SuppressedFinding[] = [];
  const left = scan.reports.map((report) => {
    if (report.findings.length === 0) return { ...report, findings: [] };
    return suppress(withFingerprints(report), suppressions, suppressed);
  });
  const remaining = left.map((definition) => leaveKnown(definition, baseline));
  const counted = remaining.flatMap(({ definition }) => definition ?? []);
  const known = remaining.reduce((sum, one) => sum + one.known, 0);
  const unread = scan.unread.filter(({ path, why }) => !baseline?.knows(path, why));
  const definitions = counted.filter(({ verdict }) => verdict !== 'clear').toSorted(worstFirst);
  return {
    summary: summaryOf(scan, counted),
    definitions,
    repositories: repositoriesOf(scan.repositories, definitions),
    unread,
    notes: firstNotes([...scan.notes, ...suppressions.notes()]),
    aside: {
      excludedFiles: scan.excluded,
      untrackedFiles: scan.untracked,
      unchangedDefinitions: scan.unchanged,
      suppressed,
      knownDefinitions: left.length - counted.length,
      known: known + scan.unread.length - unread.length,
    },
  };
}

/** Whether a person wants to see it: `curl … | sh` by itself is everyday. */
export function isNotable({ verdict }: ShownDefinition, { bits }: Finding): boolean {
  return verdict === 'confirmed' || verdict === 'suspected' || bits >= NOTABLE_BITS_MIN;
}

/** Each finding once, of the worst definition that has it: a script's are also its caller's. */
export function distinctFindings({ definitions }: ScanOutcome): readonly {
  readonly finding: ShownFinding;
  readonly definition: ShownDefinition;
}[] {
  const found = new Map<string, { finding: ShownFinding; definition: ShownDefinition }>();
  for (const definition of definitions) {
    for (const finding of definition.findings) {
      if (!found.has(finding.fingerprint)) found.set(finding.fingerprint, { finding, definition });
    }
  }
  return [...found.values()];
}

function summaryOf(scan: TreeScan, counted: readonly DefinitionReport[]): ScanSummary {
  const counts: Record<Verdict, number> = { confirmed: 0, suspected: 0, clear: 0, unchecked: 0 };
  for (const { verdict } of counted) counts[verdict]++;
  return { files: scan.files, definitions: scan.reports.length, ...counts };
}

function firstNotes(notes: readonly string[]): readonly string[] {
  const more = notes.length - scanNotesMax;
  return more > 0 ? [...notes.slice(0, scanNotesMax), `and ${more} more notes`] : notes;
}

function repositoriesOf(
  repositories: readonly string[],
  definitions: readonly DefinitionReport[],
): readonly RepositorySummary[] {
  const known = new Set(repositories);
  const byRepository = Map.groupBy(definitions, ({ path }) => enclosing(path, known));
  const summaries = repositories.map((path) => {
    const own = byRepository.get(path) ?? [];
    const count = (wanted: Verdict): number => {
      return own.filter(({ verdict }) => verdict === wanted).length;
    };
    const counts = { confirmed: count('confirmed'), suspected: count('suspected') };
    return { path: path || '.', ...counts, unchecked: count('unchecked') };
  });
  return summaries.toSorted((a, b) => {
    return b.confirmed - a.confirmed || b.suspected - a.suspected || b.unchecked - a.unchecked;
  });
}

/** The innermost of the folders around a path, or an empty string. */
function enclosing(path: string, folders: ReadonlySet<string>): string {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (folders.has(path.slice(0, end))) return path.slice(0, end);
  }
  return '';
}

function worstFirst(a: DefinitionReport, b: DefinitionReport): number {
  return (ORDER.get(a.verdict) ?? 0) - (ORDER.get(b.verdict) ?? 0);
}

function withFingerprints(report: DefinitionReport): ShownDefinition {
  const fingerprints = findingFingerprints(report.findings);
  const findings = report.findings.map((finding, i) => {
    return { ...finding, fingerprint: fingerprints[i] ?? '' };
  });
  return { ...report, findings };
}

/**
 * A definition keeps its verdict while one executed finding is left: which findings belong together
 * only the judge knows, and a suppression must never hide more than it names.
 */
function suppress(
  definition: ShownDefinition,
  suppressions: SuppressionList,
  suppressed: SuppressedFinding[],
): ShownDefinition {
  const findings = definition.findings.filter((finding) => {
    const by = suppressions.match(finding);
    if (by !== null) suppressed.push({ finding, by: by.place, reason: by.reason });
    return by === null;
  });
  if (findings.length === definition.findings.length) return definition;
  if (findings.some(({ position }) => position === 'executed')) return { ...definition, findings };
  const verdict = definition.unchecked.length > 0 ? 'unchecked' : 'clear';
  return { ...definition, verdict, bits: bitsOf(findings), executedBits: 0, findings };
}

function bitsOf(findings: readonly Finding[]): number {
  return findings.reduce((most, { bits }) => Math.max(most, bits), 0);
}

interface Remaining {
  /** Null when nothing about it is new. */
  readonly definition: ShownDefinition | null;
  readonly known: number;
}

/** A definition that became worse is shown whole: the same words may have come to run. */
function leaveKnown(definition: ShownDefinition, baseline: Baseline | null): Remaining {
  const { path, verdict } = definition;
  if (baseline === null || verdict === 'clear') return { definition, known: 0 };
  const before = baseline.verdictOf(path);
  const isWorse = before === null || (ORDER.get(verdict) ?? 0) < (ORDER.get(before) ?? 0);
  if (isWorse) return { definition, known: 0 };
  const findings = definition.findings.filter(({ fingerprint }) => !baseline.has(fingerprint));
  const unchecked = definition.unchecked.filter((sentence) => !baseline.knows(path, sentence));
  const all = definition.findings.length + definition.unchecked.length;
  const known = all - findings.length - unchecked.length;
  const isNew = findings.length + unchecked.length > 0;
  return { definition: isNew ? { ...definition, findings, unchecked } : null, known };
}
