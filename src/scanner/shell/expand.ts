/** Words of the tree as the words that a command gets: expanded, split, without their quotes. */
import { shellBraceWordsMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import type { Work } from '../engine/work.ts';
import { arithmeticValue } from './arithmetic.ts';
import { expandBraces } from './braces.ts';
import { DEFAULT_SEPARATORS, FieldBuilder } from './field-builder.ts';
import { hasPattern } from './glob.ts';
import { applyOperator, slice } from './parameter-operators.ts';
import { parseQuoted } from './parser.ts';
import { textOfPrinted } from './printed.ts';
import { NO_FETCHES, type Stream } from './stream.ts';
import type {
  List,
  ParameterPart,
  Part,
  SimpleNode,
  SubstitutionPart,
  WordTree,
} from './syntax-tree.ts';
import { templateValue } from './template-expression.ts';
import {
  type Field,
  fieldOf,
  unquoted,
  type Value,
  type Variables,
  valueOfFields,
} from './variables.ts';

/** What expansion needs of the run around it. */
export interface ExpansionHost {
  readonly variables: Variables;
  readonly work: Work;
  /** Runs the commands of a substitution and returns what they print. */
  printedBy(body: List): Stream;
  /** Files that a pattern names. */
  pathsLike(pattern: string): readonly string[];
  unread(problem: string): void;
}

/** Environment values that refer to one another are followed this far. */
const REFERENCES_MAX = 4;

export class Expander {
  readonly #host: ExpansionHost;
  #references = 0;

  constructor(host: ExpansionHost) {
    this.#host = host;
  }

  /** The words that one word comes to: none, one, or several. */
  fields(word: WordTree): readonly Field[] {
    const fields = this.#fields(word);
    return isGlob(word) ? fields.flatMap((field) => this.#namedFiles(field)) : fields;
  }

  /** The files that were written and match; that some of the tree do is possible too. */
  #namedFiles(field: Field): readonly Field[] {
    const paths = this.#host.pathsLike(field.text);
    if (paths.length === 0) return [field];
    const isOther = this.#host.variables.choices.index(`glob ${field.text}`, 2) === 1;
    return isOther ? [field] : paths.map((path) => fieldOf(path));
  }

  #fields(word: WordTree): readonly Field[] {
    const only = word.parts[0];
    if (word.parts.length === 1 && only?.kind === 'text' && !word.brace) {
      return [fieldOf(only.text)];
    }
    if (!word.brace) return this.#split(word);
    const words = expandBraces(word);
    if (words) return words.flatMap((w) => this.#split(w));
    const problem = `braces that make more than ${shellBraceWordsMax} words`;
    // `{1..1000}` counts; a list of words may say anything.
    this.#host.unread(word.parts.some(isList) ? gaveUp(problem) : problem);
    return this.#split(word);
  }

  /** The words that those of a command come to; half of all commands have nothing to expand. */
  commandFields(node: SimpleNode): readonly Field[] {
    if (node.fixed === undefined) node.fixed = node.words.every(isFixed) ? fixed(node.words) : null;
    return node.fixed ?? this.#allFields(node.words);
  }

  #allFields(words: readonly WordTree[]): readonly Field[] {
    // Nearly every word comes to one, and an array that grows from nothing has room for 17.
    const all = new Array<Field>(words.length);
    let count = 0;
    for (const word of words) {
      const only = word.parts[0];
      if (word.parts.length === 1 && only?.kind === 'text' && !word.brace && !isGlob(word)) {
        all[count++] = fieldOf(only.text);
      } else for (const field of this.fields(word)) all[count++] = field;
    }
    all.length = count;
    return all;
  }

  /** The word as one text: no splitting, as in an assignment or behind `>`. */
  text(word: WordTree): Field {
    const only = word.parts[0];
    if (word.parts.length === 1 && only?.kind === 'text') return fieldOf(only.text);
    const builder = new FieldBuilder('');
    for (const part of word.parts) this.#addPart(builder, part, true);
    const [field] = builder.finish();
    this.#host.work.spend(field?.text.length ?? 0);
    return field ?? fieldOf('');
  }

  #split(word: WordTree): readonly Field[] {
    const builder = new FieldBuilder(this.#separators());
    for (const part of word.parts) this.#addPart(builder, part, false);
    const fields = builder.finish();
    const isEmpty = fields.length === 1 && fields[0]?.text === '';
    // `"$@"` of no parameters is no word.
    if (isEmpty && word.parts.some(namesAll)) return NO_FIELDS;
    for (const field of fields) this.#host.work.spend(field.text.length);
    return fields;
  }

  #separators(): string {
    return this.#host.variables.get('IFS')?.texts[0] ?? DEFAULT_SEPARATORS;
  }

  #addPart(builder: FieldBuilder, part: Part, whole: boolean): void {
    switch (part.kind) {
      case 'text':
        builder.add(part.text, part.quoted);
        break;
      case 'opaque':
        this.#addTemplate(builder, part.text, part.quoted || whole);
        break;
      case 'arithmetic':
        this.#addArithmetic(builder, part.inner, part.raw);
        break;
      case 'process':
        builder.addFile(part.raw, this.#host.printedBy(part.body));
        break;
      case 'substitution':
        this.#addPrinted(builder, part, whole);
        break;
      case 'parameter':
        this.#addParameter(builder, part, part.quoted || whole);
    }
  }

  #addPrinted(builder: FieldBuilder, part: SubstitutionPart, whole: boolean): void {
    const printed = this.#host.printedBy(part.body);
    const chosen = this.#host.variables.choices.pick(part, printed);
    addStream(builder, chosen, part.raw, part.quoted || whole);
  }

  #addTemplate(builder: FieldBuilder, text: string, quoted: boolean): void {
    const value = templateValue(text, (name) => this.#knownText(name));
    if (value === null) builder.addUnknown(text);
    else builder.addValue(value, { dynamic: false, fetches: NO_FETCHES }, quoted);
  }

  #knownText(name: string): string | null {
    const value = this.#named(name);
    return value === null || value.unknown ? null : value.texts.join(' ');
  }

  /** A calculation whose numbers are known is one. */
  #addArithmetic(builder: FieldBuilder, inner: WordTree, raw: string): void {
    const text = this.text(inner).text.trim();
    const value = this.#calculated(text);
    if (value !== null) builder.add(String(value), true);
    else builder.addUnknown(raw);
  }

  /** The value of a calculation, whose assignments are made; null when it is unknown. */
  calculated(text: string): number | null {
    return this.#calculated(text.includes('$') ? this.#inner(text).text : text);
  }

  #calculated(text: string): number | null {
    return arithmeticValue(text, {
      get: (name) => this.#knownText(name),
      set: (name, value) => this.#host.variables.set(name, valueOfFields([fieldOf(value)])),
    });
  }

  #addParameter(builder: FieldBuilder, part: ParameterPart, quoted: boolean): void {
    const value = this.#valueOf(part);
    if (value === null) builder.addUnknown(part.raw);
    else if (value.unknown) builder.addUnknown(value.texts.join(' '), value.fetches);
    else if (quoted && part.index !== '@' && part.name !== '@') {
      builder.addValue(value.texts.join(this.#joint(part)), value, true);
    } else {
      for (const [i, text] of value.texts.entries()) {
        if (i > 0) builder.endField();
        builder.addValue(text, value, quoted);
      }
    }
  }

  /** What stands between the elements of `"${A[*]}"`. */
  #joint({ index, name }: ParameterPart): string {
    return index === '*' || name === '*' ? (this.#separators()[0] ?? '') : ' ';
  }

  /** What `$NAME` and `${NAME…}` come to, or null when that cannot be known. */
  #valueOf(part: ParameterPart): Value | null {
    const { operator } = part;
    if (operator === '!' && part.index !== null) return this.#keys(part.name);
    const base = this.#elements(part);
    if (operator === '') return base;
    if (operator === '!') return this.#indirect(base);
    if (operator === 'length') return base && this.#length(part, base);
    if (CONDITIONAL.has(operator)) return this.#conditional(part, base);
    if (!base) return null;
    const argument = part.argument ? this.text(part.argument).text : '';
    if (operator === ':') return this.#sliced(part, base, argument);
    if (operator === '@' && argument === 'P') return this.#expandedAgain(base);
    const replacement = part.replacement ? this.text(part.replacement).text : '';
    const texts: string[] = [];
    for (const text of base.texts) {
      this.#host.work.spend(text.length);
      const changed = applyOperator(operator, text, argument, replacement);
      if (changed === null) return null;
      texts.push(changed);
    }
    return { ...base, texts, unknown: false };
  }

  /** `${A:1:2}` takes characters, `${A[@]:1:2}` elements; the first of `$@` has the number 1. */
  #sliced(part: ParameterPart, base: Value, argument: string): Value | null {
    const [first = '', second] = argument.split(':', 2);
    const from = this.#number(first);
    const length = second === undefined ? undefined : this.#number(second);
    if (from === null || length === null) return null;
    const isAll = part.name === '@' || part.name === '*';
    if (!isAll && part.index !== '@' && part.index !== '*') {
      const text = slice(base.texts[0] ?? '', from, length ?? null);
      return { ...base, texts: [text], unknown: false };
    }
    const shell = this.#host.variables.positional?.[0]?.text ?? '';
    const texts = slice(isAll ? [shell, ...base.texts] : base.texts, from, length ?? null);
    return { ...base, texts, unknown: false };
  }

  #number(text: string): number | null {
    return text.trim() === '' ? 0 : this.calculated(text);
  }

  /** `${A@P}`: as a prompt, which runs what is substituted in it. */
  #expandedAgain(base: Value): Value {
    return valueOfFields(base.texts.map((text) => this.#inner(text)));
  }

  /** `${!A[@]}` */
  #keys(name: string): Value | null {
    const { variables, work } = this.#host;
    const keys = variables.keysOf(name, (units) => work.spend(units));
    const elements = variables.get(name)?.texts ?? [];
    const texts = keys.length > 0 ? keys : elements.map((_, i) => String(i));
    return texts.length === 0 ? null : { texts, dynamic: false, fetches: NO_FETCHES };
  }

  /** `${A:-d}` and kin. A value that the text itself states as the default counts as known. */
  #conditional(part: ParameterPart, given: Value | null): Value | null {
    // A branch that sets the variable may not have run.
    const base = given !== null && this.#host.variables.isMissing(part.name) ? null : given;
    const empty = !base || (part.operator.startsWith(':') && base.texts.join('') === '');
    const kind = part.operator.at(-1);
    if (kind === '+') return base && !empty ? this.#argument(part) : base && emptyValue(base);
    if (!empty || kind === '?') return base;
    const value = this.#argument(part);
    if (kind === '=') this.#host.variables.set(part.name, value);
    return value;
  }

  #argument(part: ParameterPart): Value {
    return valueOfFields([part.argument ? this.text(part.argument) : fieldOf('')]);
  }

  #length(part: ParameterPart, base: Value): Value {
    const count = part.index === '@' || part.index === '*' || part.name === '@';
    const length = count ? base.texts.length : (base.texts[0] ?? '').length;
    return { ...base, texts: [String(length)] };
  }

  #indirect(base: Value | null): Value | null {
    const name = base?.texts[0] ?? '';
    const bracket = name.endsWith(']') ? name.indexOf('[') : -1;
    if (bracket <= 0) return name === '' ? null : this.#named(name);
    return this.#element(name.slice(0, bracket), name.slice(bracket + 1, -1));
  }

  /** The elements that name and index choose. */
  #elements({ name, index }: ParameterPart): Value | null {
    return this.#element(name, index);
  }

  #element(name: string, index: string | null): Value | null {
    const keyed = index === null ? undefined : this.#keyed(name, index);
    if (keyed) return keyed;
    const value = this.#named(name);
    if (!value) return null;
    if (index === '@' || index === '*') return value;
    if (name === '@' || name === '*') return value;
    const at = index === null ? 0 : this.#indexOf(index);
    if (at === 0 && value.texts.length === 1) return value;
    const text = at === null ? undefined : value.texts.at(at);
    return text === undefined ? null : { ...value, texts: [text] };
  }

  /** `${A[key]}`, `${A["key"]}`, `${A[$key]}` */
  #keyed(name: string, index: string): Value | undefined {
    const plain = unquoted(index);
    const named = plain.startsWith('$') ? this.#named(plain.replace('$', ''))?.texts[0] : plain;
    return this.#host.variables.element(name, named ?? plain);
  }

  #indexOf(index: string): number | null {
    return this.calculated(unquoted(index));
  }

  /** A text with what stands in it expanded as between double quotes. */
  #inner(text: string): Field {
    if (this.#references >= REFERENCES_MAX) return fieldOf(text);
    this.#references++;
    this.#host.work.spend(text.length);
    const unread = (problem: string): void => this.#host.unread(problem);
    const field = this.text(parseQuoted(text, { start: 0, end: 0 }, unread));
    this.#references--;
    return field;
  }

  #named(name: string): Value | null {
    const { variables } = this.#host;
    const value = variables.get(name);
    if (value) return value;
    if (name === 'IFS') return { texts: [DEFAULT_SEPARATORS], dynamic: false, fetches: NO_FETCHES };
    const positional = this.#positional(name);
    if (positional) return positional;
    const text = variables.environment(name);
    return text === undefined ? null : this.environmentValue(text);
  }

  #positional(name: string): Value | null {
    const positional = this.#host.variables.positional;
    if (!positional) return null;
    if (name === '@' || name === '*') return valueOfFields(positional.slice(1));
    if (name === '#') return valueOfFields([fieldOf(String(positional.length - 1))]);
    const index = Number(name);
    if (!Number.isInteger(index)) return null;
    const field = positional[index];
    return valueOfFields([field ?? fieldOf('')]);
  }

  /** A value of the environment, with the variables in it filled in. */
  environmentValue(text: string): Value {
    if (!text.includes('$') || this.#references >= REFERENCES_MAX) {
      return { texts: [text], dynamic: text.includes('${{'), fetches: NO_FETCHES };
    }
    this.#references++;
    this.#host.work.spend(text.length);
    const tree = parseQuoted(text, { start: 0, end: 0 }, (problem) => this.#host.unread(problem));
    const references = tree.parts.every((p) => REFERENCES.has(p.kind));
    const field = references ? this.text(tree) : fieldOf(text);
    this.#references--;
    return valueOfFields([field]);
  }
}

