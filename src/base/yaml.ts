/**
 * YAML from outside as a tree with positions. It is read completely, since an adversary may have
 * written it: a duplicate key stays beside its twin, an alias stays an alias, every scalar stays
 * the text it was. Size, depth and aliases are bounded here, and a walk through aliases is bounded
 * by `YamlVisits`, so that a ten-line alias bomb costs what ten lines cost. An alias may stand
 * inside its own anchor, and then the tree has a cycle: a recursive walk bounds its depth too.
 *
 * Built on js-yaml's events (66 MB/s over 2,417 real workflows; `yaml`'s parseDocument 5.5 MB/s,
 * and quadratic in the keys of one map).
 */
import { EVENT_ID, type Event, getScalarValue, parseEvents, YAMLException } from 'js-yaml';
import {
  scanFileBytesMax,
  yamlAliasesMax,
  yamlDepthMax,
  yamlRepairsMax,
  yamlSeparatorsMax,
  yamlVisitsMax,
} from './limits.ts';
import { fail, ok, type Result } from './result.ts';

export type YamlNode = YamlScalar | YamlMap | YamlSequence;

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly value: string;
  /** Offset in the file of the first character of the content, after a quote or a block header. */
  readonly start: number;
  readonly end: number;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  /** Explicit tag such as `!reference`, or the empty string. */
  readonly tag: string;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
  /** The key stood before in the same map. Readers disagree on which one counts. */
  readonly duplicate: boolean;
}

export interface YamlMap {
  readonly kind: 'map';
  readonly start: number;
  readonly tag: string;
  readonly entries: readonly YamlEntry[];
}

export interface YamlSequence {
  readonly kind: 'sequence';
  readonly start: number;
  readonly tag: string;
  readonly items: readonly YamlNode[];
}

export interface YamlDocument {
  /** Null when the document is empty. */
  readonly root: YamlNode | null;
}

export interface YamlFile {
  readonly text: string;
  readonly documents: readonly YamlDocument[];
  readonly aliases: number;
  /** Keys that stand twice in one map, in the order of the file. */
  readonly duplicateKeys: readonly YamlScalar[];
  /** Aliases without an anchor, as empty scalars at their place. Most readers refuse the file. */
  readonly unknownAliases: readonly YamlScalar[];
}

export type YamlProblemCode = 'too-large' | 'too-deep' | 'too-many-aliases' | 'not-yaml';

export interface YamlProblem {
  readonly code: YamlProblemCode;
  readonly message: string;
  /** Line and column, both from 1. */
  readonly line: number;
  readonly column: number;
}

/** The whole file, or the first reason why it cannot be read. Never throws. */
export function parseYaml(text: string): Result<YamlFile, YamlProblem> {
  if (text.length > scanFileBytesMax) {
    return fail({ code: 'too-large', message: 'the file is too large', line: 1, column: 1 });
  }
  if (hasTooManySeparators(text)) {
    const message = `the file has more than ${yamlSeparatorsMax} line breaks, commas and colons`;
    return fail({ code: 'too-large', message, line: 1, column: 1 });
  }
  let parsed = text;
  let first: YamlProblem | null = null;
  for (let repairs = 0; ; repairs++) {
    try {
      return build(text, parsed);
    } catch (error) {
      // Where repairs do not help, the first problem is the one that a person sees in the file.
      first ??= problemOf(error);
      const joined = repairs < yamlRepairsMax ? joinDeficientLine(parsed, error) : null;
      if (joined === null) return fail(first);
      parsed = joined;
    }
  }
}

/**
 * Every 600th real workflow closes a flow collection at its parent's indentation, which YAML 1.2
 * forbids and most readers take. Such a line is joined to the one before by turning the line break
 * into a blank, which keeps every offset. Not behind a comment, which would swallow the line.
 */
