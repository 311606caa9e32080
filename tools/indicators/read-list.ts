/**
 * Names out of a list that somebody keeps, whatever form it has: plain text (hosts files and ad
 * blockers' rules are that too), CSV, or JSON. Forms are told apart by the file's ending.
 */
import { isObject, type Json, parseJson } from '../../src/base/json.ts';
import { MIB } from '../../src/base/limits.ts';
import { fail, ok, type Result } from '../../src/base/result.ts';
import type { IndicatorKind } from '../../src/scanner/indicators/indicators.ts';

export interface ListOptions {
  readonly kind: IndicatorKind;
  /** The column of a CSV list, by its heading; empty: the first one. */
  readonly column: string;
}

export const listBytesMax = 64 * MIB;

/** The names of a list as they stand there, or why it cannot be read. */
export function readList(
  file: string,
  text: string,
  options: ListOptions,
): Result<readonly string[], string> {
  if (text.length > listBytesMax) return fail(`has more than ${listBytesMax} characters`);
  if (file.endsWith('.json')) return jsonNames(text, options.kind);
  return file.endsWith('.csv') ? csvNames(text, options.column) : ok(plainNames(text));
}

/** A name a line. `#` and `!` begin comments, the second as ad blockers have it. */
function plainNames(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => {
    const hash = line.indexOf('#');
    return (hash < 0 ? line : line.slice(0, hash)).trim();
  });
  return lines.filter((line) => line !== '' && !line.startsWith('!') && !line.startsWith('['));
}

function jsonNames(text: string, kind: IndicatorKind): Result<readonly string[], string> {
  const parsed = parseJson(text, listBytesMax);
  if (!parsed.ok) return fail(parsed.error.message);
  const list: Json | undefined = isObject(parsed.value) ? parsed.value[kind] : parsed.value;
  if (!Array.isArray(list)) return fail(`is neither an array nor an object with '${kind}'`);
  const items = list as readonly Json[];
  const names = items.filter((item) => typeof item === 'string');
  return names.length === items.length ? ok(names) : fail('holds something that is no text');
}

function csvNames(text: string, column: string): Result<readonly string[], string> {
  const rows = text
    .split('\n')
    .map((line) => cellsOf(line.trimEnd()))
    .filter((cells) => cells.length > 1 || cells[0] !== '');
  if (column === '') return ok(rows.map(([first = '']) => first));
  const [headings = [], ...others] = rows;
  const at = headings.indexOf(column);
  return at < 0 ? fail(`has no column '${column}'`) : ok(others.map((cells) => cells[at] ?? ''));
}

/** Cells of one line, with quotes doubled inside quotes. A cell of a list holds no line break. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string;
    if (c === '"' && isQuoted && line[i + 1] === '"') cell += line[i++];
    else if (c === '"') isQuoted = !isQuoted;
    else if (c === ',' && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += c;
  }
  return [...cells, cell];
}