/** Parts of a value of the environment that stand for something else. */
const REFERENCES: ReadonlySet<Part['kind']> = new Set(['text', 'parameter', 'opaque']);

const CONDITIONAL = new Set([':-', '-', ':=', '=', ':?', '?', ':+', '+']);

function emptyValue(base: Value): Value {
  return { ...base, texts: [''] };
}

function addStream(builder: FieldBuilder, stream: Stream, raw: string, quoted: boolean): void {
  const text = stream.data === null ? '' : withoutNewlines(textOfPrinted(stream.data));
  const unknown = stream.data === null || (stream.dynamic && text === '');
  if (unknown) builder.addUnknown(raw, stream.fetches);
  else builder.addValue(text, stream, quoted);
}

/** A substitution drops the newlines at the end of what was printed. */
function withoutNewlines(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\n') end--;
  return text.slice(0, end);
}

function isFixed(word: WordTree): boolean {
  const { parts, brace } = word;
  return parts.length === 1 && parts[0]?.kind === 'text' && !brace && !isGlob(word);
}

/** Whether a word is a pattern of files. */
function isGlob({ parts }: WordTree): boolean {
  return parts.some((part) => part.kind === 'text' && !part.quoted && hasPattern(part.text));
}

function fixed(words: readonly WordTree[]): readonly Field[] {
  return words.map(({ parts: [part] }) => fieldOf(part?.kind === 'text' ? part.text : ''));
}

const NO_FIELDS: readonly Field[] = [];

function namesAll(part: Part): boolean {
  return part.kind === 'parameter' && (part.name === '@' || part.index === '@');
}

function isList(part: Part): boolean {
  return part.kind === 'text' && !part.quoted && part.text.includes(',');
}
