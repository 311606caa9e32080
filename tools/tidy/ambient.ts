/**
 * Uses of what a program has without asking for it: clock, timers, randomness, environment, console
 * and network. They are looked for in the syntax tree by name, so that another way to write one is
 * found as well: `globalThis.Date`, `const { now } = Date`, `const D = Date`.
 *
 * Names are not followed through scopes. A name that is only ever the global one here (`Date`) is
 * taken for it everywhere; one that is also a good name for a variable (`process`) is not in a file
 * that declares it, but for what only the global one has (`process.env`).
 */
import { nodesOf } from './source.ts';

export interface AmbientUse {
  /** Where it stands in the text. */
  readonly start: number;
  readonly what: string;
  readonly useInstead: string;
}

const CLOCK = 'ports/clock';
const TIMER = 'clock.after of ports/clock';
const RANDOM = 'ports/random';
const CONFIG = 'the Config that main/ passes in';
const TERMINAL = 'ports/log, or the Terminal of a command';
const GLOBAL = 'the name itself';

/** May not stand anywhere. */
const NEVER: Readonly<Record<string, string>> = {
  performance: CLOCK,
  setTimeout: TIMER,
  setInterval: TIMER,
  console: TERMINAL,
  globalThis: GLOBAL,
  eval: 'nothing: no text is run here',
};

/** The same, but in files that declare the name. */
const NEVER_GLOBAL: Readonly<Record<string, string>> = {
  global: GLOBAL,
  crypto: RANDOM,
  Temporal: CLOCK,
};

/** What these may be used for, as members. All else of them, and to pass them on, is ambient. */
const PLAIN_MEMBERS: Readonly<Record<string, (member: string) => boolean>> = {
  Date: (member) => member === 'UTC' || member === 'parse',
  Math: (member) => member !== 'random',
};
const MEMBERS_OF: Readonly<Record<string, string>> = { Date: CLOCK, Math: RANDOM };

/** Members of `process` that a folder beside `base` and `main` may not look at. */
const PROCESS: Readonly<Record<string, string>> = {
  env: CONFIG,
  argv: CONFIG,
  loadEnvFile: CONFIG,
  hrtime: CLOCK,
  uptime: CLOCK,
  stdin: TERMINAL,
  stdout: TERMINAL,
  stderr: TERMINAL,
  getBuiltinModule: 'an import',
  binding: 'an import',
};

/** Names that modules of Node give to the same things. */
const IMPORTED: Readonly<Record<string, string>> = {
  performance: CLOCK,
  setTimeout: TIMER,
  setInterval: TIMER,
  randomBytes: RANDOM,
  randomInt: RANDOM,
  randomFillSync: RANDOM,
  randomFill: RANDOM,
  randomUUID: RANDOM,
  randomUUIDv7: RANDOM,
  webcrypto: RANDOM,
  getRandomValues: RANDOM,
  env: CONFIG,
  argv: CONFIG,
};

/** An engine has nothing to do with these either. */
const OUTSIDE = new Set([
  ...['process', 'fetch', 'WebSocket', 'EventSource', 'Worker', 'BroadcastChannel', 'navigator'],
  ...['setImmediate', 'queueMicrotask', 'localStorage', 'sessionStorage'],
]);

type Node = Readonly<Record<string, unknown>> & { readonly type: string; readonly start: number };

/** All uses, each once, in the order of the text. */
export function ambientUses(program: unknown, isEngine: boolean): readonly AmbientUse[] {
  const declared = declaredNames(program);
  const uses: AmbientUse[] = [];
  for (const { node, parent, key } of expressionsOf(program)) {
    const use =
      useOfName(node, parent, key, declared) ??
      useOfProcess(node, declared) ??
      (isEngine ? useOfOutside(node, parent, key, declared) : null);
    if (use !== null) uses.push({ start: node.start, ...use });
  }
  return [...uses, ...importedUses(program)].sort((a, b) => a.start - b.start);
}

type Use = Omit<AmbientUse, 'start'> | null;

function useOfName(node: Node, parent: Node, key: string, declared: ReadonlySet<string>): Use {
  const name = referenceOf(node, parent, key);
  if (name === null) return null;
  const never = own(NEVER, name) ?? (declared.has(name) ? undefined : own(NEVER_GLOBAL, name));
  if (never !== undefined) return { what: name, useInstead: never };
  const isPlain = own(PLAIN_MEMBERS, name);
  if (isPlain === undefined) return null;
  const member = key === 'object' ? memberOf(parent) : null;
  // `new Date(at)` reads no clock, `new Date()` and `Date()` do.
  const isGiven = parent.type === 'NewExpression' && isGivenWhen(parent['arguments']);
  const isFine =
    member !== null ? isPlain(member) : isInstanceOf(parent, key) || (name === 'Date' && isGiven);
  return isFine ? null : { what: name, useInstead: own(MEMBERS_OF, name) ?? GLOBAL };
}

