/** Tools that pick, join or fill text: what they print when their words and input decide it. */
import { shellDecodedLengthMax } from '../../base/limits.ts';
import { argumentsOf, valuesOf } from './arguments.ts';
import { awkOutput } from './awk.ts';
import { blankWords } from './blank-words.ts';
import { textOfPrinted } from './printed.ts';
import { contentOf, type Tool, type ToolContext } from './tool-context.ts';

const SEQUENCE_MAX = 1_000;

export const TEXT_TOOLS: Readonly<Record<string, Tool>> = {
  awk: awkOutput,
  gawk: awkOutput,
  mawk: awkOutput,
  nawk: awkOutput,
  paste,
  fold,
  sort,
  uniq: (argument, context) => linesOf(argument, '', context, (all) => [...new Set(all)]),
  grep,
  egrep: grep,
  fgrep: grep,
  jq,
  seq,
  // Without a command of its own xargs prints its words on one line.
  xargs: (_, { input }) =>
    input === null ? null : `${blankWords(textOfPrinted(input)).join(' ')}\n`,
  strings: (argument, context) => textIn(argument, '-n', context),
  nl: () => null,
};

/** `fold -w 2`: a line's end behind each two characters. */
function fold(argument: readonly string[], context: ToolContext): string | null {
  const width = Number(valuesOf(argumentsOf(argument, '-w'), ['-w']).at(-1) ?? 80);
  if (!Number.isInteger(width) || width < 1) return textIn(argument, '-w', context);
  return linesOf(argument, '-w', context, (all) => all.flatMap((line) => folded(line, width)));
}

function folded(line: string, width: number): readonly string[] {
  const count = Math.max(Math.ceil(line.length / width), 1);
  return Array.from({ length: count }, (_, i) => line.slice(i * width, (i + 1) * width));
}

/** What the operands or the input hold, as it is. */
function textIn(argument: readonly string[], valued: string, context: ToolContext): string | null {
  const content = contentOf(argumentsOf(argument, valued).operands, context);
  return content === null ? null : textOfPrinted(content);
}

function linesOf(
  argument: readonly string[],
  valued: string,
  context: ToolContext,
  change: (all: readonly string[]) => readonly string[],
): string | null {
  const text = textIn(argument, valued, context);
  if (text === null) return null;
  const all = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  const changed = change(all);
  return changed.length === 0 ? '' : `${changed.join('\n')}\n`;
}

/** `paste -sd ''` joins all lines. */
function paste(argument: readonly string[], context: ToolContext): string | null {
  const serial = argument.some((word) => word.startsWith('-') && word.includes('s'));
  if (!serial) return null;
  const at = argument.findIndex((word) => word.startsWith('-') && word.endsWith('d'));
  const separator = (at < 0 ? '\t' : (argument[at + 1] ?? '')).replaceAll('\\0', '');
  const files = argument.filter((word, i) => !word.startsWith('-') && i !== at + 1);
  return linesOf(files, '', context, (all) => [all.join(separator)]);
}

function sort(argument: readonly string[], context: ToolContext): string | null {
  const { options } = argumentsOf(argument, '-k -t -o -S');
  const flags = options.map(([name]) => name).join('');
  if (options.some(([name]) => name === '-k')) return null;
  return linesOf(argument, '-k -t -o -S', context, (all) => {
    const isNumeric = flags.includes('n');
    const sorted = isNumeric
      ? all.toSorted((a, b) => Number.parseFloat(a) - Number.parseFloat(b))
      : all.toSorted((a, b) => (a < b ? -1 : 1));
    const unique = flags.includes('u') ? [...new Set(sorted)] : sorted;
    return flags.includes('r') ? unique.toReversed() : unique;
  });
}

/** `grep [-v] TEXT` where the pattern is plain; anything else is unknown. */
function grep(argument: readonly string[], context: ToolContext): string | null {
  const given = argumentsOf(argument, '-e -m -A -B -C --color');
  const [named] = valuesOf(given, ['-e']);
  const [first = '', ...rest] = given.operands;
  const text = named ?? first;
  const flags = given.options.map(([name]) => name).join('');
  if (text === '' || [...text].some((c) => '.*[]^$+?()|\\'.includes(c))) return null;
  if (/[ocqlLwxABC]/.test(flags)) return null;
  const files = named === undefined ? rest : given.operands;
  const fold = (one: string): string => (flags.includes('i') ? one.toLowerCase() : one);
  return linesOf(files, '', context, (all) =>
    all.filter((line) => fold(line).includes(fold(text)) !== flags.includes('v')),
  );
}

function seq(argument: readonly string[]): string | null {
  const numbers = argument.map(Number);
  if (numbers.length === 0 || numbers.length > 3 || !numbers.every(Number.isInteger)) return null;
  const [from = 1, step = 1, to = 0] =
    numbers.length === 1
      ? [1, 1, numbers[0]]
      : numbers.length === 2
        ? [numbers[0], 1, numbers[1]]
        : numbers;
  const count = step === 0 ? 0 : Math.floor((to - from) / step) + 1;
  if (count > SEQUENCE_MAX) return null;
  const all = Array.from({ length: Math.max(count, 0) }, (_, i) => from + i * step);
  return all.map((one) => `${one}\n`).join('');
}

/** `jq -r .a.b`, `jq -r '@base64d'`, `jq -n '{…}'`. */
function jq(argument: readonly string[], context: ToolContext): string | null {
  const { options, operands } = argumentsOf(argument, '--arg --argjson --indent');
  const [filter = '.', ...files] = operands;
  const flags = options.map(([name]) => name).join('');
  if (flags.includes('n')) return filter.trimStart().startsWith('{') ? `${filter}\n` : null;
  const content = contentOf(files, context);
  if (content === null || content.length > shellDecodedLengthMax) return null;
  let value = jsonOf(textOfPrinted(content));
  for (const step of filter.split('|').map((one) => one.trim())) value = jqStep(step, value);
  return typeof value === 'string' || typeof value === 'number' ? `${value}\n` : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function jqStep(step: string, value: unknown): unknown {
  if (step === '@base64d') return typeof value === 'string' ? decoded(value) : undefined;
  if (step === '.' || step === '') return value;
  if (!step.startsWith('.')) return undefined;
  let current = value;
  for (const part of step.slice(1).replaceAll('[', '.').replaceAll(']', '').split('.')) {
    const name = part.replaceAll('"', '');
    if (name === '') continue;
    const isThere = typeof current === 'object' && current !== null && Object.hasOwn(current, name);
    current = isThere ? (current as Readonly<Record<string, unknown>>)[name] : undefined;
  }
  return current;
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString();
}
