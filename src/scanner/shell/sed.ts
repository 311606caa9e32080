/**
 * `sed` as payloads use it: substitutions, `y`, and single lines printed or deleted. A pattern that
 * could take long is not run, and its result is unknown.
 */
import { shellDecodedLengthMax } from '../../base/limits.ts';
import { foreignPattern, pattern, windowLengthMax } from '../../base/regex.ts';
import { replaceAll, substitute } from './substitute.ts';

const SCRIPT_LENGTH_MAX = 4_096;
const COMMANDS_MAX = 64;
const PATTERN_LENGTH_MAX = 100;
/** Characters that a pattern is tried on. */
const MATCHED_LENGTH_MAX = 16_384;

const LOOP_COST = 64;

export interface SedOptions {
  readonly isExtended: boolean;
  readonly isQuiet: boolean;
  /** All lines are one text, as with `-z`. */
  readonly isWhole?: boolean;
  /** Takes work off; false when none is left. */
  spend(units: number): boolean;
}

/** The text after the script, or null when that is not known. */
export function applySed(script: string, text: string, options: SedOptions): string | null {
  if (script.length > SCRIPT_LENGTH_MAX) return null;
  const slurp = SLURPS.exec(script)?.[0] ?? '';
  const hasSlurped = slurp !== '';
  const isWhole = options.isWhole === true || hasSlurped;
  const commands = sedScript(script.slice(slurp.length));
  if (commands === null || commands.length > COMMANDS_MAX) return null;
  let result: string | null = text;
  for (const command of commands) {
    if (result === null) return null;
    const joined: string | null = isWhole ? withLineEnds(command, result, hasSlurped) : null;
    result = joined ?? applyCommand(command, result, options);
  }
  return result;
}

/** Beginnings of scripts that take all lines as one text before they change it. */
const SLURPS = pattern('^(?::[a-z]{1,16}; ?N; ?[$]!b ?[a-z]{1,16}; ?|H; ?1h; ?[$]!d; ?x; ?)');

/** `s/\n/x/g` on a text of several lines; the end of the last may be none of it. Else null. */
function withLineEnds(command: string, text: string, keepsLast: boolean): string | null {
  const [name, from, to, flags] = command.trim().split(command[1] ?? ' ');
  const isPlain = to !== undefined && !to.includes('\\') && !to.includes('&');
  if (name !== 's' || from !== '\\n' || !isPlain || flags !== 'g') return null;
  const end = keepsLast && text.endsWith('\n') ? '\n' : '';
  const joined = replaceAll(text.slice(0, text.length - end.length), '\n', to);
  return joined === null ? null : joined + end;
}

/** Commands between `;` and newlines; the dividers of `s` and `y` hide them. */
export function sedScript(script: string): readonly string[] | null {
  const commands: string[] = [];
  let at = 0;
  while (at < script.length) {
    if (' ;\n\t'.includes(script[at] as string)) {
      at++;
      continue;
    }
    const end = commandEnd(script, at);
    if (end < 0) return null;
    commands.push(script.slice(at, end));
    at = end;
  }
  return commands;
}

function commandEnd(script: string, from: number): number {
  const divider = script[from + 1];
  if ((script[from] !== 's' && script[from] !== 'y') || divider === undefined) {
    const end = script.slice(from).search(/[;\n]/);
    return end < 0 ? script.length : from + end;
  }
  let at = from + 2;
  for (let parts = 0; parts < 2; at++) {
    if (at >= script.length) return -1;
    if (script[at] === '\\') at++;
    else if (script[at] === divider) parts++;
  }
  while (at < script.length && !';\n'.includes(script[at] as string)) at++;
  return at;
}

function applyCommand(command: string, text: string, options: SedOptions): string | null {
  if (command[0] === 'y') return translated(command, text);
  if (command[0] === 's') {
    return substitute(command.trimEnd(), text) ?? substituted(command.trimEnd(), text, options);
  }
  return chosenLines(command.trim(), text, options.isQuiet);
}

/** `y/ab/cd/` */
function translated(command: string, text: string): string | null {
  const [, from, to] = command.split(command[1] as string);
  if (from === undefined || to === undefined || from.length !== to.length) return null;
  let result = '';
  for (const c of text) result += to[from.indexOf(c)] ?? c;
  return result;
}

