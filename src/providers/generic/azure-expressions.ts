/**
 * Azure's template expressions and macros.
 *
 *   ${{ if … }}: value      as a key of a map or of the only map in a list's item: its content is
 *                           there or not; all of it is read
 *   $(NAME), ${{ variables.NAME }}   a variable, put into the text before a shell sees it
 */
import { yamlDepthMax } from '../../base/limits.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../../base/yaml.ts';
import type { Command } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { type Edit, editSource } from '../_text/source-builder.ts';
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
  reading.draft.say(`conditions nest deeper than ${yamlDepthMax}; the inner ones were not read`);
  return true;
}

/** The name that a variable has in the environment of a step. */
export function environmentName(name: string): string {
  let result = '';
  for (const c of name) result += c === '.' || c === ' ' || c === '-' ? '_' : c.toUpperCase();
  return result;
}

/** The command with macros of known variables as the variables of its shell. */
export function withoutMacros(command: Command, known: ReadonlySet<string>): Command {
  const { shell, source } = command;
  if (shell === 'python' || shell === 'other' || !source.text.includes('$')) return command;
  const edits = [...macrosIn(source.text, known)].map(({ start, end, name }) => {
    const text = shell === 'powershell' ? `\${env:${name}}` : `\${${name}}`;
    return { start, end, text };
  });
  return { shell, source: editSource(source, edits) };
}

interface Macro extends Omit<Edit, 'text'> {
  readonly name: string;
}

/**
 * `$(pwd)` is a command of the shell unless a variable has the name; a name with a dot, such as
 * `$(Build.SourcesDirectory)`, is never one.
 */
function* macrosIn(text: string, known: ReadonlySet<string>): Generator<Macro, void, undefined> {
  for (let start = text.indexOf('$'); start !== -1; start = text.indexOf('$', start + 1)) {
    const form = FORMS.find(({ open }) => text.startsWith(open, start));
    if (form === undefined) continue;
    const from = start + form.open.length;
    const end = nameEnd(text, from);
    const name = text.slice(from, end).trim();
    const isKnown = form.isAlways || name.includes('.') || known.has(environmentName(name));
    if (name === '' || !isKnown || !text.startsWith(form.close, end)) continue;
    yield { start, end: end + form.close.length, name: environmentName(name) };
  }
}

const FORMS = [
  { open: '$(', close: ')', isAlways: false },
  { open: '${{ variables.', close: '}}', isAlways: true },
  { open: '${{variables.', close: '}}', isAlways: true },
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