function useOfProcess(node: Node, declared: ReadonlySet<string>): Use {
  const [target, members] =
    node.type === 'MemberExpression'
      ? [node['object'], [memberOf(node)]]
      : node.type === 'VariableDeclarator'
        ? [node['init'], keysOf(node['id'])]
        : [null, []];
  if (nameOf(target) !== 'process') return null;
  for (const member of members) {
    // What is worked out may be any of them; a variable of that name is no list.
    if (member === null && declared.has('process')) continue;
    const useInstead = member === null ? CONFIG : own(PROCESS, member);
    if (useInstead !== undefined) return { what: `process.${member ?? '[…]'}`, useInstead };
  }
  return null;
}

function useOfOutside(node: Node, parent: Node, key: string, declared: ReadonlySet<string>): Use {
  const name = referenceOf(node, parent, key);
  if (name === null || !OUTSIDE.has(name) || declared.has(name)) return null;
  return { what: name, useInstead: 'an input: engines are pure and synchronous' };
}

function* importedUses(program: unknown): Generator<AmbientUse> {
  for (const node of nodesOf(program)) {
    if (node.type !== 'ImportDeclaration' || node['importKind'] === 'type') continue;
    const from = (node['source'] as { value?: unknown }).value;
    if (typeof from !== 'string' || from.startsWith('.')) continue;
    for (const specifier of node['specifiers'] as readonly Node[]) {
      const name = nameOf(specifier['imported']) ?? '';
      const useInstead = own(IMPORTED, name);
      if (useInstead !== undefined) yield { start: specifier.start, what: name, useInstead };
    }
  }
}

/** The name, when it stands for a value and not for a member or a binding. */
function referenceOf(node: Node, parent: Node, key: string): string | null {
  if (node.type !== 'Identifier') return null;
  if (parent.type.startsWith('Import') || parent['computed'] === true) {
    return parent.type.startsWith('Import') ? null : nameOf(node);
  }
  const isMember = parent.type === 'MemberExpression' && key === 'property';
  const isKey = key === 'key' || key === 'label' || key === 'exported';
  return isMember || isKey ? null : nameOf(node);
}

function nameOf(node: unknown): string | null {
  const { type, name } = (node ?? {}) as { type?: unknown; name?: unknown };
  return type === 'Identifier' && typeof name === 'string' ? name : null;
}

/** Of `a.b` and `a['b']` the `b`; null where it is worked out. */
function memberOf(node: Node): string | null {
  const property = node['property'] as Node;
  if (node['computed'] !== true) return nameOf(property);
  return typeof property['value'] === 'string' ? property['value'] : null;
}

/** Of `{ a, b: c, ...d }` the `a` and `b`, and null for the rest. */
function keysOf(pattern: unknown): readonly (string | null)[] {
  const { type, properties } = pattern as { type: string; properties?: readonly Node[] };
  if (type !== 'ObjectPattern' || properties === undefined) return [];
  return properties.map((property) => {
    return property['computed'] === true ? null : nameOf(property['key']);
  });
}

function isGivenWhen(list: unknown): boolean {
  const [first] = list as readonly Node[];
  return first !== undefined && first.type !== 'SpreadElement';
}

function isInstanceOf(parent: Node, key: string): boolean {
  return (
    parent.type === 'BinaryExpression' && key === 'right' && parent['operator'] === 'instanceof'
  );
}

function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

interface Place {
  readonly node: Node;
  readonly parent: Node;
  /** Under which name the parent holds it. */
  readonly key: string;
}

/** Types are no uses, but for these there is an expression in them. */
const TYPES_AROUND = new Set([
  ...['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'],
  'TSInstantiationExpression',
]);

function* expressionsOf(node: unknown, parent?: Node, key = ''): Generator<Place> {
  if (Array.isArray(node)) {
    for (const item of node) yield* expressionsOf(item, parent, key);
    return;
  }
  if (typeof node !== 'object' || node === null || !('type' in node)) return;
  const here = node as Node;
  if (parent !== undefined) yield { node: here, parent, key };
  if (TYPES_AROUND.has(here.type)) yield* expressionsOf(here['expression'], here, 'expression');
  else if (!here.type.startsWith('TS')) {
    for (const [name, value] of Object.entries(here)) yield* expressionsOf(value, here, name);
  }
}

/** Names that the file declares, wherever in it. */
function declaredNames(program: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodesOf(program)) {
    const { type } = node;
    if (type === 'VariableDeclarator' || /^(Function|Class)Declaration$/.test(type)) {
      addBound(node['id'], names);
    }
    if (type.startsWith('Import')) addBound(node['local'], names);
    if (type === 'CatchClause') addBound(node['param'], names);
    const { params } = node as { params?: unknown };
    if (Array.isArray(params) && !type.startsWith('TS')) {
      for (const param of params) addBound(param, names);
    }
  }
  return names;
}

function addBound(pattern: unknown, names: Set<string>): void {
  const node = (pattern ?? {}) as Partial<Node>;
  const name = nameOf(node);
  if (name !== null) names.add(name);
  if (node.type === 'AssignmentPattern') addBound(node['left'], names);
  if (node.type === 'RestElement') addBound(node['argument'], names);
  if (node.type === 'ArrayPattern') {
    for (const item of node['elements'] as readonly unknown[]) addBound(item, names);
  }
  if (node.type === 'ObjectPattern') {
    for (const item of node['properties'] as readonly Node[]) {
      addBound(item.type === 'RestElement' ? item : item['value'], names);
    }
  }
}
