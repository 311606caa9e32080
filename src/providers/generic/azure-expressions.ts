/**
 * Azure's template expressions and macros.
 *
 *   ${{ if … }}: value      as a key of a map or of the only map in a list's item: its content is
 *                           there or not; all of it is read
 *   $(NAME), ${{ variables.NAME }}   a variable, put into the text before a shell sees it
 */
import { scanFileBytesMax, yamlDepthMax } from '../../base/limits.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import type { DefinitionDraft } from '../_text/job-draft.ts';
import { SourceBuilder, sliceSource } from '../_text/source-builder.ts';
import { type Fields, fieldsOf } from '../_yaml/fields.ts';
import { itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const OPENING = '${{';

/** The fields of a map, those under conditions included. */
export function openFields(node: YamlNode | undefined, reading: YamlReading, depth = 0): Fields {
  const fields = fieldsOf(node, reading);
  if (![...fields.keys()].some(isExpression)) return fields;
  if (isTooDeep(depth, reading)) return fields;
  const open = new Map<string, readonly YamlNode[]>();
  const add = (key: string, nodes: readonly YamlNode[]): void => {
    open.set(key, [...(open.get(key) ?? []), ...nodes]);
  };
  for (const [key, nodes] of fields) {
    for (const value of nodes) {
      // A variable may be named by an expression; what a condition holds is a map or a list.
      if (!isExpression(key) || value.kind === 'scalar') add(key, [value]);
      else for (const entry of openFields(value, reading, depth + 1)) add(...entry);
    }
  }
  return open;
}

/** The items of lists, those under conditions included, in order. */
export function* openItems(
  node: YamlNode,
  reading: YamlReading,
  depth = 0,
): Generator<YamlScalar | YamlMap, void, undefined> {
  for (const item of itemsIn(node, reading)) {
    const only = item.kind === 'map' && item.entries.length === 1 ? item.entries[0] : undefined;
    if (only === undefined || !isExpression(only.key.value)) yield item;
    else if (!isTooDeep(depth, reading)) yield* openItems(only.value, reading, depth + 1);
  }
}

function isExpression(key: string): boolean {
  return key.startsWith(OPENING);
}

function isTooDeep(depth: number, reading: YamlReading): boolean {
  if (depth < yamlDepthMax) return false;
  reading.draft.giveUp(`conditions nest deeper than ${yamlDepthMax}; the inner ones were not read`);
  return true;
}

/** The name that a variable has in the environment of a step. */
export function environmentName(name: string): string {
  let result = '';
  for (const c of name) result += c === '.' || c === ' ' || c === '-' ? '_' : c.toUpperCase();
  return result;
}

/** Characters that filling in may come to, for all jobs of a file: as many as a file may have. */
export class MacroBudget {
  #left = scanFileBytesMax;
  readonly #draft: DefinitionDraft;

  constructor(draft: DefinitionDraft) {
    this.#draft = draft;
  }

  spend(length: number): boolean {
    this.#left -= length;
    if (this.#left >= 0) return true;
    this.#draft.say(`macros come to more than ${scanFileBytesMax} characters; some stay as is`);
    return false;
  }
}

/**
 * Fills in what is known. A value keeps the place where it stands itself; of a variable that only
 * the service knows, such as `$(Build.SourcesDirectory)`, the environment's name stands there.
 */
export class Macros {
  readonly #budget: MacroBudget;
  readonly #valueOf: (name: string) => SourceText | undefined;

  constructor(budget: MacroBudget, lookUp: (name: string) => SourceText | undefined) {
    this.#budget = budget;
    this.#valueOf = lookUp;
  }

  fill(source: SourceText, depth = 0): SourceText {
    const { text } = source;
    if (!this.#budget.spend(text.length)) return source;
    if (!text.includes('$') || depth > MACRO_DEPTH_MAX) return source;
    const builder = new SourceBuilder(source.path);
    let done = 0;
    for (const { start, end, name } of macrosIn(text)) {
      const value = this.#valueOf(name);
      // `$(pwd)` is a command of the shell unless a variable has the name.
      if (value === undefined && !text.slice(start, end).includes('.')) continue;
      if (start > done) builder.append(sliceSource(source, done, start));
      if (value !== undefined) builder.append(this.fill(value, depth + 1));
      else addUnknown(builder, sliceSource(source, start, end), name);
      done = end;
    }
    if (done === 0) return source;
    if (done < text.length) builder.append(sliceSource(source, done));
    return builder.build();
  }
}

/** A template's parameter stays an expression, which is opaque to whoever reads the command. */
function addUnknown(builder: SourceBuilder, macro: SourceText, name: string): void {
  builder.mark(macro.segments[1] ?? 1, macro.segments[2] ?? 1);
  builder.add(name.startsWith(PARAMETER) ? macro.text : `\${${name}}`);
}

/** Variables in variables. */
const MACRO_DEPTH_MAX = 8;
const PARAMETER = 'parameters.';

interface Macro {
  readonly start: number;
  readonly end: number;
  /** As in the environment, or `parameters.<name>`. */
  readonly name: string;
}

/** A text may have as many as fit in; the budget counts what they come to. */
function* macrosIn(text: string): Generator<Macro, void, undefined> {
  for (let start = text.indexOf('$'); start !== -1; ) {
    const form = FORMS.find(({ open }) => text.startsWith(open, start));
    const from = start + (form?.open.length ?? 1);
    const end = form === undefined ? from : nameEnd(text, from);
    const name = form === undefined ? '' : text.slice(from, end).trim();
    if (form !== undefined && name !== '' && text.startsWith(form.close, end)) {
      const isParameter = name.startsWith(PARAMETER);
      const bare = name.startsWith(VARIABLE) ? name.slice(VARIABLE.length) : name;
      const isMacro = form.open === '$(' || isParameter || name !== bare;
      const macro = { start, end: end + form.close.length };
      if (isMacro) yield { ...macro, name: isParameter ? name : environmentName(bare) };
      start = text.indexOf('$', end);
    } else start = text.indexOf('$', from);
  }
}

const VARIABLE = 'variables.';

const FORMS = [
  { open: '$(', close: ')' },
  { open: OPENING, close: '}}' },
  { open: '$[', close: ']' },
] as const;

const NAME_LENGTH_MAX = 200;

function nameEnd(text: string, from: number): number {
  let end = from;
  while (end - from < NAME_LENGTH_MAX && isNameCharacter(text[end] ?? '')) end++;
  return end;
}

function isNameCharacter(c: string): boolean {
  const lower = c.toLowerCase();
  return (
    (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || (c !== '' && '_.- '.includes(c))
  );
}

/** A path of the tree behind a macro for its root: `$(Build.SourcesDirectory)/build.sh`. */
export function isMacroPath(path: SourceText): boolean {
  return path.text.startsWith('$(') && path.text.includes(')/');
}
