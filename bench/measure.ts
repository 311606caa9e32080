import { cpus, release, totalmem } from 'node:os';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The value that so great a share of them, of at least one, is below. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

/** What a figure depends on besides the code. */
export function machine(): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
  };
}

/** A measured thing: rows of a table, and the settings that they were measured with. */
export interface Measurement {
  readonly name: string;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly notes: readonly string[];
}

/** The table as Markdown, numbers with at most three significant decimals. */
export function table({ name, settings, columns, rows, notes }: Measurement): string {
  const cell = (value: string | number): string =>
    typeof value === 'number' ? Number(value.toPrecision(4)).toLocaleString('en') : value;
  const lines = [columns, columns.map(() => '---'), ...rows].map(
    (row) => `| ${row.map(cell).join(' | ')} |`,
  );
  const set = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
  return [`## ${name}`, set.join(', '), '', ...lines, '', ...notes, ''].join('\n');
}
