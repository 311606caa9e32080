/**
 * Values of templates of Alibaba's Resource Orchestration Service: a text, or a function that makes
 * one, written as a map (`{"Fn::Join": ["", []]}`) or as a tag (`!Join`). What is known only when
 * the template runs becomes `${{ name }}`, which the scanner takes for an unknown value.
 */
import { yamlDepthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import { CopyAllowance } from '../_text/copy-allowance.ts';
import { type TemplateSyntax, Templates } from '../_text/fill-template.ts';
import { type Edit, editSource, joinSources } from '../_text/source-builder.ts';
import { fieldsOf } from '../_yaml/fields.ts';
import { isEmpty, itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** What starts a variable of the shell's in a text that the template fills in. */
const OWN = '${!';
const SUBSTITUTION: TemplateSyntax = {
  open: '${',
  close: '}',
  isReference: (name) => !name.startsWith('!'),
  unknown: () => null,
  escapedBy: '',
};

/** Functions whose argument is what runs in the end. */
const ENCODERS: ReadonlySet<string> = new Set(['Fn::Base64', 'Fn::Base64Encode', 'Fn::Str']);
const NAME_LENGTH_MAX = 100;

/** Whether a value is known only when the template runs. */
export function isUnknown({ text }: SourceText): boolean {
  return text.startsWith('${{');
}

export class TemplateValues {
  readonly #reading: YamlReading;
  readonly #allowance: CopyAllowance;
  readonly #templates: Templates;
  /** Defaults of the template's parameters, by name. */
  readonly #parameters: ReadonlyMap<string, SourceText>;

  constructor(reading: YamlReading, parameters: ReadonlyMap<string, SourceText>) {
    this.#reading = reading;
    this.#allowance = new CopyAllowance(reading.draft);
    this.#templates = new Templates(SUBSTITUTION, reading.draft);
    this.#parameters = parameters;
  }

  /** The text that a value comes to; null when it has none, and what is not known is said. */
  textOf(node: YamlNode, depth = 0): SourceText | null {
    if (!this.#reading.visit() || isEmpty(node)) return null;
    if (depth >= yamlDepthMax) {
      this.#reading.draft.giveUp(
        `values nest deeper than ${yamlDepthMax}; the inner ones were not read`,
      );
      return null;
    }
    const tagged = functionOfTag(node.tag);
    if (tagged !== '') return this.#call(tagged, node, depth);
    if (node.kind === 'scalar') return this.#reading.sourceOf(node);
    if (node.kind === 'sequence') return this.#joined(node.items, '\n', depth);
    for (const [name, [argument]] of fieldsOf(node, this.#reading)) {
      if (argument !== undefined) return this.#call(name, argument, depth);
    }
    return null;
  }

  #call(name: string, argument: YamlNode, depth: number): SourceText | null {
    const items = argument.kind === 'sequence' ? argument.items : [argument];
    const [first = argument, second] = items;
    if (name === 'Ref') {
      const parameter = textOf(argument) ?? '';
      return this.#parameters.get(parameter) ?? this.#unknown(argument, parameter);
    }
    if (ENCODERS.has(name)) return this.#plain(first, depth);
    if (name === 'Fn::Sub') return this.#substituted(this.#plain(first, depth));
    if (name === 'Fn::Replace' && second !== undefined) return this.#plain(second, depth);
    // Either branch may run, so both are read.
    if (name === 'Fn::If') return this.#joined(items.slice(1), '\n', depth);
    if (name === 'Fn::Join' && second !== undefined) {
      const parts = second.kind === 'sequence' ? second.items : [second];
      return this.#joined(parts, textOf(first) ?? '', depth);
    }
    return this.#unknown(argument, name);
  }

  #unknown(node: YamlNode, name: string): SourceText | null {
    const [place] = [...itemsIn(node, this.#reading)].filter((item) => item.kind === 'scalar');
    if (place === undefined) return null;
    const source = this.#reading.sourceOf(place);
    const text = `\${{ ${name.slice(0, NAME_LENGTH_MAX)} }}`;
    return { ...source, text, segments: source.segments.slice(0, 3) };
  }

  /** `${Name}` is a parameter, `${!NAME}` is the shell's own `${NAME}`. */
  #substituted(source: SourceText | null): SourceText | null {
    if (source === null) return null;
    const filled = this.#templates.fill(source, (name) => this.#parameters.get(name));
    const edits: Edit[] = [];
    for (let at = filled.text.indexOf(OWN); at !== -1; at = filled.text.indexOf(OWN, at + 1)) {
      edits.push({ start: at, end: at + OWN.length, text: '${' });
    }
    return editSource(filled, edits);
  }

  /** A text as it stands, also where its own tag names the function it is the argument of. */
  #plain(node: YamlNode, depth: number): SourceText | null {
    return node.kind === 'scalar' ? this.#reading.sourceOf(node) : this.textOf(node, depth + 1);
  }

  #joined(items: readonly YamlNode[], separator: string, depth: number): SourceText | null {
    const parts: SourceText[] = [];
    for (const item of items) {
      const part = this.textOf(item, depth + 1);
      if (part !== null) parts.push(part);
    }
    if (parts.length === 0 || !this.#allowance.takes(parts)) return null;
    return joinSources(this.#reading.draft.path, parts, separator);
  }
}

/** `Fn::Join` of `!Join` and `!Fn::Join`, `Ref` of `!Ref`; empty for any other tag. */
function functionOfTag(tag: string): string {
  if (tag === '!Ref') return 'Ref';
  const name = tag.startsWith('!Fn::') ? tag.slice('!Fn::'.length) : tag.slice(1);
  return TAGS.has(name) ? `Fn::${name}` : '';
}

const TAGS: ReadonlySet<string> = new Set([
  ...['Base64', 'Base64Encode', 'GetAtt', 'If', 'Join', 'Replace', 'Select', 'Str', 'Sub'],
]);
