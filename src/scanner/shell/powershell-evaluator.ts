/**
 * PowerShell, as far as payloads need it: commands divided by `;`, newlines, pipes and brackets,
 * both kinds of quotes, backtick escapes, `$name = 'text'`, `'a' + 'b'`, and encoded texts that go
 * into `iex` or `-EncodedCommand`. Brackets are read flat: what stands in them is a command too.
 */
import { shellDecodedLengthMax, shellLayersMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import { OVERSPENT, type Work } from '../engine/work.ts';
import { added, type CodeValue, listOf, textOf } from './code-values.ts';
import { programName, strippedWords } from './command-words.ts';
import { type Context, IDLE } from './context.ts';
import { decodeBase64, decodeUtf16, isBase64 } from './decode.ts';
import { fetchTargets } from './fetch-command.ts';
import { resolvePath } from './paths.ts';
import { foldExpression, type PowershellScope } from './powershell-expression.ts';
import {
  type PowershellFold,
  type PowershellFunction,
  PowershellReader,
  type PowershellWord,
} from './powershell-tokens.ts';
import { textOfPrinted } from './printed.ts';
import { type ProgramCall, programCall } from './program-call.ts';
import type { ShellRecord } from './record.ts';
import type { Stream } from './stream.ts';
import type { Span } from './syntax-tree.ts';
import type { TreeCall } from './tree.ts';
import { PLAIN, type TreeManner } from './tree-runner.ts';
import { type Field, fieldOf } from './variables.ts';

/** Runs a shell text that a PowerShell text starts. */
export interface ShellRunner {
  runWithin(text: string, span: Span, layers: readonly string[]): void;
  runTree(call: TreeCall, manner: TreeManner, context: Context): Stream | null;
}

const COMMAND_WORK = 128;
const VARIABLES_MAX = 10_000;
const FUNCTIONS_MAX = 200;
/** Encoded texts are longer than names that happen to have base64's letters. */
const ENCODED_LENGTH_MIN = 16;
const EXPRESSIONS = new Set(['iex', 'invoke-expression']);
const WRITERS = new Set(['set-content', 'add-content', 'out-file', 'sc', 'ac', 'tee-object']);
const STARTERS = new Set(['start-process', 'saps', 'start']);

interface Layer {
  readonly place: Span | null;
  readonly layers: readonly string[];
  readonly decodesBase64: boolean;
}

export class PowershellEvaluator {
  readonly #variables = new Map<string, CodeValue>();
  readonly #functions = new Map<string, PowershellFunction>();
  readonly #active = new Set<string>();

  readonly #environment: ReadonlyMap<string, string>;
  readonly #work: Work;
  readonly #record: ShellRecord;
  readonly #shell: ShellRunner;
  #decodedLength = 0;

  constructor(
    environment: ReadonlyMap<string, string>,
    work: Work,
    record: ShellRecord,
    shell: ShellRunner,
  ) {
    this.#environment = environment;
    this.#work = work;
    this.#record = record;
    this.#shell = shell;
  }

  /** Runs a text whose commands stand at `place`, or where they are when it is null. */
  run(text: string, place: Span | null, layers: readonly string[]): void {
    if (!this.#work.spend(text.length)) {
      this.#record.unread(OVERSPENT);
      return;
    }
    const decodesBase64 = text.toLowerCase().includes('frombase64string');
    const layer: Layer = { place, layers, decodesBase64 };
    const fold: PowershellFold = (whole, at) => foldExpression(whole, at, this.#scope);
    const reader = new PowershellReader(text, (name) => this.#lookup(name), fold);
    let words: PowershellWord[] = [];
    let piped: PowershellWord | undefined;
    for (let token = reader.next(); ; token = reader.next()) {
      if (token?.kind === 'word') {
        if (words.length === 0 && token.text.toLowerCase() === 'function') this.#define(reader);
        words.push(token);
        continue;
      }
      if (words.length > 0) this.#runCommand(joined(words), layer, piped);
      piped = token?.text === '|' ? words.at(-1) : undefined;
      words = [];
      if (token === null || this.#work.exhausted || this.#record.full) break;
    }
  }

  #define(reader: PowershellReader): void {
    if (this.#functions.size >= FUNCTIONS_MAX) return;
    const called = reader.functionAhead();
    if (called) this.#functions.set(called.name, called);
  }

  /** Runs a function's body again with what it is given; false when there is none of this name. */
  #call(fields: readonly Field[], place: Span, layers: readonly string[]): boolean {
    const [first, ...given] = fields;
    const called = this.#functions.get(first?.text.toLowerCase() ?? '');
    if (!called || this.#active.has(called.name)) return false;
    const values = given.filter(({ text }) => !text.startsWith('-') || text.includes(' '));
    for (const [i, name] of called.parameters.entries()) {
      const at = given.findIndex(({ text }) => text.toLowerCase() === `-${name}`);
      const value = at < 0 ? values[i]?.text : given[at + 1]?.text;
      if (value !== undefined) this.#assign(name, value);
    }
    this.#active.add(called.name);
    this.run(called.body, place, layers);
    this.#active.delete(called.name);
    return true;
  }

  readonly #scope: PowershellScope = {
    value: (name) => this.#variables.get(name) ?? this.#lookup(name),
    assign: (name, value) => this.#assign(name, value),
    spend: (units) => this.#work.spend(units),
  };

  #assign(name: string, value: CodeValue): void {
    const isKept = this.#variables.has(name) || this.#variables.size < VARIABLES_MAX;
    if (isKept) this.#variables.set(name, value);
  }

  #lookup(name: string): string | null {
    const value = this.#variables.get(name);
    if (value !== undefined) return textOf(value);
    if (!name.startsWith('env:')) return null;
    for (const [key, text] of this.#environment) {
      if (key.toLowerCase() === name.slice(4)) return text;
    }
    return null;
  }

  #runCommand(
    words: readonly PowershellWord[],
    layer: Layer,
    piped: PowershellWord | undefined,
  ): void {
    this.#work.spend(COMMAND_WORK);
    const [first, sign] = words;
    if (!first) return;
    if (this.#assigned(words)) return;
    const rest = first.text.startsWith('$') && sign?.text === '=' ? words.slice(2) : words;
    const [command] = rest;
    if (!command) return;
    const place = layer.place ?? { start: command.start, end: rest.at(-1)?.end ?? command.end };
    const fields = rest.flatMap((word) =>
      (word.items ?? [word.text]).map((text) => fieldOf(text, word.dynamic)),
    );
    this.#keep(fields, place, layer.layers);
    if (layer.decodesBase64) this.#runEncoded(rest, place, layer.layers);
    this.#fetch(rest, fields, place);
    if (this.#call(fields, place, layer.layers)) return;
    if (this.#write(fields, place, layer.layers, piped)) return;
    this.#start(rest, fields, place, layer, piped);
  }

  /** `$name = 'text'`, `$name += 'text'`, a list. Anything but texts there is a command to run. */
  #assigned(words: readonly PowershellWord[]): boolean {
    const [name, sign, ...values] = words;
    if (!name?.text.startsWith('$') || values.length === 0) return false;
    if (sign?.text !== '=' && sign?.text !== '+=') return false;
    if (!values.every(({ quoted }) => quoted)) return false;
    const key = name.text.replace('$', '').replace('{', '').replace('}', '').toLowerCase();
    const [only] = values;
    for (const [entry, value] of only?.table ?? []) this.#assign(`${key}.${entry}`, value);
    const before = sign.text === '+=' ? (this.#variables.get(key) ?? '') : '';
    const one = only?.value ?? only?.text ?? '';
    const given = values.length === 1 ? one : listOf(values.map(({ text }) => text));
    const value = sign.text === '+=' ? added(before, given) : given;
    if (this.#work.spend(textOf(value)?.length ?? 0)) this.#assign(key, value);
    const text = only?.text ?? '';
    return values.length > 1 || !isBase64(text) || text.length < ENCODED_LENGTH_MIN;
  }

  #keep(fields: readonly Field[], { start, end }: Span, layers: readonly string[]): void {
    const command = { words: fields, layers, input: null, writesTo: null };
    this.#record.addCommand(command, { start, end }, false);
  }

  /** Literals that the text decodes: `[Convert]::FromBase64String('…')`. */
  #runEncoded(words: readonly PowershellWord[], place: Span, layers: readonly string[]): void {
    for (const { text, quoted } of words) {
      if (quoted && text.length >= ENCODED_LENGTH_MIN && isBase64(text)) {
        this.#runLayer(textOfEncoded(text), place, layers);
      }
    }
  }

  #fetch(words: readonly PowershellWord[], fields: readonly Field[], place: Span): void {
    for (const { url, path } of fetchTargets(fields)) {
      this.#record.addFetch({ url, path: path === null ? null : treePath(path) }, place);
    }
    // The arguments of `….DownloadFile('url','path')`, alone or behind their method.
    const isMethod = words[0]?.text.toLowerCase().startsWith('.download') === true;
    const given = isMethod ? words.slice(1) : words;
    const isQuoted = given[0]?.quoted === true && given.length <= 2;
    const [url, path] = given.flatMap(({ text, items }) => items ?? [text]);
    if (!isQuoted || !url?.includes('://')) return;
    this.#record.addFetch({ url, path: path === undefined ? null : treePath(path) }, place);
  }

  /** `Set-Content FILE TEXT`, `TEXT | Out-File FILE`: a file that may be run later. */
  #write(
    fields: readonly Field[],
    place: Span,
    layers: readonly string[],
    piped: PowershellWord | undefined,
  ): boolean {
    const [name, ...given] = fields;
    if (!WRITERS.has(name?.text.toLowerCase() ?? '')) return false;
    const operands = given.filter(({ text }) => !text.startsWith('-'));
    const [path, text] = operands;
    const content = text?.text ?? piped?.text;
    if (path && content !== undefined) {
      this.#record.write(treePath(path.text), content, place, layers);
    }
    return true;
  }

  #start(
    words: readonly PowershellWord[],
    fields: readonly Field[],
    place: Span,
    layer: Layer,
    piped: PowershellWord | undefined,
  ): void {
    const name = programName(fields[0]?.text ?? '').toLowerCase();
    if (EXPRESSIONS.has(name)) {
      const text =
        words.slice(1).find((word) => word.quoted || !word.text.startsWith('-')) ?? piped;
      if (text) this.#runLayer(text.text, place, layer.layers);
      return;
    }
    if (STARTERS.has(name)) this.#startProcess(fields, place, layer);
    else this.#runProgram(fields, place, layer.layers);
  }

  /** `Start-Process -FilePath x -ArgumentList 'a b'` runs `x a b`. */
  #startProcess(fields: readonly Field[], place: Span, layer: Layer): void {
    const words: Field[] = [];
    for (const field of fields.slice(1)) {
      const option = field.text.toLowerCase();
      if (option === '-filepath' || option === '-argumentlist' || option === '-args') continue;
      for (const text of field.text.split(' ')) {
        if (text !== '' && !PROCESS_OPTIONS.has(text.toLowerCase())) words.push({ ...field, text });
      }
    }
    if (words.length === 0) return;
    this.#keep(words, place, layer.layers);
    this.#runProgram(words, place, layer.layers);
  }

  #runProgram(fields: readonly Field[], place: Span, layers: readonly string[]): void {
    const words = strippedWords(fields).map((word, i) =>
      i === 0 ? { ...word, text: word.text.replaceAll('\\', '/') } : word,
    );
    const path = treePath(words[0]?.text ?? '');
    this.#record.executeFetches(this.#record.fetchesAt(path));
    const call = programCall(words);
    if (call) this.#runCall(call, place, layers);
  }

  #runCall(call: ProgramCall, place: Span, layers: readonly string[]): void {
    if (call.kind === 'file') {
      const path = treePath(call.path.text);
      const fetches = this.#record.fetchesAt(path);
      this.#record.executeFetches(fetches);
      const content = this.#record.contentOf(path);
      if (content !== null) {
        this.#runLayer(textOfPrinted(content), place, layers);
        return;
      }
      const inTree =
        path !== '' && !path.startsWith('/') && !path.includes('$') && !path.includes(':');
      if (fetches.length > 0 || !inTree) return;
      const { language } = call;
      const script = { kind: 'script', path, language, known: false } as const;
      this.#shell.runTree(script, { ...PLAIN, positional: call.positional }, IDLE);
      return;
    }
    if (call.kind === 'input' || call.kind === 'module') return;
    if (call.language === 'shell') {
      if (this.#admits(call.text.text, layers))
        this.#shell.runWithin(call.text.text, place, layers);
      return;
    }
    const encoded = call.language === 'encoded-powershell';
    this.#runLayer(
      encoded ? decodeUtf16(decodeBase64(call.text.text)) : call.text.text,
      place,
      layers,
    );
  }

  #runLayer(text: string, place: Span, layers: readonly string[]): void {
    if (this.#admits(text, layers)) this.run(text, place, [...layers, text]);
  }

  #admits(text: string, layers: readonly string[]): boolean {
    if (layers.length >= shellLayersMax) {
      this.#record.unread(gaveUp(`more than ${shellLayersMax} layers of encoding`));
      return false;
    }
    this.#decodedLength += text.length + 1;
    if (this.#decodedLength <= shellDecodedLengthMax) return true;
    this.#record.unread(gaveUp('more than 1 MiB of text in inner layers'));
    return false;
  }
}

const PROCESS_OPTIONS = new Set(['-nonewwindow', '-wait', '-passthru', '-windowstyle', 'hidden']);

/** Words with `'a' + 'b'` put together. */
function joined(words: readonly PowershellWord[]): readonly PowershellWord[] {
  const result: PowershellWord[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as PowershellWord;
    const before = result.at(-1);
    const next = words[i + 1];
    if (word.text !== '+' || word.quoted || !before || !next) {
      result.push(word);
      continue;
    }
    result[result.length - 1] = {
      ...before,
      ...{ text: before.text + next.text, quoted: true, end: next.end },
      dynamic: before.dynamic || next.dynamic,
    };
    i++;
  }
  return result;
}

/** Encoded texts are UTF-16 when every second byte is zero, else UTF-8. */
function textOfEncoded(text: string): string {
  const bytes = decodeBase64(text);
  return bytes[1] === 0 ? decodeUtf16(bytes) : new TextDecoder().decode(bytes);
}

function treePath(path: string): string {
  return resolvePath(path.replaceAll('\\', '/'), '');
}
