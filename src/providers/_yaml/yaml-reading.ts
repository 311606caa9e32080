/**
 * One reading of a YAML definition: the file, what the walk may still cost, and what it could not
 * read. A dialect gets the roots of the file's documents and fills the draft; it never throws and
 * never says nothing about what it left out.
 */
import { yamlVisitsMax } from '../../base/limits.ts';
import {
  parseYaml,
  type YamlFile,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
  YamlVisits,
} from '../../base/yaml.ts';
import type { Dialect, JobDefinition } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { DefinitionDraft } from '../_text/job-draft.ts';
import { LineStarts } from '../_text/line-starts.ts';
import { printable } from '../_text/printable.ts';
import { scalarText, type YamlSource } from './scalar-text.ts';

/** Reads a file of `dialect`: parses it, says what is wrong with it, lets `fill` do the rest. */
export function readYaml(
  dialect: Dialect,
  path: string,
  text: string,
  fill: (roots: readonly YamlNode[], reading: YamlReading) => void,
): JobDefinition {
  const draft = new DefinitionDraft(dialect, path);
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    const { code, message, line, column } = parsed.error;
    draft.say(`${code} at ${line}:${column}: ${message}`);
    return draft.build();
  }
  const reading = new YamlReading(draft, parsed.value);
  reading.sayProblems();
  const roots = parsed.value.documents.flatMap(({ root }) => (root === null ? [] : [root]));
  for (const root of roots) {
    if (root.kind !== 'map' && !isEmpty(root)) reading.sayMisfit(root, 'a definition');
  }
  fill(roots, reading);
  return draft.build();
}

export class YamlReading {
  readonly draft: DefinitionDraft;
  readonly #file: YamlFile;
  readonly #source: YamlSource;
  readonly #visits = new YamlVisits();
  /** An alias is the same node again: its text is made once. */
  readonly #sources = new Map<YamlScalar, SourceText>();
  /** Maps that a merge key brought into another one. */
  readonly merged = new Set<YamlNode>();

  constructor(draft: DefinitionDraft, file: YamlFile) {
    this.draft = draft;
    this.#file = file;
    this.#source = { path: draft.path, text: file.text, lines: new LineStarts(file.text) };
  }

  /** Takes one node into the walk; false, and said so, when the walk must stop. */
  visit(): boolean {
    if (this.#visits.spend()) return true;
    this.draft.say(`more than ${yamlVisitsMax} nodes to visit; the rest was not read`);
    return false;
  }

  sourceOf(node: YamlScalar): SourceText {
    const known = this.#sources.get(node);
    if (known !== undefined) return known;
    const source = scalarText(this.#source, node);
    this.#sources.set(node, source);
    return source;
  }

  /** Says that a node is not what may stand in its place. */
  sayMisfit(node: YamlNode, place: string): void {
    const kind = node.kind === 'scalar' ? 'text' : `a ${node.kind}`;
    const line = this.#source.lines.lineOf(node.start);
    this.draft.say(`line ${line}: ${kind} where ${place} should stand was not read`);
  }

  sayProblems(): void {
    for (const key of this.#file.duplicateKeys) {
      const name = printable(key.value, NAME_LENGTH_MAX);
      const line = this.#source.lines.lineOf(key.start);
      this.draft.say(
        `the key \`${name}\` stands twice (line ${line} and before): ` +
          'readers disagree on which one counts; both were read',
      );
    }
    for (const alias of this.#file.unknownAliases) {
      const line = this.#source.lines.lineOf(alias.start);
      this.draft.say(`line ${line}: an alias names nothing that stands before it`);
    }
  }
}

const NAME_LENGTH_MAX = 80;

/** The texts of a node: of a scalar itself, of a sequence those of its items at any depth. */
export function textsIn(
  node: YamlNode,
  reading: YamlReading,
  place: string,
): readonly SourceText[] {
  return scalarsIn(node, reading, place).map((scalar) => reading.sourceOf(scalar));
}

/** The scalars of a node that are not empty. A map is a misfit and is said to be one. */
export function scalarsIn(
  node: YamlNode,
  reading: YamlReading,
  place: string,
): readonly YamlScalar[] {
  // Nearly every value is one scalar; it needs no walk.
  if (node.kind === 'scalar') return reading.visit() && !isEmpty(node) ? [node] : [];
  const found: YamlScalar[] = [];
  for (const item of itemsIn(node, reading)) {
    if (item.kind === 'map') reading.sayMisfit(item, place);
    else if (!isEmpty(item)) found.push(item);
  }
  return found;
}

/** What stands in a node once its sequences are opened, at any depth, in order. */
export function* itemsIn(
  node: YamlNode,
  reading: YamlReading,
): Generator<YamlScalar | YamlMap, void, undefined> {
  // Recursion would not end: a sequence may hold its own alias. Nor may all items be put on the
  // stack at once: `&a [*a, 1, 2, …]` would put them there again for each node visited.
  const open: { readonly items: readonly YamlNode[]; next: number }[] = [
    { items: [node], next: 0 },
  ];
  for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
    const item = frame.items[frame.next++];
    if (item === undefined) open.pop();
    else if (!reading.visit()) return;
    else if (item.kind === 'sequence') open.push({ items: item.items, next: 0 });
    else yield item;
  }
}

/** A scalar that stands for nothing: no text, `~` or `null` without quotes. */
export function isEmpty(node: YamlNode): boolean {
  if (node.kind !== 'scalar' || node.style !== 'plain') return false;
  return node.value === '' || node.value === '~' || node.value === 'null';
}
