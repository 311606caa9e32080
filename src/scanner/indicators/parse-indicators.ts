/**
 * An operator's own file of indicators, as `docs/reference/indicators.md` describes it. A name that
 * cannot be an indicator is a problem with its place, and no part of a file with a problem counts:
 * a list that half works looks like one that works.
 */
import {
  indicatorFileLengthMax,
  indicatorProblemsMax,
  indicatorsMax,
  scanFileBytesMax,
} from '../../base/limits.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { parseYaml, type YamlEntry, type YamlNode } from '../../base/yaml.ts';
import { indicatorName } from './indicator-name.ts';
import { INDICATOR_KINDS, type IndicatorKind, type IndicatorLists } from './indicators.ts';

export const INDICATORS_SCHEMA = 'davylamp.indicators/1';

export interface IndicatorProblem {
  readonly message: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

type Problems = readonly [IndicatorProblem, ...IndicatorProblem[]];

/** The lists of a file, YAML or JSON, or what is wrong with it. Never throws. */
export function parseIndicators(text: string): Result<Partial<IndicatorLists>, Problems> {
  if (text.length > Math.min(indicatorFileLengthMax, scanFileBytesMax)) {
    const message = `the file has more than ${indicatorFileLengthMax} characters`;
    return fail([{ message, line: 1, column: 1 }]);
  }
  const file = parseYaml(text);
  if (!file.ok) {
    const { message, line, column } = file.error;
    return fail([{ message, line, column }]);
  }
  const reading = new Reading(text);
  const [document, second] = file.value.documents;
  reading.readRoot(document?.root ?? null);
  if (second) reading.problem(second.root?.start ?? 0, 'the file has more than one document');
  return reading.result();
}

class Reading {
  readonly #text: string;
  readonly #lists = new Map<IndicatorKind, Set<string>>();
  readonly #problems: IndicatorProblem[] = [];
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  result(): Result<Partial<IndicatorLists>, Problems> {
    const [first, ...others] = this.#problems;
    if (first) return fail([first, ...others]);
    return ok(Object.fromEntries([...this.#lists].map(([kind, names]) => [kind, [...names]])));
  }

  problem(offset: number, message: string): void {
    if (this.#problems.length >= indicatorProblemsMax) return;
    const before = this.#text.slice(0, offset);
    const line = before.split('\n').length;
    this.#problems.push({ message, line, column: offset - before.lastIndexOf('\n') });
  }

  readRoot(root: YamlNode | null): void {
    if (root?.kind !== 'map') {
      this.problem(root?.start ?? 0, 'the file is no map of lists');
      return;
    }
    const schema = root.entries.find(({ key }) => key.value === 'schema');
    if (schema?.value.kind !== 'scalar' || schema.value.value !== INDICATORS_SCHEMA) {
      this.problem(schema?.value.start ?? root.start, `'schema' is not '${INDICATORS_SCHEMA}'`);
    }
    for (const entry of root.entries) this.#readEntry(entry);
  }

  #readEntry({ key, value, duplicate }: YamlEntry): void {
    if (duplicate) this.problem(key.start, `'${shown(key.value)}' stands twice`);
    if (key.value === 'schema') return;
    if (key.value === 'source' || key.value === 'date') {
      if (value.kind !== 'scalar') this.problem(value.start, `'${key.value}' is no text`);
      return;
    }
    const kind = INDICATOR_KINDS.find((one) => one === key.value);
    if (kind === undefined) {
      const known = INDICATOR_KINDS.join(', ');
      this.problem(key.start, `'${shown(key.value)}' is no list of indicators: ${known}`);
    } else this.#readList(kind, value);
  }

  #readList(kind: IndicatorKind, list: YamlNode): void {
    if (list.kind === 'scalar' && list.value === '') return;
    if (list.kind !== 'sequence') {
      this.problem(list.start, `'${kind}' is no list`);
      return;
    }
    const names = this.#lists.get(kind) ?? new Set();
    this.#lists.set(kind, names);
    for (const item of list.items) {
      if (++this.#count > indicatorsMax) {
        this.problem(item.start, `the file has more than ${indicatorsMax} indicators`);
        return;
      }
      if (item.kind !== 'scalar') this.problem(item.start, `an entry of '${kind}' is no text`);
      else this.#readName(kind, item.value, item.start, names);
    }
  }

  #readName(kind: IndicatorKind, text: string, start: number, names: Set<string>): void {
    const name = indicatorName(kind, text);
    if (name.ok) names.add(name.value);
    else this.problem(start, `'${shown(text)}' of '${kind}' ${name.error}`);
  }
}

const SHOWN_LENGTH_MAX = 80;

function shown(text: string): string {
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX - 1)}…`;
}
