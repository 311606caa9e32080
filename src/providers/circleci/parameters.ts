/**
 * Parameters: what `<< parameters.x >>` stands for inside of a job, a command or an executor. A
 * value may be more than a text: a list of steps, an executor with parameters of its own. Such a
 * value is read where it is used, with the names that were known where it was given.
 */
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { Templates } from '../_text/fill-template.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { isEmpty, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import type { Library } from './library.ts';

export interface Argument {
  /** Null when the value is no text. */
  readonly text: SourceText | null;
  readonly node: YamlNode | null;
  /** Where the value was given. */
  readonly context: Context;
}

/** Where something is read: what its names mean and what its parameters are. */
export interface Context {
  readonly library: Library;
  /** By their whole name: `parameters.x`, `matrix.x`. */
  readonly values: ReadonlyMap<string, Argument>;
  /** Those of the whole file: `pipeline.parameters.x`. */
  readonly shared: ReadonlyMap<string, Argument>;
}

const OWN = 'parameters.';
const PIPELINE = 'pipeline.parameters.';

export class Parameters {
  readonly #reading: YamlReading;
  readonly #templates: Templates;

  constructor(reading: YamlReading) {
    this.#reading = reading;
    const unknown = (name: string): string => `\${{ ${name} }}`;
    const syntax = { open: '<<', close: '>>', isReference, unknown, escapedBy: '\\' };
    this.#templates = new Templates(syntax, reading.draft);
  }

  /** What the whole file knows: the defaults of the pipeline's own parameters. */
  pipeline(library: Library, declared: readonly YamlNode[]): Context {
    const shared = new Map<string, Argument>();
    const context = { library, values: new Map(), shared };
    for (const [name, node] of this.#defaults(declared)) {
      shared.set(PIPELINE + name, { node, text: this.#textIn(node, context), context });
    }
    return context;
  }

  /** The context inside of something that is used with `given`, declared or not. */
  inside(library: Library, declared: readonly YamlNode[], given: Fields, caller: Context): Context {
    const values = new Map<string, Argument>();
    const context = { library, values, shared: caller.shared };
    for (const [name, node] of this.#defaults(declared)) {
      values.set(OWN + name, { node, text: this.#textIn(node, context), context });
    }
    for (const [name, nodes] of given) {
      for (const node of nodes) values.set(OWN + name, this.#argument(node, caller));
    }
    return context;
  }

  /** The context with the values of one row of a matrix. */
  withRow(context: Context, row: readonly Variable[], prefix: string): Context {
    const values = new Map(context.values);
    for (const { name, value } of row) {
      values.set(prefix + name, { text: value, node: null, context });
    }
    return { ...context, values };
  }

  fill(source: SourceText, context: Context): SourceText {
    return this.#templates.fill(source, (name) => argumentOf(context, name)?.text ?? undefined);
  }

  texts(node: YamlNode, context: Context, place: string): readonly SourceText[] {
    return textsIn(node, this.#reading, place).map((source) => this.fill(source, context));
  }

  /** The value that `<< parameters.x >>`, standing alone, is, where that is no text. */
  referred(node: YamlNode, context: Context): Argument | null {
    const text = textOf(node)?.trim() ?? '';
    if (!text.startsWith('<<') || !text.endsWith('>>') || text.length > REFERENCE_LENGTH_MAX) {
      return null;
    }
    const argument = argumentOf(context, text.slice(2, -2).trim());
    return argument === undefined || argument.text !== null ? null : argument;
  }

  /** The texts among values as variables, so that whoever judges the job sees them. */
  variables(values: ReadonlyMap<string, Argument>): readonly Variable[] {
    return [...values].flatMap(([name, { text }]) =>
      text === null ? [] : [{ name, value: text }],
    );
  }

  #argument(node: YamlNode, caller: Context): Argument {
    const referred = this.referred(node, caller);
    return referred ?? { node, text: this.#textIn(node, caller), context: caller };
  }

  #textIn(node: YamlNode, context: Context): SourceText | null {
    if (node.kind !== 'scalar') return null;
    return isEmpty(node) ? null : this.fill(this.#reading.sourceOf(node), context);
  }

  #defaults(declared: readonly YamlNode[]): readonly (readonly [string, YamlNode])[] {
    return declared.flatMap((node) =>
      [...fieldsOf(node, this.#reading)].flatMap(([name, nodes]) =>
        nodes
          .flatMap((each) => valuesIn(fieldsOf(each, this.#reading), 'default'))
          .map((value) => [name, value] as const),
      ),
    );
  }
}

function argumentOf({ values, shared }: Context, name: string): Argument | undefined {
  return values.get(name) ?? shared.get(name);
}

const REFERENCE_LENGTH_MAX = 256;

/** `parameters.x`, `pipeline.git.branch`: names with a dot. `<<EOF` is a here-document. */
function isReference(name: string): boolean {
  let dots = 0;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const lower = c | 0x20;
    if (c === 0x2e && i > 0) dots++;
    else if (c === 0x2d || c === 0x5f || (c >= 0x30 && c <= 0x39)) continue;
    else if (lower < 0x61 || lower > 0x7a) return false;
  }
  return dots > 0;
}
