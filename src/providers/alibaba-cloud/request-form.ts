/**
 * Requests in the form of a query (`Action=RunInstances&Amount=2&Container.1.Image=…`), as they
 * stand in an address, in a body or with a parameter a line. The result is the tree that the same
 * request has as JSON: dots go down, and a map of numbers is a list.
 */
import { requestParametersMax } from '../../base/limits.ts';
import type { YamlEntry, YamlFile, YamlMap, YamlNode, YamlScalar } from '../../base/yaml.ts';

type Tree = Map<string, Tree | YamlScalar[]>;

/** The parameters of a text as a file of one document, at most `requestParametersMax` of them. */
export function parseForm(text: string): { readonly file: YamlFile; readonly isWhole: boolean } {
  const root: Tree = new Map();
  let count = 0;
  for (let at = 0; at < text.length; ) {
    let end = at;
    let equals = -1;
    while (end < text.length && !isSeparator(text.charCodeAt(end))) {
      if (equals === -1 && text.charCodeAt(end) === EQUALS) equals = end;
      end++;
    }
    if (equals > at && isName(text, at, equals)) {
      if (count++ >= requestParametersMax) return { file: fileOf(text, root), isWhole: false };
      put(root, text.slice(at, equals).split('.'), scalarOf(text, equals + 1, end));
    }
    at = end + 1;
  }
  return { file: fileOf(text, root), isWhole: true };
}

function put(root: Tree, keys: readonly string[], value: YamlScalar): void {
  let tree = root;
  for (const key of keys.slice(0, -1)) {
    const inner = tree.get(key);
    const next: Tree = inner instanceof Map ? inner : new Map();
    if (next !== inner) tree.set(key, next);
    tree = next;
  }
  const last = keys.at(-1) ?? '';
  const known = tree.get(last);
  if (Array.isArray(known)) known.push(value);
  else if (known === undefined) tree.set(last, [value]);
}

function scalarOf(text: string, start: number, end: number): YamlScalar {
  const value = decoded(text.slice(start, end));
  return { kind: 'scalar', value, start, end, style: 'double', tag: '' };
}

function decoded(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** A parameter's name: letters, digits, dots, and at most so deep. */
function isName(text: string, start: number, end: number): boolean {
  if (end - start > NAME_LENGTH_MAX) return false;
  for (let at = start; at < end; at++) {
    const c = text.charCodeAt(at);
    const letter = c | 0x20;
    const isLetter = letter >= 0x61 && letter <= 0x7a;
    if (!isLetter && !(c >= 0x30 && c <= 0x39) && c !== DOT && c !== UNDERSCORE) return false;
  }
  return true;
}

/** The longest real name has some 60 characters and 5 dots. */
const NAME_LENGTH_MAX = 100;
const DOT = 0x2e;
const EQUALS = 0x3d;
const UNDERSCORE = 0x5f;

/** `&`, `?`, blanks and quotes. */
function isSeparator(c: number): boolean {
  return c === 0x26 || c === 0x3f || c <= 0x20 || c === 0x22 || c === 0x27;
}

function fileOf(text: string, root: Tree): YamlFile {
  return {
    text,
    documents: [{ root: nodeOf(root) }],
    aliases: 0,
    duplicateKeys: [],
    unknownAliases: [],
  };
}

function nodeOf(tree: Tree): YamlNode {
  const entries = [...tree].flatMap(([key, value]) => entriesOf(key, value));
  const map: YamlMap = { kind: 'map', start: entries[0]?.key.start ?? 0, tag: '', entries };
  const isList = entries.length > 0 && entries.every(({ key }) => isNumber(key.value));
  if (!isList) return map;
  return { kind: 'sequence', start: map.start, tag: '', items: entries.map(({ value }) => value) };
}

function entriesOf(key: string, value: Tree | readonly YamlScalar[]): readonly YamlEntry[] {
  const nodes = value instanceof Map ? [nodeOf(value)] : value;
  return nodes.map((node, i) => {
    const name: YamlScalar = {
      kind: 'scalar',
      value: key,
      start: node.start,
      end: node.start,
      style: 'plain',
      tag: '',
    };
    return { key: name, value: node, duplicate: i > 0 };
  });
}

function isNumber(key: string): boolean {
  return key !== '' && Number.isInteger(Number(key));
}
