import { annotationsPerKindMax } from '../base/limits.ts';
import type { Verdict } from '../model/finding.ts';
import { printable, shortened } from './printable-text.ts';
import {
  distinctFindings,
  isNotable,
  type ScanOutcome,
  type ShownDefinition,
  type ShownFinding,
} from './scan-outcome.ts';

/** An annotation shows a few lines; a report has up to 50 sentences. */
const MESSAGE_LENGTH_MAX = 1_000;

type Level = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly level: Level;
  /** `path:line:column`, for the log. */
  readonly place: string;
  /** Properties of the workflow command, escaped. */
  readonly properties: string;
  readonly message: string;
}

const LEVELS: Readonly<Record<Verdict, Level>> = {
  confirmed: 'error',
  suspected: 'warning',
  unchecked: 'notice',
  clear: 'notice',
};

/**
 * Workflow commands that GitHub Actions shows as annotations beside the lines. The runner takes ten
 * of a level from one step and drops the rest in silence: what goes over is counted in the last
 * one and stands in the log as plain lines.
 */
export function scanGithub(outcome: ScanOutcome): string {
  const all = [
    ...distinctFindings(outcome)
      .filter(({ finding, definition }) => isNotable(definition, finding))
      .map(({ finding, definition }) => findingAnnotation(finding, definition)),
    ...outcome.definitions.flatMap(unreadAnnotation),
    ...outcome.unread.map(({ path, why }) => plain('warning', `${path} was not read: ${why}`)),
    ...outcome.notes.map((note) => plain('notice', note)),
  ];
  const levels: readonly Level[] = ['error', 'warning', 'notice'];
  const { shown, left } = shareOut(levels.map((level) => all.filter((a) => a.level === level)));
  const log = left.map(({ level, place, message }) => `${level} ${place}${printable(message)}`);
  const group = log.length > 0 ? ['::group::davylamp: more findings', ...log, '::endgroup::'] : [];
  return [...shown.map(command), ...group].map((line) => `${line}\n`).join('');
}

function shareOut(levels: readonly (readonly Annotation[])[]) {
  const shown: Annotation[] = [];
  const left: Annotation[] = [];
  for (const annotations of levels) {
    const [first] = annotations;
    if (first === undefined) continue;
    const isTooMany = annotations.length > annotationsPerKindMax;
    const count = isTooMany ? annotationsPerKindMax - 1 : annotations.length;
    shown.push(...annotations.slice(0, count));
    if (!isTooMany) continue;
    left.push(...annotations.slice(count));
    const rest = annotations.length - count;
    shown.push(plain(first.level, `${rest} more are not shown here; they stand in the log`));
  }
  return { shown, left };
}

function findingAnnotation(finding: ShownFinding, { verdict }: ShownDefinition): Annotation {
  const { rule, title, location, evidence } = finding;
  const { line, column, endLine, endColumn } = location;
  // The runner takes columns only where they stand in one line.
  const columns = line === endLine ? `,col=${column},endColumn=${endColumn}` : '';
  const where = `file=${escapeProperty(location.path)},line=${line},endLine=${endLine}${columns}`;
  return {
    level: LEVELS[verdict],
    place: `${printable(location.path)}:${line}:${column} `,
    properties: `${where},title=${escapeProperty(`davylamp ${rule}`)}`,
    message: `${title} (${verdict}): ${evidence}`,
  };
}

function unreadAnnotation({ path, unchecked }: ShownDefinition): readonly Annotation[] {
  if (unchecked.length === 0) return [];
  const properties = `file=${escapeProperty(path)},title=davylamp`;
  const message = `not read: ${unchecked.join('; ')}`;
  return [{ level: 'notice', place: `${printable(path)} `, properties, message }];
}

function plain(level: Level, message: string): Annotation {
  return { level, place: '', properties: 'title=davylamp', message };
}

function command({ level, properties, message }: Annotation): string {
  const text = escapeData(shortened(printable(message), MESSAGE_LENGTH_MAX));
  return `::${level} ${properties}::${text}`;
}

/** The scanned tree writes part of the message; without this it could write commands of its own. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