function joinDeficientLine(text: string, error: unknown): string | null {
  if (!(error instanceof YAMLException) || error.reason !== 'deficient indentation') return null;
  const { position } = error.mark ?? { position: 0 };
  const before = text.slice(0, position).trimEnd();
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const gap = text.slice(before.length, position);
  if (line.includes('#') || !gap.includes('\n')) return null;
  return before + ' '.repeat(gap.length) + text.slice(position);
}

/** Counts the nodes of one walk; `spend` says false once the walk must stop. */
export class YamlVisits {
  #left = yamlVisitsMax;

  spend(): boolean {
    this.#left--;
    return this.#left >= 0;
  }

  get exhausted(): boolean {
    return this.#left < 0;
  }
}

/** The values of `key` in a map: several when the key stands more than once, none otherwise. */
export function valuesOf(node: YamlNode | null | undefined, key: string): readonly YamlNode[] {
  if (node?.kind !== 'map') return [];
  return node.entries.filter((e) => e.key.value === key).map((e) => e.value);
}

/** The value of `key` that counts where the last one wins, as in nearly every reader. */
export function lastValueOf(node: YamlNode | null | undefined, key: string): YamlNode | undefined {
  return valuesOf(node, key).at(-1);
}

/** The text of a scalar, or undefined for anything else. */
export function textOf(node: YamlNode | null | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.value : undefined;
}

interface OpenMap {
  readonly kind: 'map';
  readonly start: number;
  readonly tag: string;
  readonly entries: YamlEntry[];
  readonly seen: Set<string>;
  key: YamlScalar | null;
}

interface OpenSequence {
  readonly kind: 'sequence';
  readonly start: number;
  readonly tag: string;
  readonly items: YamlNode[];
}

interface OpenDocument {
  readonly kind: 'document';
  root: YamlNode | null;
}

type Open = OpenMap | OpenSequence | OpenDocument;

class Builder {
  readonly documents: OpenDocument[] = [];
  readonly duplicateKeys: YamlScalar[] = [];
  readonly unknownAliases: YamlScalar[] = [];
  readonly stack: Open[] = [];
  readonly anchors = new Map<string, YamlNode>();
  readonly text: string;
  aliases = 0;
  /** Offset of the latest node, for empty ones: the parser gives those no place. */
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  add(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT: {
        const document: OpenDocument = { kind: 'document', root: null };
        this.documents.push(document);
        this.stack.push(document);
        this.anchors.clear();
        return;
      }
      case EVENT_ID.POP:
        this.stack.pop();
        return;
      case EVENT_ID.ALIAS: {
        this.aliases++;
        this.at = event.anchorStart;
        this.#put(this.anchors.get(anchorOf(this.text, event)) ?? this.#unknownAlias());
        return;
      }
      case EVENT_ID.SCALAR:
        this.#put(this.#scalar(event), anchorOf(this.text, event));
        return;
      case EVENT_ID.SEQUENCE:
        this.#open({ kind: 'sequence', ...this.#collection(event), items: [] }, event);
        return;
      case EVENT_ID.MAPPING:
        this.#open(
          { kind: 'map', ...this.#collection(event), entries: [], seen: new Set(), key: null },
          event,
        );
        return;
    }
  }

  /** js-yaml's event parser leaves an unknown alias to us: it stands for an empty text. */
  #unknownAlias(): YamlScalar {
    const scalar = emptyScalar(this.at);
    this.unknownAliases.push(scalar);
    return scalar;
  }

  #open(node: OpenMap | OpenSequence, event: AnchoredEvent): void {
    this.#put(node, anchorOf(this.text, event));
    this.stack.push(node);
  }

  #put(node: YamlNode, anchor = ''): void {
    if (anchor !== '') this.anchors.set(anchor, node);
    const parent = this.stack.at(-1);
    if (parent === undefined) return;
    if (parent.kind === 'document') parent.root = node;
    else if (parent.kind === 'sequence') parent.items.push(node);
    else if (parent.key === null) parent.key = keyOf(node);
    else this.#entry(parent, parent.key, node);
  }

  #entry(parent: OpenMap, key: YamlScalar, value: YamlNode): void {
    const duplicate = parent.seen.has(key.value) && key.value !== '<<';
    if (duplicate) this.duplicateKeys.push(key);
    parent.seen.add(key.value);
    parent.entries.push({ key, value, duplicate });
    parent.key = null;
  }

  #collection(event: { start: number } & TaggedEvent): { start: number; tag: string } {
    this.at = event.start;
    return { start: event.start, tag: tagOf(this.text, event) };
  }

  #scalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): YamlScalar {
    if (event.valueStart >= 0) this.at = event.valueEnd;
    return {
      kind: 'scalar',
      value: getScalarValue(this.text, event),
      start: event.valueStart >= 0 ? event.valueStart : this.at,
      end: this.at,
      style: STYLES[event.style] ?? 'plain',
      tag: tagOf(this.text, event),
    };
  }
}