/** `3p`, `2,5p` with `-n`; `1d`, `$d`. */
function chosenLines(command: string, text: string, isQuiet: boolean): string | null {
  const kind = command.at(-1);
  if (kind !== 'p' && kind !== 'd') return null;
  const lines = text.split('\n');
  const last = text.endsWith('\n') ? lines.length - 1 : lines.length;
  const [low = '', high = low] = command.slice(0, -1).split(',');
  const lineAt = (one: string): number => (one === '$' ? last : Number(one || Number.NaN));
  const [from, to] = [lineAt(low), lineAt(high)];
  if (!Number.isInteger(from) || !Number.isInteger(to) || (kind === 'p') !== isQuiet) return null;
  const isChosen = (_: string, i: number): boolean => i + 1 >= from && i + 1 <= to;
  const kept = lines.filter((line, i) => isChosen(line, i) === (kind === 'p'));
  return kept.join('\n') + (kind === 'p' && kept.length > 0 ? '\n' : '');
}

/** `s/pattern/text/g` with groups and sets. */
function substituted(command: string, text: string, options: SedOptions): string | null {
  const divider = command[1] as string;
  const parts = partsOf(command, divider);
  if (!parts) return null;
  const [from, to, flags] = parts;
  if (![...flags].every((flag) => 'gIi'.includes(flag))) return null;
  const source = javascriptPattern(from, options.isExtended);
  const isGlobal = flags.includes('g');
  const isFolded = flags.toLowerCase().includes('i');
  const all = isGlobal ? 'g' : '';
  const kind = isFolded ? (`${all}i` as const) : all;
  const regex = source === null ? null : foreignPattern(source, kind);
  if (regex === null || text.length > MATCHED_LENGTH_MAX) return null;
  // A loop may try up to 256 characters from each one.
  if (!options.spend(text.length * LOOP_COST)) return null;
  const lines = text.split('\n');
  if (lines.some((line) => line.length > windowLengthMax)) return null;
  const replacement = replacementOf(to);
  const result = lines.map((line) => line.replace(regex, replacement)).join('\n');
  return result.length > shellDecodedLengthMax ? null : result;
}

function partsOf(command: string, divider: string): [string, string, string] | null {
  const parts: string[] = [];
  let part = '';
  for (let at = 2; at <= command.length; at++) {
    const c = command[at] ?? divider;
    if (c === '\\') {
      const next = command[++at] ?? '';
      part += next === divider ? next : `\\${next}`;
    } else if (c === divider) {
      parts.push(part);
      part = '';
    } else part += c;
  }
  const [from, to, flags] = parts;
  const isWhole = parts.length === 3 && from !== undefined && to !== undefined;
  return isWhole && flags !== undefined ? [from, to, flags] : null;
}

/** `&` and `\1` of sed as `$&` and `$1`. */
function replacementOf(text: string): string {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const c = text[at] as string;
    const next = text[at + 1] ?? '';
    if (c === '$') result += '$$';
    else if (c === '&') result += '$&';
    else if (c === '\\' && next >= '1' && next <= '9') {
      result += `$${next}`;
      at++;
    } else if (c === '\\') {
      result += next === 'n' ? '\n' : next === 't' ? '\t' : next;
      at++;
    } else result += c;
  }
  return result;
}

/** A pattern of sed in JavaScript's words, with loops that end; null when it has other things. */
function javascriptPattern(text: string, isExtended: boolean): string | null {
  if (text === '' || text.length > PATTERN_LENGTH_MAX) return null;
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const c = text[at] as string;
    const next = text[at + 1] ?? '';
    if (c === '[') {
      const end = text.indexOf(']', at + 2);
      if (end < 0) return null;
      const set = setOf(text.slice(at + 1, end));
      if (set === null) return null;
      result += `[${set}]`;
      at = end;
    } else if (c === '\\') {
      const isGroup = '(){}|+?'.includes(next) && next !== '';
      result += isGroup && !isExtended ? next : `\\${next}`;
      at++;
    } else if (c === '*') result += '{0,256}';
    else if (c === '+' && isExtended) result += '{1,256}';
    else if (!isExtended && '(){}|+?'.includes(c)) result += `\\${c}`;
    else result += c;
  }
  return result;
}

function setOf(text: string): string | null {
  if (text.includes('[:')) {
    return text === '[:digit:' ? '0-9' : text === '[:space:' ? '\\s' : null;
  }
  return text.replaceAll('\\', '\\\\');
}
