/**
 * What a text of a Makefile comes to once Make has expanded it, as the shell gets to see it.
 *
 *   $$                 a `$` for the shell
 *   $(NAME)  ${NAME}   the variable's text, expanded in its turn; it keeps its own place
 *   $(NAME:%.c=%.o)    the same, each word changed
 *   $(function …)      functions on words are worked out, and stand where they are called
 *   $(shell command)   becomes the shell's own `$(command)`: what it prints is not known
 *   not set            `${NAME}`, for the shell: it may come from outside
 *
 * Nothing is looked up in a file system, and nothing runs. Characters read and made are counted.
 */
import { makeExpansionLengthMax } from '../../base/limits.ts';
import type { SourceText } from '../../model/source-text.ts';
import { fileWrite } from '../_text/file-write.ts';
import type { DefinitionDraft } from '../_text/job-draft.ts';
import { joinSources, SourceBuilder, sliceSource } from '../_text/source-builder.ts';
import { patched, TEXT_FUNCTIONS, wordsOf } from './makefile-functions.ts';

export interface MakeValue {
  readonly source: SourceText;
  /** Its text was expanded when it was set (`:=`), and is not expanded again. */
  readonly isExpanded: boolean;
  /** It stands somewhere in the file; what Make itself sets stands where it is referred to. */
  readonly isPlaced: boolean;
}

/** A value that `+=` adds to. Its parts are joined when it is asked for: thousands may come. */
export class GrowingValue implements MakeValue {
  readonly isExpanded: boolean;
  readonly isPlaced = true;
  readonly #parts: SourceText[];

  constructor(first: SourceText, isExpanded: boolean) {
    this.#parts = [first];
    this.isExpanded = isExpanded;
  }

  append(part: SourceText): void {
    this.#parts.push(part);
  }

  get source(): SourceText {
    const [first = NOTHING] = this.#parts;
    if (this.#parts.length > 1) {
      this.#parts.splice(0, this.#parts.length, joinSources(first.path, this.#parts, ' '));
    }
    return this.#parts[0] ?? NOTHING;
  }
}

/** What a variable may be: more than one value where conditions set it to different ones. */
export type MakeVariable = readonly MakeValue[];

export interface MakeScope {
  variable(name: string): MakeVariable | undefined;
  /** Which of several values counts. */
  readonly choice: number;
}

/** What an expansion comes across. */
export interface MakeHost {
  /** Make runs this command while it reads the file. */
  shell(command: SourceText): void;
  /** Make reads this text as a part of the file. */
  evaluate(text: SourceText): void;
}

/** References inside one another, and variables in variables. */
const DEPTH_MAX = 64;
/** What a reference costs besides its characters: a text may hold nothing else. */
const REFERENCE_COST = 32;
/** Items that one `foreach` goes through. */
const ITEMS_MAX = 1_000;

export class MakeExpander {
  readonly #draft: DefinitionDraft;
  readonly #host: MakeHost;
  #left = makeExpansionLengthMax;

  constructor(draft: DefinitionDraft, host: MakeHost) {
    this.#draft = draft;
    this.#host = host;
  }

  expand(source: SourceText, scope: MakeScope): SourceText {
    return this.#expand(source, scope, 0);
  }

  #expand(source: SourceText, scope: MakeScope, depth: number): SourceText {
    if (!this.#spend(source.text.length) || !source.text.includes('$')) return source;
    const builder = new SourceBuilder(source.path);
    this.#addTo(builder, source, scope, depth);
    return builder.build();
  }

