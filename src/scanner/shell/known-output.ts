/**
 * What a command prints when its words and its input alone decide that: the tools that payloads
 * are packed with. Everything else prints something unknown.
 */
import { shellDecodedLengthMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import { argumentsOf, valuesOf } from './arguments.ts';
import { type Compression, decodeBase32, decodeBase64, decodeHex, decompress } from './decode.ts';
import { undoEscapes } from './escapes.ts';
import { baseName } from './paths.ts';
import { bytesOfPrinted, type Printed, printedOfEscaped, textOfPrinted } from './printed.ts';
import { formatPrintf } from './printf.ts';
import { applySed } from './sed.ts';
import { pathOfShell } from './shell-names.ts';
import { TEXT_TOOLS } from './text-tools.ts';
import { contentOf, operandsOf, type Tool, type ToolContext } from './tool-context.ts';
import { transliterate } from './transliterate.ts';

/** What `name` prints with these arguments, or null when that is unknown. */
export function knownOutput(
  name: string,
  argument: readonly string[],
  context: ToolContext,
): Printed | null {
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  if (!tool) return SILENT.has(name) ? '' : null;
  const printed = tool(argument, context);
  if (printed === null || printed.length <= shellDecodedLengthMax) return printed;
  context.unread(gaveUp('a text of more than 1 MiB made by a command'));
  return null;
}

/** Commands that print nothing that matters. */
const SILENT = new Set(
  (
    'cd pushd popd export unset local readonly declare typeset set shopt true false : sleep wait ' +
    'test [ [[ mkdir rm mv cp ln touch chmod chown umask trap alias unalias kill pkill ulimit ' +
    'shift return exit break continue let'
  ).split(' '),
);

const TOOLS: Readonly<Record<string, Tool>> = {
  echo: (argument) => echo(argument),
  printf: (argument) => {
    const words = argument[0] === '--' ? argument.slice(1) : argument;
    const [format = '', ...values] = words;
    return words[0] === '-v' ? '' : formatPrintf(format, values, shellDecodedLengthMax);
  },
  basename: (argument) => nameParts(argument, baseName),
  dirname: (argument) => nameParts(argument, folderOf),
  realpath: (argument) => nameParts(argument, (path) => path),
  readlink: (argument) => nameParts(argument, (path) => path),
  which: (argument) => whereShell(argument),
  command: (argument) => (argument[0]?.startsWith('-') ? whereShell(argument) : null),
  type: (argument) => (argument[0]?.startsWith('-') ? whereShell(argument) : null),
  cat: (argument, context) => contentOf(operandsOf(argument), context),
  tee: (_, context) => context.input,
  base64: (argument, context) =>
    decodes(argument, 'dD', ['--decode'])
      ? fromText(argument, context, (text) => decodeBase64(text, decodes(argument, 'i', [])))
      : fromBytes(argument, context, (bytes) => `${Buffer.from(bytes).toString('base64')}\n`),
  base32: (argument, context) =>
    decodes(argument, 'd', ['--decode']) ? fromText(argument, context, decodeBase32) : null,
  openssl: (argument, context) => openssl(argument, context),
  xxd: (argument, context) =>
    decodes(argument, 'r', ['-revert']) ? fromText(argument, context, decodeHex) : null,
  rev: (argument, context) => fromText(argument, context, reverseLines),
  tac: (argument, context) => fromText(argument, context, reverseOrder),
  tr: (argument, context) =>
    context.input === null ? null : transliterate(argument, textOfPrinted(context.input)),
  sed: (argument, context) => sed(argument, context),
  cut: (argument, context) => cut(argument, context),
  head: (argument, context) => lines(argument, context, true),
  tail: (argument, context) => lines(argument, context, false),
  gunzip: (argument, context) => unpack(argument, context, 'gzip'),
  zcat: (argument, context) => unpack(argument, context, 'gzip'),
  gzip: (argument, context) =>
    decodes(argument, 'd', ['--decompress', '--uncompress'])
      ? unpack(argument, context, 'gzip')
      : null,
  'zlib-flate': (argument, context) => unpack(argument, context, 'zlib'),
  pigz: (argument, context) =>
    decodes(argument, 'd', ['--decompress'])
      ? unpack(argument, context, pigzFormat(argument))
      : null,
  unpigz: (argument, context) => unpack(argument, context, pigzFormat(argument)),

  zstd: (argument, context) =>
    decodes(argument, 'd', ['--decompress']) ? unpack(argument, context, 'zstd') : null,
  zstdcat: (argument, context) => unpack(argument, context, 'zstd'),
  unzstd: (argument, context) => unpack(argument, context, 'zstd'),
  brotli: (argument, context) =>
    decodes(argument, 'd', ['--decompress']) ? unpack(argument, context, 'brotli') : null,
  uudecode: (argument, context) =>
    fromText(argument.slice(argument.indexOf('-o') < 0 ? 0 : 2), context, decodeUu),
  basenc: (argument, context) => basenc(argument, context),
  ...TEXT_TOOLS,
  ...Object.fromEntries(
    ['xz', 'unxz', 'xzcat', 'bzip2', 'bunzip2', 'bzcat', 'lzma', 'unlzma', 'lz4', '7z'].map(
      (name) => [
        name,
        (argument: readonly string[], context: ToolContext) =>
          cannotUnpack(name, argument, context),
      ],
    ),
  ),
};

/** One path changed by `make`; `basename x.sh .sh` drops the ending too. */
/** `which bash`, `command -v sh`, `type -P sh`. */
function whereShell(argument: readonly string[]): string | null {
  const [name = ''] = operandsOf(argument);
  const path = pathOfShell(name);
  return path === null ? null : `${path}\n`;
}

function nameParts(argument: readonly string[], make: (path: string) => string): string | null {
  const [path, ending = ''] = operandsOf(argument);
  if (path === undefined) return null;
  const name = make(path);
  return `${ending !== '' && name.endsWith(ending) ? name.slice(0, -ending.length) : name}\n`;
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, Math.max(slash, 1));
}

