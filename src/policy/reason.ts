/**
 * Reason templates: text with facts in braces, `{{` and `}}` for braces themselves. A fact's value
 * comes from outside and the reason goes to logs, terminals and consoles, so it is cut to
 * `reasonValueLengthMax` and every character that could steer a reader becomes U+FFFD.
 */
import { reasonValueLengthMax } from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import { type FactName, type Facts, type FactValue, isFactName } from '../model/fact.ts';
import { factProblem } from './cel/check-cel.ts';
import type { CelProblem } from './cel/parse-cel.ts';

/** Words as they are, and names of facts between them. */
type ReasonPart =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'fact'; readonly name: FactName };

export type Reason = (facts: Facts) => string;

/** The reason of a template, or all that is wrong with it. */
export function parseReason(
  template: string,
  checkpoints: readonly Checkpoint[],
): Result<Reason, readonly CelProblem[]> {
  const parts: ReasonPart[] = [];
  const problems: CelProblem[] = [];
  let words = '';
  for (let i = 0; i < template.length; i++) {
    const c = template[i];
    if ((c === '{' || c === '}') && template[i + 1] === c) {
      words += c;
      i++;
    } else if (c === '{') {
      const end = template.indexOf('}', i);
      const name = end === -1 ? template.slice(i + 1) : template.slice(i + 1, end);
      const problem = end === -1 ? UNCLOSED : factProblem(name, checkpoints);
      if (problem !== null) problems.push({ ...problem, offset: i + 1 });
      else if (isFactName(name)) parts.push({ kind: 'words', words }, { kind: 'fact', name });
      words = '';
      i = end === -1 ? template.length : end;
    } else if (c === '}') problems.push({ ...UNOPENED, offset: i });
    else words += c;
  }
  if (problems.length > 0) return fail(problems);
  return ok(render([...parts, { kind: 'words', words }]));
}

const UNCLOSED = {
  code: 'reason-syntax',
  message: 'the brace does not close; for a brace itself write {{',
} as const;

const UNOPENED = {
  code: 'reason-syntax',
  message: 'the brace did not open; for a brace itself write }}',
} as const;

function render(parts: readonly ReasonPart[]): Reason {
  return (facts) => {
    let reason = '';
    for (const part of parts) {
      reason += part.kind === 'words' ? part.words : shown(facts[part.name]);
    }
    return reason;
  };
}

function shown(value: FactValue | undefined): string {
  if (value === undefined) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  // Two decimals: hours come as fractions with sixteen digits.
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  return harmless(typeof value === 'string' ? value : joined(value));
}

/** No more of the list than can be shown. */
function joined(items: readonly string[]): string {
  return items
    .slice(0, reasonValueLengthMax)
    .map((item) => head(item))
    .join(', ');
}

function head(text: string): string {
  return text.length > reasonValueLengthMax ? text.slice(0, reasonValueLengthMax + 1) : text;
}

function harmless(text: string): string {
  const cut = text.length > reasonValueLengthMax;
  const kept = (cut ? text.slice(0, reasonValueLengthMax - 1) : text).toWellFormed();
  let out = '';
  for (const c of kept) out += isSteering(c.codePointAt(0) ?? 0) ? '\ufffd' : c;
  return cut ? `${out}…` : out;
}

/** Code points that no one sees or that change how others are shown, first and last of each run. */
const STEERING: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f], // controls, the terminal's escape among them
  [0x7f, 0x9f], // delete and more controls
  [0xad, 0xad], // soft hyphen
  [0x61c, 0x61c], // Arabic letter mark
  [0x180e, 0x180e], // Mongolian vowel separator
  [0x200b, 0x200f], // zero-width characters and direction marks
  [0x2028, 0x202e], // line and paragraph separators, direction overrides
  [0x2060, 0x206f], // invisible operators, direction isolates
  [0xfeff, 0xfeff], // byte-order mark
  [0xfff9, 0xfffb], // annotations
  [0xe0000, 0xe007f], // tags
];

function isSteering(codePoint: number): boolean {
  return STEERING.some(([first, last]) => codePoint >= first && codePoint <= last);
}
