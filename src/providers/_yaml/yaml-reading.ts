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
  type YamlProblemCode,
  type YamlScalar,
  YamlVisits,
} from '../../base/yaml.ts';
import type { Dialect, JobDefinition } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { DefinitionDraft } from '../_text/job-draft.ts';
import { LineStarts } from '../_text/line-starts.ts';
import { printable } from '../_text/printable.ts';
import {
  firstTemplateLine,
  templateDefinition,
  withoutExpressions,
} from '../_text/template-text.ts';
import { scalarText, type YamlSource } from './scalar-text.ts';

/**
 * Reads a file of `dialect`: parses it, says what is wrong with it, lets `fill` do the rest. Every
 * text goes through `change` first, where the dialect has a notation of its own inside texts. What
 * is no YAML since it is a template still is read without its expressions.
 */
export function readYaml(
  dialect: Dialect,
  path: string,
  text: string,
  fill: (roots: readonly YamlNode[], reading: YamlReading) => void,
  mayBe: 'map' | 'map-or-sequence' = 'map',
  change?: (source: SourceText) => SourceText,
): JobDefinition {
  const draft = new DefinitionDraft(dialect, path);
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    const template = firstTemplateLine(text);
    const plain = template === null ? text : withoutExpressions(text);
    if (template !== null && plain !== text) {
      const { jobs } = readYaml(dialect, path, plain, fill, mayBe, change);
      return templateDefinition(dialect, path, jobs, template);
    }
    const { code, message, line, column } = parsed.error;
    sayProblem(draft, code, `${code} at ${line}:${column}: ${message}`);
    return draft.build();
  }
  const embedding = change && { visits: new YamlVisits(), place: change };
  const reading = new YamlReading(draft, parsed.value, embedding);
  reading.sayProblems();
  const roots = rootsOf(parsed.value);
  for (const root of roots) {
    const fits = root.kind === 'map' || (root.kind === 'sequence' && mayBe !== 'map');
    if (!fits) reading.sayMisfit(root, 'a definition');
  }
  fill(roots, reading);
  return draft.build();
}

/** Where the parts of a YAML text stand that is a text of another file. */
export interface Embedding {
  /** Those of the whole file, so that many small texts cost no more than a large one. */
  readonly visits: YamlVisits;
  place(source: SourceText): SourceText;
}

/** Reads the YAML that a text of a file is, into the file's own draft. */
export function readEmbeddedYaml(
  draft: DefinitionDraft,
  text: string,
  embedding: Embedding,
  fill: (roots: readonly YamlNode[], reading: YamlReading) => void,
): void {
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    const { code, message, line, column } = parsed.error;
    const [, outerLine] = embedding.place({
      path: '',
      text: ' ',
      segments: [0, line, column],
    }).segments;
    sayProblem(draft, code, `${code} in the text at line ${outerLine}: ${message}`);
    return;
  }
  const reading = new YamlReading(draft, parsed.value, embedding);
  reading.sayProblems();
  fill(rootsOf(parsed.value), reading);
}

function sayProblem(draft: DefinitionDraft, code: YamlProblemCode, sentence: string): void {
  if (code === 'not-yaml') draft.say(sentence);
  else draft.giveUp(sentence);
}

function rootsOf({ documents }: YamlFile): readonly YamlNode[] {
  return documents.flatMap(({ root }) => (root === null ? [] : [root]));
}

export class YamlReading {
  readonly draft: DefinitionDraft;
  readonly visits: YamlVisits;
  readonly #file: YamlFile;
  readonly #source: YamlSource;
  readonly #embedding: Embedding | null;
  /** An alias is the same node again: its text is made once. */
  readonly #sources = new Map<YamlScalar, SourceText>();
  /** Maps that a merge key brought into another one. */
  readonly merged = new Set<YamlNode>();

  constructor(draft: DefinitionDraft, file: YamlFile, embedding: Embedding | null = null) {
    this.draft = draft;
    this.visits = embedding?.visits ?? new YamlVisits();
    this.#file = file;
    this.#source = { path: draft.path, text: file.text, lines: new LineStarts(file.text) };
    this.#embedding = embedding;
  }

  /** Takes one node into the walk; false, and said so, when the walk must stop. */
  visit(): boolean {
    if (this.visits.spend()) return true;
    this.draft.giveUp(`more than ${yamlVisitsMax} nodes to visit; the rest was not read`);
    return false;
  }

  sourceOf(node: YamlScalar): SourceText {
    const known = this.#sources.get(node);
    if (known !== undefined) return known;
    const own = scalarText(this.#source, node);
    const source = this.#embedding?.place(own) ?? own;
    this.#sources.set(node, source);
    return source;
  }

  /** Says that a node is not what may stand in its place; an empty one is nothing to miss. */
  sayMisfit(node: YamlNode, place: string): void {
    if (isEmpty(node)) return;
    const kind = node.kind === 'scalar' ? 'text' : `a ${node.kind}`;
    const line = this.#lineOf(node.start);
    this.draft.say(`line ${line}: ${kind} where ${place} should stand was not read`);
  }

  /** Says what is wrong with the file. `mayRepeat` tells keys that a dialect has several of. */
  sayProblems(mayRepeat: (key: string) => boolean = () => false): void {
    const twice = this.#file.duplicateKeys.filter(({ value }) => !mayRepeat(value));
    const [first] = twice;
    if (first !== undefined) {
      const name = printable(first.value, NAME_LENGTH_MAX);
      const line = this.#lineOf(first.start);
      const more = twice.length === 1 ? '' : `, and ${twice.length - 1} more`;
      this.draft.sayUnknown(
        `the key \`${name}\` stands twice (line ${line} and before)${more}: ` +
          'readers disagree on which one counts; both were read',
      );
    }
    for (const alias of this.#file.unknownAliases) {
      const line = this.#lineOf(alias.start);
      this.draft.say(`line ${line}: an alias names nothing that stands before it`);
    }
  }

  /** The line of the file, also where the YAML is a text of it. */
  #lineOf(offset: number): number {
    const { lines } = this.#source;
    const line = lines.lineOf(offset);
    if (this.#embedding === null) return line;
    const segments = [0, line, offset - lines.startOf(line) + 1];
    return this.#embedding.place({ path: '', text: ' ', segments }).segments[1] ?? 1;
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
