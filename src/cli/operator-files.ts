/**
 * Files that the operator hands to a scan. One that is not there or not right ends the command
 * before anything is scanned: half a baseline would pass off old findings as new ones.
 */
import { resolve } from 'node:path';
import { baselineBytesMax, indicatorFileLengthMax, suppressionsBytesMax } from '../base/limits.ts';
import type { IndicatorLists } from '../scanner/indicators/indicators.ts';
import { parseIndicators } from '../scanner/indicators/parse-indicators.ts';
import { RULES } from '../scanner/rules/registry.ts';
import { type Baseline, loadBaseline } from './baseline.ts';
import { UsageError } from './command.ts';
import { loadSuppressions, type Suppression } from './load-suppressions.ts';
import { readOperatorFile, readOperatorText } from './read-operator-file.ts';
import { type PlacedProblem, problemNote } from './suppression-list.ts';

/** Mistakes of one file that are named before the command ends. */
const PROBLEMS_SHOWN_MAX = 5;

export function readBaseline(file: string | undefined, directory: string): Baseline | null {
  if (file === undefined) return null;
  const read = () => readOperatorFile(resolve(directory, file), baselineBytesMax);
  const loaded = loadBaseline(orUsage(`--baseline ${file}`, read));
  if (loaded.ok) return loaded.value;
  throw new UsageError(`--baseline ${file}: ${loaded.error.message}`);
}

export function readSuppressions(
  file: string | undefined,
  directory: string,
): readonly Suppression[] {
  if (file === undefined) return [];
  const read = () => readOperatorText(resolve(directory, file), suppressionsBytesMax);
  const loaded = loadSuppressions(orUsage(`--suppressions ${file}`, read), file, ruleIds());
  if (loaded.ok) return loaded.value;
  throw new UsageError(problemsText(file, loaded.error));
}

/** Private indicators, or undefined when there are none. */
export function readIndicators(
  file: string | undefined,
  directory: string,
): Partial<IndicatorLists> | undefined {
  if (file === undefined) return undefined;
  const read = () => readOperatorText(resolve(directory, file), indicatorFileLengthMax);
  const parsed = parseIndicators(orUsage(`--indicators ${file}`, read));
  if (parsed.ok) return parsed.value;
  throw new UsageError(problemsText(file, parsed.error));
}

export function ruleIds(): readonly string[] {
  return RULES.map(({ id }) => id);
}

function problemsText(file: string, problems: readonly PlacedProblem[]): string {
  const notes = problems.slice(0, PROBLEMS_SHOWN_MAX).map((problem) => problemNote(file, problem));
  const more = problems.length - notes.length;
  return [...notes, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function orUsage<Content>(what: string, read: () => Content): Content {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`${what}: ${(error as Error).message}`);
  }
}
