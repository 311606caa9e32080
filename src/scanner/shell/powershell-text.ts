/** String literals of PowerShell, their variables and backtick escapes. */

/** Null for an unknown variable. */
export type PowershellLookup = (name: string) => string | null;

export interface QuotedText {
  readonly text: string;
  readonly end: number;
  /** A variable in it is unknown and stands as it is. */
  readonly dynamic: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', 0: '\0', a: '\x07' };
const NAME_LENGTH_MAX = 128;

/** The literal that begins with the quote at `at`; one that never ends goes to the end. */
export function quotedText(text: string, at: number, lookup: PowershellLookup): QuotedText {
  if (text[at] === "'") return singleQuoted(text, at);
  const from = at + 1;
  let end = from;
  while (end < text.length && text[end] !== '"') end += text[end] === '`' ? 2 : 1;
  end = Math.min(end, text.length);
  const expanded = expandedText(text.slice(from, end), lookup);
  return { ...expanded, end: Math.min(end + 1, text.length) };
}

function singleQuoted(text: string, at: number): QuotedText {
  let result = '';
  let from = at + 1;
  for (;;) {
    const end = offsetOf(text, "'", from);
    result += text.slice(from, end);
    if (text[end + 1] !== "'") {
      return { text: result, end: Math.min(end + 1, text.length), dynamic: false };
    }
    result += "'";
    from = end + 2;
  }
}

/** Text between double quotes with its variables and escapes. */
export function expandedText(
  body: string,
  lookup: PowershellLookup,
): { readonly text: string; readonly dynamic: boolean } {
  let text = '';
  let dynamic = false;
  for (let at = 0; at < body.length; ) {
    const c = body[at] as string;
    const name = c === '$' ? variableAt(body, at) : null;
    if (name) {
      const value = lookup(name.name);
      if (value === null) dynamic = true;
      text += value ?? body.slice(at, at + name.length);
      at += name.length;
    } else if (c === '`' && at + 1 < body.length) {
      const next = body[at + 1] as string;
      text += ESCAPES[next] ?? next;
      at += 2;
    } else {
      text += c;
      at++;
    }
  }
  return { text, dynamic };
}

export function offsetOf(text: string, part: string, from: number): number {
  const at = text.indexOf(part, from);
  return at === -1 ? text.length : at;
}

/** The variable at a `$`, its name in lower case: `$name`, `${name}`, `$env:NAME`. */
export function variableAt(text: string, at: number): { name: string; length: number } | null {
  const braced = text[at + 1] === '{';
  const from = at + (braced ? 2 : 1);
  let end = from;
  while (end - from < NAME_LENGTH_MAX && isNamePart(text[end])) end++;
  if (end === from || (braced && text[end] !== '}')) return null;
  const name = text.slice(from, end).toLowerCase();
  return { name, length: end - at + (braced ? 1 : 0) };
}

export function isNamePart(c: string | undefined): boolean {
  if (c === undefined) return false;
  const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c === '_' || c === ':';
}