/** Whether one of the short letters or long names stands among the options. */
function decodes(argument: readonly string[], letters: string, long: readonly string[]): boolean {
  for (const word of argument) {
    if (long.includes(word)) return true;
    const short = word.startsWith('-') && !word.startsWith('--');
    if (short && [...letters].some((letter) => word.includes(letter))) return true;
  }
  return false;
}

function fromText(
  argument: readonly string[],
  context: ToolContext,
  make: (text: string) => Printed,
): Printed | null {
  const content = contentOf(operandsOf(argument), context);
  return content === null ? null : make(textOfPrinted(content));
}

function fromBytes(
  argument: readonly string[],
  context: ToolContext,
  make: (bytes: Uint8Array) => Printed,
): Printed | null {
  const content = contentOf(operandsOf(argument), context);
  return content === null ? null : make(bytesOfPrinted(content));
}

function echo(argument: readonly string[]): Printed {
  let escapes = false;
  let newline = true;
  let first = 0;
  for (; isEchoOption(argument[first]); first++) {
    const option = argument[first] as string;
    // The last of `e` and `E` counts.
    if (option.includes('e')) escapes = option.lastIndexOf('e') > option.lastIndexOf('E');
    if (option.includes('n')) newline = false;
  }
  const text = argument.slice(first).join(' ');
  if (!escapes) return newline ? `${text}\n` : text;
  const result = undoEscapes(text, 'echo');
  return printedOfEscaped(text, newline && !result.stopped ? `${result.text}\n` : result.text);
}

function isEchoOption(word: string | undefined): boolean {
  if (word === undefined || word.length < 2 || word.length > 4 || word[0] !== '-') return false;
  for (const c of word.slice(1)) if (!'neE'.includes(c)) return false;
  return true;
}

function pigzFormat(argument: readonly string[]): Compression {
  return decodes(argument, 'z', ['--zlib']) ? 'zlib' : 'gzip';
}

/** `basenc --base64 -d`, `basenc --base16 -d`. */
function basenc(argument: readonly string[], context: ToolContext): Printed | null {
  if (!decodes(argument, 'd', ['--decode'])) return null;
  const decode = argument.includes('--base16')
    ? decodeHex
    : argument.some((word) => word.startsWith('--base32'))
      ? decodeBase32
      : decodeBase64;
  return fromText(argument, context, (text) => decode(text));
}

/** The body of `begin-base64`; older ones are rare. */
function decodeUu(text: string): Printed {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.startsWith('begin'));
  return decodeBase64(lines.slice(from + 1).join('\n'));
}

/** `openssl base64 -d`, `openssl enc -d -base64`, `openssl zlib -d`; other ciphers need a key. */
function openssl(argument: readonly string[], context: ToolContext): Printed | null {
  if (argument[0] === 'zlib' || argument.includes('-zlib')) return unpack([], context, 'zlib');
  const encoding = argument.some((w) => w === 'base64' || w === '-base64' || w === '-a');
  if (!encoding || !argument.includes('-d')) return null;
  const file = argument[argument.indexOf('-in') + 1];
  const content = argument.includes('-in') ? context.file(file ?? '') : context.input;
  return content === null ? null : decodeBase64(textOfPrinted(content));
}

