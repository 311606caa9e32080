/**
 * What functions and methods of other languages make of texts: those that payloads are packed
 * with. They are known by their last name in lower case, so that `base64.b64decode` of Python and
 * `Base64.decode64` of Ruby stand in one table. `self` is what a method is called on.
 */
import {
  bytesOf,
  type CodeValue,
  calculated,
  charactersOf,
  isList,
  isPrinted,
  joined,
  lengthOf,
  listOf,
  rangeOf,
  repeated,
  reversed,
  sliced,
  textOf,
} from './code-values.ts';
import { type Compression, decodeBase32, decodeBase64, decodeHex, decompress } from './decode.ts';
import { textOfPrinted } from './printed.ts';
import { formatPrintf } from './printf.ts';
import { replaceAll } from './substitute.ts';
import { transliterate } from './transliterate.ts';

type Function = (given: readonly CodeValue[], self: CodeValue) => CodeValue;

/** The value of a call, or null when it is not known. */
export function callFunction(
  name: string,
  given: readonly CodeValue[],
  self: CodeValue,
): CodeValue {
  const folded = name.toLowerCase();
  const called = Object.hasOwn(FUNCTIONS, folded) ? FUNCTIONS[folded] : undefined;
  return called ? called(given, self) : null;
}

export function isKnownFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name.toLowerCase());
}

const FORMATTED_LENGTH_MAX = 65_536;

/** The first argument, or what the method is called on. */
const subject = (given: readonly CodeValue[], self: CodeValue): CodeValue => given[0] ?? self;

function onText(make: (text: string) => CodeValue): Function {
  return (given, self) => {
    const text = textOf(subject(given, self));
    return text === null ? null : make(text);
  };
}

/** A method whose arguments say how, not what: `x.decode('utf-8')`. */
function onSelf(make: (text: string) => CodeValue): Function {
  return (given, self) => {
    const text = textOf(self ?? given[0] ?? null);
    return text === null ? null : make(text);
  };
}

function unpacked(compression: Compression): Function {
  return (given, self) => {
    const bytes = bytesOf(subject(given, self));
    const result = bytes ? decompress(bytes, compression) : null;
    return result?.ok ? result.value : null;
  };
}

/** `decompress` of Python's zlib and gzip, and what else is called so: whichever fits the data. */
const decompressed: Function = (given, self) => {
  for (const compression of ['gzip', 'zlib', 'deflate', 'zstd'] as const) {
    const value = unpacked(compression)(given, self);
    if (value !== null && (!isPrinted(value) || value.length > 0)) return value;
  }
  return null;
};

