/** Cuts out of a file what a person wants to see of a finding. */
import { excerptLineLengthMax, excerptLinesMax, ignoreCommentLengthMax } from '../base/limits.ts';
import type { Excerpt, ExcerptLine } from '../model/excerpt.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { Place } from '../model/source-text.ts';

/** Characters that stay before the place when a long line is cut. */
const CONTEXT_LENGTH = 40;
const IGNORE_MARK = 'davylamp: ignore';

/** The report with the source of its findings. `textOf` gives a file by the path of a place. */
export function withExcerpts(
  report: DefinitionReport,
  textOf: (path: string) => string | null,
): DefinitionReport {
  if (report.findings.length === 0) return report;
  const files = new Map<string, Lines | null>();
  const linesOf = (path: string): Lines | null => {
    const known = files.get(path);
    if (known !== undefined) return known;
    const text = textOf(path);
    const lines = text === null ? null : new Lines(text);
    files.set(path, lines);
    return lines;
  };
  const findings = report.findings.map((finding) => {
    const lines = linesOf(finding.location.path);
    return lines === null ? finding : { ...finding, excerpt: cutExcerpt(lines, finding.location) };
  });
  return { ...report, findings };
}

/** The lines of a file by their numbers. They are found once: a report has up to 50 findings. */
export class Lines {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
    this.#text = text;
    this.#starts = starts;
  }

  /** The text of a line without its end, or null behind the last. Lines count from 1. */
  at(line: number): string | null {
    const start = this.#starts[line - 1];
    if (start === undefined) return null;
    const next = this.#starts[line];
    const text = this.#text.slice(start, next === undefined ? undefined : next - 1);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }
}

export function cutExcerpt(lines: Lines, place: Place): Excerpt {
  const cut: ExcerptLine[] = [];
  const last = Math.min(place.endLine, place.line + excerptLinesMax - 1);
  for (let line = place.line; line <= last; line++) {
    const text = lines.at(line);
    if (text === null) break;
    const start = line === place.line ? place.column - 1 : indentOf(text);
    const end = line === place.endLine ? place.endColumn - 1 : text.length;
    cut.push(cutLine(line, text, Math.min(start, text.length), Math.min(end, text.length)));
  }
  const linesLeftOut = Math.max(0, place.endLine - last);
  return { lines: cut, linesLeftOut, ignoreComment: ignoreCommentAt(lines, place) };
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

function cutLine(line: number, text: string, start: number, end: number): ExcerptLine {
  if (text.length <= excerptLineLengthMax) {
    const whole = { isCutBefore: false, isCutAfter: false };
    return { line, text, start, end: Math.max(start, end), ...whole };
  }
  const latest = text.length - excerptLineLengthMax;
  const from = wholeCharacter(text, Math.max(0, Math.min(start - CONTEXT_LENGTH, latest)));
  const to = wholeCharacter(text, from + excerptLineLengthMax);
  return {
    line,
    text: text.slice(from, to),
    start: start - from,
    end: Math.max(start, Math.min(end, to)) - from,
    isCutBefore: from > 0,
    isCutAfter: to < text.length,
  };
}

/** The offset, or the one before where it stands inside a surrogate pair. */
function wholeCharacter(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return offset > 0 && code >= 0xdc00 && code <= 0xdfff ? offset - 1 : offset;
}

/** On the finding's first or last line, or alone on the line before it. */
function ignoreCommentAt(lines: Lines, { line, endLine }: Place): string {
  const before = lines.at(line - 1)?.trimStart() ?? '';
  const above = before.startsWith('#') || before.startsWith('//') ? before : '';
  for (const text of [lines.at(line) ?? '', lines.at(endLine) ?? '', above]) {
    const comment = ignoreComment(text);
    if (comment !== '') return comment;
  }
  return '';
}

/** What stands behind `# davylamp: ignore` or `// davylamp: ignore`, or an empty string. */
function ignoreComment(text: string): string {
  const at = text.indexOf(IGNORE_MARK);
  if (at === -1) return '';
  const before = text.slice(Math.max(0, at - CONTEXT_LENGTH), at).trimEnd();
  if (!before.endsWith('#') && !before.endsWith('//')) return '';
  const from = at + IGNORE_MARK.length;
  return text.slice(from, from + ignoreCommentLengthMax).trim();
}