  #spend(length: number): boolean {
    this.#left -= length;
    if (this.#left >= 0) return true;
    this.#draft.say(
      `variables come to more than ${makeExpansionLengthMax} characters; some stay as is`,
    );
    return false;
  }

  #addTo(builder: SourceBuilder, source: SourceText, scope: MakeScope, depth: number): void {
    const { text } = source;
    let done = 0;
    for (let at = text.indexOf('$'); at !== -1 && this.#left >= 0; at = text.indexOf('$', done)) {
      if (at > done) builder.append(sliceSource(source, done, at));
      const end = referenceEnd(text, at);
      if (end === -1 || depth >= DEPTH_MAX) {
        this.#draft.say(
          end === -1
            ? 'a reference of a variable has no end; the line was read as it stands'
            : `references nest deeper than ${DEPTH_MAX}; the inner ones stay as they are`,
        );
        done = at;
        break;
      }
      this.#addReference(builder, sliceSource(source, at, end), scope, depth);
      done = end;
    }
    if (done < text.length) builder.append(sliceSource(source, done));
  }

  /** One reference, from its `$` to its end. */
  #addReference(builder: SourceBuilder, whole: SourceText, scope: MakeScope, depth: number): void {
    const { text } = whole;
    if (!this.#spend(REFERENCE_COST)) {
      builder.append(whole);
      return;
    }
    if (text === '$$' || text === '$') {
      builder.append(sliceSource(whole, text.length - 1));
      return;
    }
    const isLong = text[1] === '(' || text[1] === '{';
    const inner = sliceSource(whole, isLong ? 2 : 1, text.length - (isLong ? 1 : 0));
    const name = functionName(inner.text);
    if (name === null) this.#addVariable(builder, inner, whole, scope, depth);
    else {
      const rest = sliceSource(
        inner,
        inner.text.length - inner.text.slice(name.length).trimStart().length,
      );
      const close = text[1] === '{' ? '}' : ')';
      const call = { name, given: splitArguments(rest, close, argumentsMax(name)), whole };
      this.#addCall(builder, call, scope, depth + 1);
    }
  }

  #addVariable(
    builder: SourceBuilder,
    inner: SourceText,
    whole: SourceText,
    scope: MakeScope,
    depth: number,
  ): void {
    const text = this.#expand(inner, scope, depth + 1).text;
    const colon = text.indexOf(':');
    const equals = text.indexOf('=', colon + 1);
    const isChanged = colon > 0 && equals !== -1;
    const name = (isChanged ? text.slice(0, colon) : text).trim();
    const value = this.#valueOf(name, scope, depth + 1);
    if (value === null) addUnknown(builder, name, whole);
    else if (!isChanged) this.#addValue(builder, value, whole);
    else {
      const from = text.slice(colon + 1, equals);
      const to = text.slice(equals + 1);
      const isPattern = from.includes('%');
      const words = wordsOf(value.source.text).map((word) =>
        isPattern ? patched(word, from, to) : patched(word, `%${from}`, `%${to}`),
      );
      this.#addText(builder, words.join(' '), whole);
    }
  }

  /** The value that counts, expanded; null for a name that is not set. */
  #valueOf(name: string, scope: MakeScope, depth: number): MakeValue | null {
    const variable = scope.variable(name);
    const value = variable?.[Math.min(scope.choice, variable.length - 1)];
    if (value === undefined) return null;
    const { source, isPlaced, isExpanded } = value;
    if (isExpanded) return this.#spend(source.text.length) ? value : null;
    return { source: this.#expand(source, scope, depth), isExpanded: true, isPlaced };
  }

  #addValue(builder: SourceBuilder, { source, isPlaced }: MakeValue, whole: SourceText): void {
    if (isPlaced) builder.append(source);
    else this.#addText(builder, source.text, whole);
  }

  /** A text that was worked out stands where its reference does. */
  #addText(builder: SourceBuilder, text: string, whole: SourceText): void {
    if (text === '' || !this.#spend(text.length)) return;
    builder.mark(whole.segments[1] ?? 1, whole.segments[2] ?? 1);
    builder.add(text);
  }

  #addCall(builder: SourceBuilder, call: Call, scope: MakeScope, depth: number): void {
    const { name, given, whole } = call;
    const expanded = (i: number): SourceText => this.#expand(given[i] ?? NOTHING, scope, depth);
    const words = TEXT_FUNCTIONS.get(name);
    if (words !== undefined) {
      const texts = given.map((_, i) => expanded(i).text);
      this.#addText(builder, words(...texts), whole);
      return;
    }
    switch (name) {
      case 'shell':
        this.#addShell(builder, expanded(0), whole);
        break;
      case 'eval':
        this.#host.evaluate(expanded(0));
        break;
      case 'value': {
        const [value] = scope.variable(expanded(0).text.trim()) ?? [];
        if (value !== undefined && this.#spend(value.source.text.length)) {
          this.#addValue(builder, value, whole);
        }
        break;
      }
      case 'call':
        this.#addCalled(builder, call, scope, depth);
        break;
      case 'foreach':
      case 'let':
        this.#addEach(builder, call, scope, depth);
        break;
      case 'file':
        this.#addFile(expanded(0).text, expanded(1));
        break;
      case 'guile':
        this.#draft.sayUnknown('text that Guile works out was not read');
        break;
      default:
        this.#addChosen(builder, call, scope, depth);
    }
  }

  #addShell(builder: SourceBuilder, command: SourceText, whole: SourceText): void {
    this.#host.shell(command);
    builder.mark(whole.segments[1] ?? 1, whole.segments[2] ?? 1);
    builder.add('$(');
    builder.append(command);
    builder.add(')');
  }

  /** `$(file >name,text)` writes a file, as a shell would do it. */
  #addFile(target: string, text: SourceText): void {
    const isAppended = target.trim().startsWith('>>');
    const name = target
      .trim()
      .slice(isAppended ? 2 : 1)
      .trim();
    if (!target.trim().startsWith('>') || text.text === '') return;
    this.#host.shell(fileWrite({ ...sliceSource(text, 0, 0), text: name }, text, isAppended));
  }

  /** `if`, `or`, `and` and kin: which one counts is not known where a shell says it; all are. */
  #addChosen(builder: SourceBuilder, call: Call, scope: MakeScope, depth: number): void {
    const { name, given } = call;
    const parts = given.map((part) => this.#expand(part, scope, depth));
    const isKnown = (part: SourceText | undefined): boolean => !(part?.text.includes('$') ?? false);
    if (name === 'or') builder.append(firstOf(parts));
    else if (name === 'if' && isDefaulted(parts)) builder.append(firstOf(parts.slice(1)));
    else if (name === 'and') {
      const isTrue = parts.every(({ text }) => text.trim() !== '');
      if (isTrue) for (const part of parts.slice(-1)) builder.append(part);
    } else if (name === 'if' && isKnown(parts[0])) {
      const chosen = parts[0]?.text.trim() === '' ? parts[2] : parts[1];
      if (chosen !== undefined) builder.append(chosen);
    } else {
      // `if` of what a command prints, and `intcmp`: both branches, one behind the other.
      const from = name === 'if' ? 1 : 2;
      for (const [i, part] of parts.slice(from).entries()) {
        if (i > 0) builder.add(' ');
        builder.append(part);
      }
    }
  }

  /** `$(call name,a,b)`: the variable with `$(1)`, `$(2)` … set. */
  #addCalled(builder: SourceBuilder, call: Call, scope: MakeScope, depth: number): void {
    const given = call.given.map((part) => this.#expand(part, scope, depth));
    const name = given[0]?.text.trim() ?? '';
    const inner = TEXT_FUNCTIONS.get(name);
    if (inner !== undefined) {
      this.#addText(builder, inner(...given.slice(1).map(({ text }) => text)), call.whole);
      return;
    }
    const body = scope.variable(name);
    if (body === undefined) return;
    const local = new Map(given.map((value, i) => [String(i), fixed(value, true)] as const));
    const value = this.#valueOf(name, innerScope(scope, local, true), depth);
    if (value !== null) this.#addValue(builder, value, call.whole);
  }

  /** `$(foreach name,words,body)`, and `$(let names,words,body)` once. */
  #addEach(builder: SourceBuilder, call: Call, scope: MakeScope, depth: number): void {
    const [names = NOTHING, list = NOTHING, body = NOTHING] = call.given;
    const variables = wordsOf(this.#expand(names, scope, depth).text);
    const words = wordsOf(this.#expand(list, scope, depth).text);
    if (words.length > ITEMS_MAX) {
      this.#draft.giveUp(`a loop has more than ${ITEMS_MAX} items; the rest was not read`);
    }
    if (call.name === 'let') {
      const local = new Map(
        variables.map((name, i) => {
          const isLast = i === variables.length - 1;
          return [
            name,
            madeVariable(isLast ? words.slice(i).join(' ') : (words[i] ?? '')),
          ] as const;
        }),
      );
      builder.append(this.#expand(body, innerScope(scope, local, false), depth));
      return;
    }
    for (const [i, word] of words.slice(0, ITEMS_MAX).entries()) {
      if (this.#left < 0) return;
      if (i > 0) builder.add(' ');
      const local = new Map([[variables[0] ?? '', madeVariable(word)]]);
      builder.append(this.#expand(body, innerScope(scope, local, false), depth));
    }
  }
}

interface Call {
  readonly name: string;
  readonly given: readonly SourceText[];
  readonly whole: SourceText;
}

const NOTHING: SourceText = { path: '', text: '', segments: [0, 1, 1] };

function fixed(source: SourceText, isPlaced: boolean): MakeVariable {
  return [{ source, isExpanded: true, isPlaced }];
}

/** A variable that Make sets itself. */
export function madeVariable(text: string): MakeVariable {
  return fixed({ path: '', text, segments: [0, 1, 1] }, false);
}

/** A scope with names of its own. In a `call` numbers that were not given are empty. */
function innerScope(
  outer: MakeScope,
  local: ReadonlyMap<string, MakeVariable>,
  isCall: boolean,
): MakeScope {
  return {
    choice: outer.choice,
    variable(name) {
      const own = local.get(name);
      if (own !== undefined) return own;
      if (isCall && name.length === 1 && name >= '0' && name <= '9') return madeVariable('');
      return outer.variable(name);
    },
  };
}

/** Not set here: a name from outside, for the shell to resolve; anything else is nothing. */
function addUnknown(builder: SourceBuilder, name: string, whole: SourceText): void {
  if (!isShellName(name)) return;
  builder.mark(whole.segments[1] ?? 1, whole.segments[2] ?? 1);
  builder.add(`\${${name}}`);
}

/** The first text that is something; a variable that is not set here is nothing to Make. */
function firstOf(parts: readonly SourceText[]): SourceText {
  const given = parts.filter(({ text }) => text.trim() !== '');
  return given.find(({ text }) => !isUnknown(text.trim())) ?? given[0] ?? NOTHING;
}

/** `$(if $(X),$(X),y)`, which is `$(or $(X),y)` of older versions. */
function isDefaulted([condition, value]: readonly SourceText[]): boolean {
  const name = condition?.text.trim() ?? '';
  return isUnknown(name) && value?.text.trim() === name;
}

/** Whether a word is no more than a variable that is not set here. */
export function isUnknown(word: string): boolean {
  return word.startsWith('${') && word.endsWith('}') && isShellName(word.slice(2, -1));
}

export function isShellName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const c = name[i] ?? '';
    const isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_';
    const isDigit = c >= '0' && c <= '9';
    if (!isLetter && !(isDigit && i > 0)) return false;
  }
  return name !== '';
}

const OTHER_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['and', 'call', 'eval', 'file', 'foreach', 'guile', 'if', 'intcmp', 'let', 'or', 'shell'],
  'value',
]);