const base64 = onText((text) => decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/')));
const hex = onText((text) => decodeHex(text));
const same: Function = (given, self) => self ?? given[0] ?? null;
const backwards: Function = (given, self) => reversed(subject(given, self));
const rot13 = onText((text) => transliterate(['A-Za-z', 'N-ZA-Mn-za-m'], text));

/** `%2e` and the like; what is none stays. */
const percent = onText((text) => {
  const pieces = text.split('%');
  const decoded = pieces.slice(1).map((piece) => {
    const bytes = decodeHex(piece.slice(0, 2));
    return bytes.length === 1
      ? String.fromCharCode(bytes[0] as number) + piece.slice(2)
      : `%${piece}`;
  });
  return (pieces[0] ?? '') + decoded.join('');
});

/** `ord(x)`, `x.charCodeAt(1)` */
const codeAt: Function = (given, self) => {
  const text = textOf(self ?? given[0] ?? null);
  const at = self === null ? 0 : given[0];
  return text?.codePointAt(typeof at === 'number' ? at : 0) ?? null;
};

const ENCODINGS: Readonly<Record<string, Function>> = {
  base64,
  base64url: base64,
  hex,
  rot13,
  rot_13: rot13,
  zlib: decompressed,
};

/** `codecs.decode(x, 'rot13')`, `Buffer.from(x, 'base64')`; without an encoding the text itself. */
const inEncoding: Function = (given, self) => {
  const [value = null, encoding = null] =
    self === null || given.length > 1 ? given : [self, given[0]];
  const name = textOf(encoding)?.toLowerCase() ?? '';
  const decode = Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
  return decode ? decode([value], null) : value;
};

/** `' '.join(list)`, `list.join(' ')`, `join(' ', a, b)`, `implode(' ', list)`. */
const join: Function = (given, self) => {
  if (isList(self)) return joined(self, textOf(given[0] ?? ',') ?? ',');
  if (isPrinted(self) && given.length === 0) return self;
  const [first = null, ...rest] = self === null ? given : [self, ...given];
  const separator = textOf(first);
  const items =
    rest.length === 1 && isList(rest[0] ?? null) ? (rest[0] as CodeValue) : listOf(rest);
  if (isPrinted(items)) return items;
  return separator !== null && isList(items) ? joined(items, separator) : null;
};

/** `x.replace(a, b)`; PHP has the text last. */
const replace: Function = (given, self) => {
  const [from, to, text] = (self === null ? given : [...given.slice(0, 2), self]).map(textOf);
  return from && text !== undefined && text !== null ? replaceAll(text, from, to ?? '') : null;
};

const split: Function = (given, self) => {
  // `shlex.split(x)` splits at blanks, as `x.split()` does.
  const [only = null] = given;
  const isText = self === null && given.length === 1;
  const parts = isText ? [' ', only] : self === null ? given : [given[0] ?? ' ', self];
  const [separator, text] = parts.map(textOf);
  if (text === null || text === undefined || separator === undefined) return null;
  return listOf(separator ? text.split(separator) : [...text]);
};

/** `'{} {}'.format(a, b)`, `sprintf('%s', a)`. */
const format: Function = (given, self) => {
  const [pattern, ...values] = self === null ? given : [self, ...given];
  return formatted(textOf(pattern ?? null), values);
};

export function formatted(pattern: string | null, values: readonly CodeValue[]): CodeValue {
  if (pattern === null) return null;
  const texts = values.map((value) => textOf(value) ?? '');
  if (!pattern.includes('{')) {
    return textOfPrinted(formatPrintf(pattern, texts, FORMATTED_LENGTH_MAX));
  }
  let next = 0;
  return pattern
    .slice(0, FORMATTED_LENGTH_MAX)
    .split('{')
    .map((piece, i) => {
      const close = i === 0 ? -1 : piece.indexOf('}');
      if (close < 0) return i === 0 ? piece : `{${piece}`;
      const index = Number(piece.slice(0, close) || next++);
      return (texts[index] ?? `{${piece.slice(0, close)}}`) + piece.slice(close + 1);
    })
    .join('');
}

/** `7 % 2`, and `'%s' % a`. */
export function remainder(value: CodeValue, given: CodeValue): CodeValue {
  if (typeof value === 'number') return calculated('%', value, given);
  return formatted(textOf(value), isList(given) ? given.items : [given]);
}

/** `pack('H*', x)`, `[x].pack('H*')`, `x.unpack1('m')`, `pack('C*', 120, 109)`. */
const pack: Function = (given, self) => {
  const isMethod = self !== null;
  const kind = textOf(given[0] ?? null)?.[0] ?? '';
  const values = isMethod ? [self] : given.slice(1);
  if (kind === 'C' || kind === 'U' || kind === 'c') return charactersOf(values);
  const text = textOf(listOf(values));
  if (text === null) return null;
  if (kind === 'm') return decodeBase64(text);
  return kind === 'H' ? decodeHex(text) : null;
};

function numberIn(text: string | null, base: CodeValue): number | null {
  const number = text === null || typeof base !== 'number' ? NaN : Number.parseInt(text, base);
  return Number.isNaN(number) ? null : number;
}

const part: Function = (given, self) => {
  const [from = 0, to = null] = given.map((one) => (typeof one === 'number' ? one : null));
  return sliced(self, [from, to]);
};

const FUNCTIONS: Readonly<Record<string, Function>> = {
  ...each('b64decode standard_b64decode urlsafe_b64decode decodestring decodebytes', base64),
  ...each('a2b_base64 base64_decode atob decode64 strict_decode64 urlsafe_decode64', base64),
  ...each('decode_base64 frombase64string b64_decode', base64),
  ...each('unhexlify fromhex hex2bin a2b_hex b16decode decode_hex', hex),
  b32decode: onText((text) => decodeBase32(text)),
  ...each('decompress gunzipsync unzipsync inflatesync gzdecode gzuncompress', decompressed),
  ...each('inflate gunzip inflaterawsync gzinflate', decompressed),
  brotlidecompresssync: unpacked('brotli'),
  ...each('str_rot13 rot13', rot13),
  ...each('strrev reverse reversed', backwards),
  ...each('chr char fromcharcode fromcodepoint', (given, self) =>
    charactersOf(given.length > 0 ? given : [self]),
  ),
  ...each('ord charcodeat codepointat', codeAt),
  ...each(
    'chars each_char',
    onSelf((text) => listOf([...text])),
  ),
  range: (given) => {
    const [first = 0, second, step = 1] = given.map((one) => (typeof one === 'number' ? one : NaN));
    const [from, to] = second === undefined ? [0, first] : [first, second];
    return Number.isNaN(from + to + step) ? null : listOf(rangeOf(from, to, step));
  },
  ...each('int parseint number intval', ([value = null, base = 10]) => {
    return typeof value === 'number' ? value : numberIn(textOf(value), base);
  }),
  ...each('hexdec', ([value = null]) => numberIn(textOf(value), 16)),
  str_split: ([text = null, width = 1]) => {
    const whole = textOf(text);
    if (whole === null || typeof width !== 'number' || width < 1) return null;
    return listOf(rangeOf(0, whole.length, width).map((at) => whole.slice(at, at + width)));
  },
  ...each('len strlen count', ([value = null]) => lengthOf(value)),
  ...each('decodeuricomponent decodeuri unescape urldecode rawurldecode unquote', percent),
  ...each('tr strtr', (given, self) => {
    const [text, from, to] = (self === null ? given : [self, ...given]).map(textOf);
    return text && from && to ? transliterate([from, to], text) : null;
  }),
  ...each('str string tostring to_s to_str text strip trim chomp rstrip lstrip encode', same),
  ...each(
    'list tuple array toarray quote dedent expanduser abspath flatten freeze path compile',
    same,
  ),
  ...each('decode from', inEncoding),
  ...each('bytes bytearray uint8array', (given) => bytesOf(given[0] ?? null) ?? given[0] ?? null),
  ...each('join implode', join),
  ...each('replace replaceall str_replace gsub', replace),
  ...each('split explode', split),
  ...each('format sprintf', format),
  ...each('pack unpack unpack1', pack),
  ...each('repeat str_repeat', (given, self) => {
    const [text = null, times = 0] = self === null ? given : [self, given[0]];
    return repeated(text, typeof times === 'number' ? times : 0);
  }),
  ...each('slice substring', part),
  substr: (given, self) => {
    const [text = null, from = 0, length] = self === null ? given : [self, ...given];
    if (typeof from !== 'number') return null;
    return sliced(text, [from, typeof length === 'number' ? from + length : null]);
  },
  ...each(
    'tolowercase lower downcase strtolower',
    onSelf((text) => text.toLowerCase()),
  ),
  ...each(
    'touppercase upper upcase strtoupper',
    onSelf((text) => text.toUpperCase()),
  ),
  concat: (given, self) => textOf(listOf([self, ...given])),
};

/** All of them; the cues of the sweep know each. */
export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

function each(names: string, called: Function): Record<string, Function> {
  return Object.fromEntries(names.split(' ').map((name) => [name, called]));
}
