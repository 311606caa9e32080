import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';

export const ROOT = resolve(import.meta.dirname, '../..');

/** A TypeScript file of `src/`, parsed. Paths are relative to the repository, with `/`. */
export interface Source {
  readonly path: string;
  /** The folder under `src/`. */
  readonly folder: string;
  readonly isTest: boolean;
  readonly text: string;
  /** The text with comments turned to blanks, so that prose does not count as code. */
  readonly code: string;
  readonly program: unknown;
  /** Files of the repository that it imports, also as types and dynamically. */
  readonly imports: readonly string[];
  /** Those of them that remain when types are stripped. */
  readonly valueImports: readonly string[];
  /** Modules of Node and packages that it loads; `?` where it loads what it works out. */
  readonly modules: readonly string[];
}

export const sources: readonly Source[] = filesUnder('src')
  .filter((path) => path.endsWith('.ts'))
  .map((path) => parseSource(path, read(path)));

/** Files of a folder of the repository, recursively, sorted. */
export function filesUnder(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function parseSource(path: string, text: string): Source {
  const { program, module, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const statics = [
    ...module.staticImports.map((i) => ({
      target: i.moduleRequest.value,
      isType: i.entries.length > 0 && i.entries.every((entry) => entry.isType),
    })),
    ...module.staticExports.flatMap((e) =>
      e.entries.flatMap((entry) =>
        entry.moduleRequest ? [{ target: entry.moduleRequest.value, isType: entry.isType }] : [],
      ),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      target: literalOf(text.slice(start, end)),
      isType: false,
    })),
  ];
  const local = statics.filter(({ target }) => target.startsWith('.'));
  const toPath = (target: string): string =>
    relative(ROOT, resolve(dirname(join(ROOT, path)), target));
  return {
    path,
    folder: path.split('/')[1] ?? '',
    isTest: /\.test\.ts$|\/test-[^/]*\.ts$|\/fixtures\//.test(path),
    text,
    code: blank(text, comments),
    program,
    imports: local.map(({ target }) => toPath(target)),
    valueImports: local.filter(({ isType }) => !isType).map(({ target }) => toPath(target)),
    modules: statics
      .filter(({ target, isType }) => !target.startsWith('.') && !isType)
      .map(({ target }) => target),
  };
}

function literalOf(expression: string): string {
  return /^(['"])[^'"\\]*\1$/.test(expression) ? expression.slice(1, -1) : '?';
}

function blank(text: string, ranges: readonly { start: number; end: number }[]): string {
  let code = '';
  let at = 0;
  for (const { start, end } of ranges) {
    code += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, ' ');
    at = end;
  }
  return code + text.slice(at);
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Every node of a syntax tree, parents first. */
export function* nodesOf(tree: unknown): Generator<Node & Readonly<Record<string, unknown>>> {
  if (Array.isArray(tree)) {
    for (const item of tree) yield* nodesOf(item);
  } else if (typeof tree === 'object' && tree !== null) {
    if ('type' in tree && 'start' in tree) yield tree as Node & Record<string, unknown>;
    for (const value of Object.values(tree)) yield* nodesOf(value);
  }
}

/** The line, from 1, of an offset. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
