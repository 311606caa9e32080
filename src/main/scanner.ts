/**
 * The scanner for other programs, as `davylamp/scanner`. What is exported here is a contract:
 * `bin/scanner.d.ts` declares it, `docs/guides/embed.md` describes it, and a test holds the three
 * together. Fields of reports are only ever added.
 */
import type { DefinitionReport } from '../model/finding.ts';
import { DIALECTS, type Dialect, type DialectReader } from '../model/job-definition.ts';
import { READERS } from '../providers/registry.ts';
import { Indicators } from '../scanner/indicators/indicators.ts';
import { parseIndicators } from '../scanner/indicators/parse-indicators.ts';
import { RULES } from '../scanner/rules/registry.ts';
import { createScanner as createEngine, type Scanner as Engine } from '../scanner/scanner.ts';

export interface ScannerOptions {
  /** The text of a file of private indicators (`docs/reference/indicators.md`). */
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
  readonly severity: 'low' | 'medium' | 'high';
  readonly confidence: 'low' | 'medium' | 'high';
}

export const dialects: readonly Dialect[] = DIALECTS;

export const rules: readonly RuleSummary[] = RULES.map(({ id, title, severity, confidence }) => {
  return { id, title, severity, confidence };
});

/** Takes about 20 ms; make one and keep it. Throws a TypeError on indicators that do not load. */
export function createScanner({ indicators }: ScannerOptions = {}): Scanner {
  const engine = createEngine({ readers: READERS, ...indicatorsOf(indicators) });
  return {
    scan({ path, text, dialect, fileOf = () => null }) {
      const reader = readerOf(engine, path, text, dialect);
      return reader === null ? [] : engine.scanFile(reader, path, text, fileOf);
    },
    dialectOf: (path, text = '') => readerOf(engine, path, text)?.dialect ?? null,
  };
}

function indicatorsOf(text: string | undefined): { indicators?: Indicators } {
  if (text === undefined) return {};
  const parsed = parseIndicators(text);
  if (parsed.ok) return { indicators: new Indicators(parsed.value) };
  const [{ line, column, message }] = parsed.error;
  throw new TypeError(`the indicators do not load: ${line}:${column}: ${message}`);
}

function readerOf(
  engine: Engine,
  path: string,
  text: string,
  dialect?: Dialect,
): DialectReader | null {
  if (dialect !== undefined) return READERS.find((reader) => reader.dialect === dialect) ?? null;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return engine.readerFor(path) ?? engine.recognise(name, text);
}