/** The function that a reference calls, or null: it names a variable. */
function functionName(inner: string): string | null {
  let end = 0;
  while (end < NAME_LENGTH_MAX && isNameCode(inner.charCodeAt(end))) end++;
  const next = inner[end];
  if (next !== ' ' && next !== '\t' && next !== '\n') return null;
  const name = inner.slice(0, end);
  return TEXT_FUNCTIONS.has(name) || OTHER_FUNCTIONS.has(name) ? name : null;
}

/** The longest name of a function has 10 characters. */
const NAME_LENGTH_MAX = 16;

function isNameCode(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || c === 0x2d;
}

/** Commas behind the last argument that a function takes belong to it. */
function argumentsMax(name: string): number {
  if (name === 'shell' || name === 'eval' || name === 'guile' || name === 'info') return 1;
  if (name === 'file') return 2;
  if (name === 'foreach' || name === 'subst' || name === 'patsubst' || name === 'if') return 3;
  return ITEMS_MAX;
}

/** Arguments between the commas that stand in no brackets of the call's own kind. */
function splitArguments(rest: SourceText, close: string, max: number): readonly SourceText[] {
  const open = close === ')' ? '(' : '{';
  const { text } = rest;
  const given: SourceText[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length && given.length < max - 1; at++) {
    const c = text[at];
    if (c === open) depth++;
    else if (c === close) depth--;
    else if (c === ',' && depth === 0) {
      given.push(sliceSource(rest, start, at));
      start = at + 1;
    }
  }
  given.push(sliceSource(rest, start));
  return given;
}

/** Where the reference that starts with the `$` at `at` ends, or -1 where it does not. */
export function referenceEnd(text: string, at: number): number {
  const open = text[at + 1];
  if (open !== '(' && open !== '{') return Math.min(at + 2, text.length);
  const close = open === '(' ? ')' : '}';
  let depth = 0;
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i + 1;
  }
  return -1;
}