interface TaggedEvent {
  readonly tagStart: number;
  readonly tagEnd: number;
}
interface AnchoredEvent {
  readonly anchorStart: number;
  readonly anchorEnd: number;
}

const STYLES: Readonly<Record<number, YamlScalar['style']>> = {
  1: 'plain',
  2: 'single',
  3: 'double',
  4: 'literal',
  5: 'folded',
};

/** `text` as it stands in the file; `parsed` is as long, repaired. */
function build(text: string, parsed: string): Result<YamlFile, YamlProblem> {
  const builder = new Builder(parsed);
  for (const event of parseEvents(parsed, { maxDepth: yamlDepthMax })) {
    builder.add(event);
    if (builder.aliases > yamlAliasesMax) {
      const message = `the file has more than ${yamlAliasesMax} aliases`;
      return fail({ code: 'too-many-aliases', message, ...positionIn(text, builder.at) });
    }
  }
  const { documents, aliases, duplicateKeys, unknownAliases } = builder;
  return ok({ text, documents, aliases, duplicateKeys, unknownAliases });
}

/** A node needs a line break, a comma or a colon, so their number bounds the parser's work. */
function hasTooManySeparators(text: string): boolean {
  if (text.length <= yamlSeparatorsMax) return false;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x0a || c === 0x0d || c === 0x2c || c === 0x3a) count++;
  }
  return count > yamlSeparatorsMax;
}

function positionIn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', start)) {
    line++;
    start = i + 1;
  }
  return { line, column: offset - start + 1 };
}

/** A key that is a collection has no name that a definition could use. */
function keyOf(node: YamlNode): YamlScalar {
  return node.kind === 'scalar' ? node : emptyScalar(node.start);
}

function emptyScalar(at: number): YamlScalar {
  return { kind: 'scalar', value: '', start: at, end: at, style: 'plain', tag: '' };
}

function tagOf(text: string, event: TaggedEvent): string {
  return event.tagStart < 0 ? '' : text.slice(event.tagStart, event.tagEnd);
}

function anchorOf(text: string, event: AnchoredEvent): string {
  return event.anchorStart < 0 ? '' : text.slice(event.anchorStart, event.anchorEnd);
}

const MESSAGE_LENGTH_MAX = 200;

/** Whatever the parser throws on a hostile file is that file's problem, never the process's. */
function problemOf(error: unknown): YamlProblem {
  if (!(error instanceof YAMLException)) {
    return { code: 'not-yaml', message: 'the parser gave up', line: 1, column: 1 };
  }
  const code = error.reason.startsWith('nesting exceeded') ? 'too-deep' : 'not-yaml';
  const { line, column } = error.mark ?? { line: 0, column: 0 };
  // The parser quotes a bad tag whole, and it may be 4 MiB of anything that is not a blank.
  const message = error.reason
    .slice(0, MESSAGE_LENGTH_MAX)
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd');
  return { code, message, line: line + 1, column: column + 1 };
}
