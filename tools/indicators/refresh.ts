/**
 * `npm run indicators -- KIND --source TEXT --date DATE LIST…`: refreshes the indicators from lists
 * that an operator supplies; `docs/reference/indicators.md` has the whole of it. Nothing is fetched,
 * and no clock is read, so the same lists give the same bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '../../src/base/result.ts';
import { indicatorName } from '../../src/scanner/indicators/indicator-name.ts';
import { INDICATOR_KINDS, type IndicatorKind } from '../../src/scanner/indicators/indicators.ts';
import { INDICATORS_SCHEMA } from '../../src/scanner/indicators/parse-indicators.ts';
import { type Group, withGroup } from './data-file.ts';
import { readList } from './read-list.ts';

/** Where the names of a kind stand. Payouts stand nowhere: they are people's. */
const DATA: Readonly<Record<IndicatorKind, { file: string; constant: string } | null>> = {
  pools: { file: 'pools.ts', constant: 'POOL_DOMAINS' },
  programs: { file: 'miners.ts', constant: 'MINER_PROGRAMS' },
  repositories: { file: 'miners.ts', constant: 'MINER_REPOSITORIES' },
  images: { file: 'miner-images.ts', constant: 'MINER_IMAGES' },
  flags: { file: 'miner-flags.ts', constant: 'MINER_ONLY_FLAGS' },
  algorithms: { file: 'algorithms.ts', constant: 'MINER_ALGORITHMS' },
  payouts: null,
};

const FOLDER = new URL('../../src/scanner/indicators/', import.meta.url);
const USAGE = `usage: npm run indicators -- KIND --source TEXT --date YYYY-MM-DD LIST…
       KIND is one of ${INDICATOR_KINDS.join(', ')}
       --column NAME   the column of CSV lists
       --private FILE  write a private file instead of the data files
       --check         write nothing; end with 1 if something would change`;

interface Request {
  readonly kind: IndicatorKind;
  readonly group: Omit<Group, 'names'>;
  readonly lists: readonly string[];
  readonly column: string;
  readonly privateFile: string | null;
  readonly isCheck: boolean;
}

export interface Outcome {
  readonly exitCode: 0 | 1 | 2;
  readonly lines: readonly string[];
}

/** Runs the tool; what it says comes back, so that a test can read it. */
export function refresh(args: readonly string[], folder: URL = FOLDER): Outcome {
  const request = requestOf(args);
  if (!request.ok) return { exitCode: 2, lines: [request.error, USAGE] };
  const { kind, group, privateFile } = request.value;
  const names: string[] = [];
  const lines: string[] = [];
  for (const file of request.value.lists) {
    const list = listOf(file, request.value);
    if (!list.ok) return { exitCode: 2, lines: [`${file}: ${list.error}`] };
    for (const text of list.value) {
      const name = indicatorName(kind, text);
      if (name.ok) names.push(name.value);
      else lines.push(`refused: '${text}' ${name.error}`);
    }
  }
  const data = DATA[kind];
  if (privateFile === null && data === null) {
    return { exitCode: 2, lines: ["payouts are people's: write them with --private FILE"] };
  }
  const target = privateFile ?? new URL(data?.file ?? '', folder);
  const before = textOf(target);
  const after =
    privateFile === null
      ? withGroup(before, data?.constant ?? '', { ...group, names })
      : privateText(kind, { ...group, names });
  const isChanged = before !== after;
  if (isChanged && !request.value.isCheck) writeFileSync(target, after);
  lines.push(`${names.length} names, ${isChanged ? 'changed' : 'unchanged'}: ${String(target)}`);
  return { exitCode: isChanged && request.value.isCheck ? 1 : 0, lines };
}

function requestOf(args: readonly string[]): Result<Request, string> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        source: { type: 'string' },
        date: { type: 'string' },
        column: { type: 'string' },
        private: { type: 'string' },
        check: { type: 'boolean' },
      },
    });
    const [word = '', ...lists] = positionals;
    const kind = INDICATOR_KINDS.find((one) => one === word);
    const { source = '', date = '', column = '' } = values;
    if (kind === undefined) return fail(`'${word}' is no kind of indicator`);
    if (lists.length === 0) return fail('there is no list');
    if (!/^[\w .,:;()/+-]{1,80}$/.test(source))
      return fail('--source says in 1 to 80 characters whose list it is');
    if (!/^\d{4}-\d\d-\d\d$/.test(date)) return fail('--date is no date such as 2026-11-23');
    const isCheck = values.check === true;
    const privateFile = values.private ?? null;
    return ok({ kind, group: { source, date }, lists, column, privateFile, isCheck });
  } catch (error) {
    return fail((error as Error).message);
  }
}

function listOf(file: string, { kind, column }: Request): Result<readonly string[], string> {
  try {
    return readList(file, readFileSync(file, 'utf8'), { kind, column });
  } catch (error) {
    return fail((error as Error).message);
  }
}

function textOf(target: string | URL): string {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return '';
  }
}

function privateText(kind: IndicatorKind, { source, date, names }: Group): string {
  const items = [...new Set(names)].sort().map((name) => `  - ${JSON.stringify(name)}`);
  const head = [`schema: ${INDICATORS_SCHEMA}`, `source: ${JSON.stringify(source)}`];
  return [...head, `date: ${date}`, `${kind}:`, ...items, ''].join('\n');
}

if (import.meta.main) {
  const { exitCode, lines } = refresh(process.argv.slice(2));
  const output = exitCode === 2 ? process.stderr : process.stdout;
  output.write(`${lines.join('\n')}\n`);
  process.exitCode = exitCode;
}
