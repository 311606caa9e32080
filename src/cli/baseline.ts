/**
 * The baseline: a former result of `davylamp scan`, as JSON or SARIF. What stands in it is known,
 * and only what is new is shown and counts. It is only right as a whole, so one that cannot be
 * read whole is an error and never an empty baseline.
 */
import { isObject, type Json, type JsonObject, parseJson } from '../base/json.ts';
import { baselineBytesMax } from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { VERDICTS, type Verdict } from '../model/finding.ts';
import { sentenceFingerprint } from './fingerprint.ts';
import { DEFINITIONS_KEY, FINGERPRINT_KEY, JSON_SCHEMA } from './report-names.ts';

export interface BaselineProblem {
  readonly code: 'unreadable' | 'not-a-report' | 'not-complete';
  readonly message: string;
}

export class Baseline {
  readonly #fingerprints = new Set<string>();
  readonly #verdicts = new Map<string, Verdict>();

  has(fingerprint: string): boolean {
    return this.#fingerprints.has(fingerprint);
  }

  /** Whether the sentence on what was not read stood there. */
  knows(path: string, sentence: string): boolean {
    return this.has(sentenceFingerprint(path, sentence));
  }

  /** The verdict that the definition had, or null when it was clear or was not there. */
  verdictOf(path: string): Verdict | null {
    return this.#verdicts.get(path) ?? null;
  }

  add(fingerprint: string): void {
    this.#fingerprints.add(fingerprint);
  }

  /** Of several verdicts on a path the worst one stays. */
  addVerdict(path: string, verdict: Verdict): void {
    const before = this.#verdicts.get(path);
    const isWorse = before === undefined || VERDICTS.indexOf(verdict) < VERDICTS.indexOf(before);
    if (isWorse) this.#verdicts.set(path, verdict);
  }
}

/** The baseline that a report makes, or why it makes none. Never throws. */
export function loadBaseline(bytes: Uint8Array): Result<Baseline, BaselineProblem> {
  const parsed = parseJson(bytes, baselineBytesMax);
  if (!parsed.ok) return fail({ code: 'unreadable', message: parsed.error.message });
  const report = parsed.value;
  const reading = new Reading();
  if (isObject(report) && report['schema'] === JSON_SCHEMA) reading.json(report);
  else if (isObject(report) && report['version'] === '2.1.0') reading.sarif(report);
  else return fail({ code: 'not-a-report', message: 'it is no JSON or SARIF report of davylamp' });
  return reading.problem === null ? ok(reading.baseline) : fail(reading.problem);
}

class Reading {
  readonly baseline = new Baseline();
  problem: BaselineProblem | null = null;

  json(report: JsonObject): void {
    for (const definition of this.#items(report, 'definitions')) {
      const path = this.#text(definition, 'path');
      this.#verdict(path, definition['verdict']);
      for (const finding of this.#items(definition, 'findings')) {
        this.baseline.add(this.#text(finding, 'fingerprint'));
      }
      for (const sentence of this.#list(definition, 'unchecked')) this.#sentence(path, sentence);
    }
    for (const unread of this.#items(report, 'unread')) {
      this.#sentence(this.#text(unread, 'path'), unread['why'] ?? null);
    }
  }

  sarif(log: JsonObject): void {
    for (const run of this.#items(log, 'runs')) {
      for (const result of this.#items(run, 'results')) {
        this.baseline.add(this.#text(this.#object(result, 'partialFingerprints'), FINGERPRINT_KEY));
      }
      const properties = this.#object(run, 'properties');
      for (const definition of this.#items(properties, DEFINITIONS_KEY)) {
        this.#verdict(this.#text(definition, 'path'), definition['verdict']);
      }
      for (const invocation of this.#items(run, 'invocations')) {
        for (const notification of this.#items(invocation, 'toolExecutionNotifications')) {
          this.baseline.add(this.#text(this.#object(notification, 'properties'), 'fingerprint'));
        }
      }
    }
  }

  #verdict(path: string, value: Json | undefined): void {
    const verdict = VERDICTS.find((known) => known === value);
    if (verdict === undefined) this.#fail('a definition without a verdict');
    else this.baseline.addVerdict(path, verdict);
  }

  #sentence(path: string, sentence: Json): void {
    if (typeof sentence === 'string') this.baseline.add(sentenceFingerprint(path, sentence));
    else this.#fail('something that was not read without its reason');
  }

  #items(parent: JsonObject, key: string): readonly JsonObject[] {
    const items = this.#list(parent, key);
    const objects = items.filter(isObject);
    if (objects.length < items.length) this.#fail(`${key} with something else than objects`);
    return objects;
  }

  #object(parent: JsonObject, key: string): JsonObject {
    const value = parent[key];
    if (isObject(value)) return value;
    this.#fail(`something without ${key}`);
    return {};
  }

  #list(parent: JsonObject, key: string): readonly Json[] {
    const list = parent[key];
    if (Array.isArray(list)) return list;
    this.#fail(`no list of ${key}`);
    return [];
  }

  #text(parent: JsonObject, key: string): string {
    const text = parent[key];
    if (typeof text === 'string') return text;
    this.#fail(`something without its ${key}`);
    return '';
  }

  #fail(what: string): void {
    this.problem ??= { code: 'not-complete', message: `it holds ${what}` };
  }
}
