/**
 * The operator's list of findings that are accepted, as YAML:
 *
 *     version: 1
 *     suppressions:
 *       - rule: pool-endpoint        # one of rule, path and fingerprint at least; all must fit
 *         path: test/pools/**
 *         reason: the pool's own tests
 *         expires: 2027-06-30        # optional; the last day on which it holds
 */
import {
  suppressionReasonLengthMax,
  suppressionsBytesMax,
  suppressionsMax,
} from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { DAY_MS, type EpochMs, parseTime } from '../base/time.ts';
import { parseYaml, type YamlNode, type YamlScalar } from '../base/yaml.ts';
import { didYouMean } from '../policy/nearest.ts';
import { type PolicyProblem, PolicyProblems } from '../policy/policy-problem.ts';
import { quote } from '../policy/quote.ts';
import { readFields, readItems, readNumber, readText } from '../policy/yaml-fields.ts';
import { type Glob, globOf } from './glob.ts';

export interface Suppression {
  /** Where it stands: `file:line`. */
  readonly place: string;
  readonly rule: string | null;
  readonly path: Pick<Glob, 'matches'> | null;
  readonly fingerprint: string | null;
  readonly reason: string;
  /** From then on it does not hold. */
  readonly endsAt: EpochMs | null;
}

const FILE = { version: 'required', suppressions: 'required' } as const;
const ITEM = {
  rule: 'optional',
  path: 'optional',
  fingerprint: 'optional',
  reason: 'required',
  expires: 'optional',
} as const;
const NAME_LENGTH_MAX = 1_000;
const VERSIONS = { least: 1, most: 1, whole: true };
const FINGERPRINT = /^[0-9a-f]{32}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** The suppressions of a file, or every mistake in it. Never throws. */
export function loadSuppressions(
  text: string,
  name: string,
  rules: readonly string[],
): Result<readonly Suppression[], readonly PolicyProblem[]> {
  const problems = new PolicyProblems(text);
  const reading = new Reading(name, rules, problems);
  const suppressions = reading.file(text);
  return problems.none ? ok(suppressions) : fail(problems.sorted());
}

class Reading {
  readonly #name: string;
  readonly #rules: readonly string[];
  readonly #problems: PolicyProblems;

  constructor(name: string, rules: readonly string[], problems: PolicyProblems) {
    this.#name = name;
    this.#rules = rules;
    this.#problems = problems;
  }

  file(text: string): readonly Suppression[] {
    const root = this.#root(text);
    if (root === null) return [];
    const fields = readFields(root, 'a suppressions file', FILE, this.#problems);
    if (!fields?.suppressions) return [];
    if (fields.version) readNumber(fields.version, 'version', VERSIONS, this.#problems);
    const what = 'suppressions';
    const items = readItems(fields.suppressions, what, suppressionsMax, this.#problems);
    return items.flatMap((item) => (this.#problems.full ? [] : (this.#suppression(item) ?? [])));
  }

  #root(text: string): YamlNode | null {
    if (Buffer.byteLength(text) > suppressionsBytesMax) {
      const message = `a suppressions file has at most ${suppressionsBytesMax} bytes`;
      this.#problems.addAt('too-large', message, 1, 1);
      return null;
    }
    const yaml = parseYaml(text);
    if (!yaml.ok) {
      const { code, message, line, column } = yaml.error;
      this.#problems.addAt(code, message, line, column);
      return null;
    }
    const [document, second] = yaml.value.documents;
    if (document?.root && second === undefined) return document.root;
    this.#problems.addAt('wrong-shape', 'a suppressions file holds one YAML document', 1, 1);
    return null;
  }

  #suppression(item: YamlNode): Suppression | null {
    const fields = readFields(item, 'a suppression', ITEM, this.#problems);
    if (fields === null) return null;
    const suppression = {
      place: `${this.#name}:${this.#problems.lineOf(item.start)}`,
      rule: this.#rule(fields.rule),
      path: this.#path(fields.path),
      fingerprint: this.#fingerprint(fields.fingerprint),
      reason: this.#reason(fields.reason),
      endsAt: this.#end(fields.expires),
    };
    if (fields.rule || fields.path || fields.fingerprint) return suppression;
    const message = 'a suppression needs a rule, a path or a fingerprint';
    this.#problems.add('missing-key', message, item.start);
    return null;
  }

  #reason(node: YamlNode | undefined): string {
    if (node === undefined) return '';
    return readText(node, 'reason', suppressionReasonLengthMax, this.#problems)?.value ?? '';
  }

  #text(node: YamlNode | undefined, what: string): YamlScalar | null {
    return node === undefined ? null : readText(node, what, NAME_LENGTH_MAX, this.#problems);
  }

  #path(node: YamlNode | undefined): Glob | null {
    const scalar = this.#text(node, 'path');
    const glob = scalar === null ? null : globOf(scalar.value);
    if (scalar === null || glob !== null) return glob;
    const message = `path ${quote(scalar.value)} names no file and no folder`;
    this.#problems.add('wrong-value', message, scalar.start);
    return null;
  }

  #rule(node: YamlNode | undefined): string | null {
    const scalar = this.#text(node, 'rule');
    if (scalar === null || this.#rules.includes(scalar.value)) return scalar?.value ?? null;
    const hint = didYouMean(scalar.value, this.#rules);
    const message = `there is no rule ${quote(scalar.value)}${hint}`;
    this.#problems.add('unknown-rule', message, scalar.start);
    return null;
  }

  #fingerprint(node: YamlNode | undefined): string | null {
    const scalar = this.#text(node, 'fingerprint');
    if (scalar === null || FINGERPRINT.test(scalar.value)) return scalar?.value ?? null;
    const message = 'a fingerprint has 32 digits from 0 to f, as reports have it';
    this.#problems.add('wrong-value', message, scalar.start);
    return null;
  }

  /** The end of the day in UTC, so that it holds on that day everywhere but in the far west. */
  #end(node: YamlNode | undefined): EpochMs | null {
    const scalar = this.#text(node, 'expires');
    if (scalar === null) return null;
    const day = DAY.test(scalar.value) ? parseTime(`${scalar.value}T00:00:00Z`) : null;
    if (day !== null) return day + DAY_MS;
    const message = `expires is a day such as 2027-06-30, not ${quote(scalar.value)}`;
    this.#problems.add('wrong-value', message, scalar.start);
    return null;
  }
}