function unpack(
  argument: readonly string[],
  context: ToolContext,
  compression: Compression,
): Printed | null {
  const content = contentOf(operandsOf(argument), context);
  if (content === null) return null;
  const result = decompress(bytesOfPrinted(content), compression);
  if (result.ok) return result.value;
  const isTooLarge = result.error.code === 'too-large';
  if (isTooLarge) context.unread(gaveUp('packed data that unpacks to over 1 MiB'));
  return null;
}

function cannotUnpack(name: string, argument: readonly string[], context: ToolContext): null {
  const content = contentOf(operandsOf(argument), context);
  if (content !== null && content.length > 0) context.unread(`data packed for ${name}`);
  return null;
}

function reverseLines(text: string): string {
  return text
    .split('\n')
    .map((line) => [...line].reverse().join(''))
    .join('\n');
}

function reverseOrder(text: string): string {
  const ends = text.endsWith('\n');
  const all = (ends ? text.slice(0, -1) : text).split('\n').reverse().join('\n');
  return ends ? `${all}\n` : all;
}

/** `sed 's/a/b/g'`, `sed -n 2p`. */
function sed(argument: readonly string[], context: ToolContext): Printed | null {
  const { options, operands } = argumentsOf(argument, '-e -f --expression');
  const scripts = valuesOf({ options, operands }, ['-e', '--expression']);
  const files = scripts.length > 0 ? operands : operands.slice(1);
  const flags = options.map(([name]) => name).join('');
  const content = contentOf(files, context);
  let text = content === null ? null : textOfPrinted(content);
  const how = {
    isExtended: /[Er]/.test(flags),
    isQuiet: flags.includes('n'),
    isWhole: flags.includes('z') || flags.includes('--null-data'),
    spend: context.spend,
  };
  for (const script of scripts.length > 0 ? scripts : operands.slice(0, 1)) {
    text = text === null ? null : applySed(script, text, how);
  }
  return text;
}

/** `cut -c2-5` and `cut -d: -f2`. */
function cut(argument: readonly string[], context: ToolContext): Printed | null {
  const content = contentOf(argumentsOf(argument, '-c -b -f -d').operands, context);
  if (content === null) return null;
  const characters = optionOf(argument, '-c') ?? optionOf(argument, '-b');
  const fields = optionOf(argument, '-f');
  const delimiter = optionOf(argument, '-d') ?? '\t';
  const range = rangeOf(characters ?? fields ?? '');
  if (!range || delimiter === '') return null;
  const [from, to] = range;
  const pick = (line: string): string => {
    if (characters !== null) return line.slice(from - 1, to);
    if (!line.includes(delimiter)) return line;
    return line
      .split(delimiter)
      .slice(from - 1, to)
      .join(delimiter);
  };
  return textOfPrinted(content).split('\n').map(pick).join('\n');
}

/** `3`, `2-5`, `2-` or `-5`. */
function rangeOf(text: string): readonly [number, number] | null {
  const [low = '', high, ...more] = text.split('-');
  const from = low === '' ? 1 : Number(low);
  const to = high === undefined ? from : high === '' ? Number.MAX_SAFE_INTEGER : Number(high);
  const valid = text !== '' && more.length === 0 && Number.isInteger(from) && Number.isInteger(to);
  return valid && from >= 1 ? [from, to] : null;
}

function optionOf(argument: readonly string[], option: string): string | null {
  for (const [i, word] of argument.entries()) {
    if (word === option) return argument[i + 1] ?? '';
    if (word.startsWith(option)) return word.slice(option.length);
  }
  return null;
}

/** `head -n 3`, `tail -n +2`, `head -c 10`. */
function lines(argument: readonly string[], context: ToolContext, head: boolean): Printed | null {
  const content = contentOf(argumentsOf(argument, '-n -c --lines --bytes').operands, context);
  if (content === null) return null;
  const text = textOfPrinted(content);
  const characters = optionOf(argument, '-c');
  const stated = characters ?? optionOf(argument, '-n') ?? optionOf(argument, '-') ?? '10';
  const count = Number(stated);
  if (!Number.isInteger(count)) return null;
  if (characters === null) {
    const all = text.split('\n');
    // Without its last lines: the piece behind the last line's end is none.
    const end = count < 0 && text.endsWith('\n') ? count - 1 : count;
    const kept = head ? all.slice(0, end) : tailOf(all, stated, text.endsWith('\n') ? 1 : 0);
    return kept.join('\n') + (head && kept.length > 0 && kept.length < all.length ? '\n' : '');
  }
  return head ? text.slice(0, count) : tailOf([...text], stated, 0).join('');
}

function tailOf(all: readonly string[], stated: string, extra: number): readonly string[] {
  const count = Math.abs(Number(stated));
  if (stated.startsWith('+')) return all.slice(Math.max(count - 1, 0));
  return count === 0 ? [] : all.slice(-(count + extra));
}
