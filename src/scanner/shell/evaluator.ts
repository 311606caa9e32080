/**
 * Walks the tree and does what a shell would do, as far as the text alone decides it: assigns,
 * expands, connects pipes, writes files, and runs a text in a text as another layer. Nothing is
 * executed. All branches run, one after the other; a body with known rounds runs for each of them.
 */
import {
  shellCallsMax,
  shellDecodedLengthMax,
  shellLayersMax,
  shellRoundsMax,
} from '../../base/limits.ts';
import type { Work } from '../engine/work.ts';
import { runBuiltin } from './builtins.ts';
import { programName, strippedWords } from './command-words.ts';
import { decodeBase64, decodeUtf16 } from './decode.ts';
import { Expander, type ExpansionHost } from './expand.ts';
import { fetchTargets } from './fetch-command.ts';
import { textsInCode } from './inline-code.ts';
import { knownOutput } from './known-output.ts';
import { parseShell } from './parser.ts';
import { changeFolder, resolvePath } from './paths.ts';
import { isBinary, type Printed, textOfPrinted } from './printed.ts';
import { type Language, type ProgramCall, programCall } from './program-call.ts';
import type { ShellRecord } from './record.ts';
import {
  Input,
  joinFetches,
  joinStreams,
  NO_FETCHES,
  NOTHING,
  type Stream,
  UNKNOWN,
} from './stream.ts';
import type { Assignment, List, Node, Redirect, SimpleNode, Span } from './syntax-tree.ts';
import { type Field, fieldOf, Variables, valueOfFields } from './variables.ts';

/** Runs a PowerShell text that a shell text starts; see `powershell.ts`. */
export type PowershellRunner = (text: string, span: Span, layers: readonly string[]) => void;

/** Each command costs at least this much work, so that short ones cannot be had for nothing. */
const COMMAND_WORK = 64;

/** Where a node runs. */
interface Context {
  readonly input: Input | null;
  /** Someone reads what it prints; else that need not be found out. */
  readonly wanted: boolean;
}

const IDLE: Context = { input: null, wanted: false };

export class ShellEvaluator implements ExpansionHost {
  readonly variables: Variables;
  readonly work: Work;
  readonly record: ShellRecord;
  readonly #expander: Expander;
  readonly #runPowershell: PowershellRunner;
  readonly #functions = new Map<string, Node>();
  /** The layers that the commands of now were unwrapped from, and their common place. */
  #layers: readonly string[] = [];
  #place: Span | null = null;
  #decodedLength = 0;
  #folder = '';
  #calls = 0;
  /** Depth of bodies that may run more than once. */
  #repeats = 0;

  constructor(
    environment: ReadonlyMap<string, string>,
    work: Work,
    record: ShellRecord,
    runPowershell: PowershellRunner,
  ) {
    this.variables = new Variables(environment);
    this.work = work;
    this.record = record;
    this.#runPowershell = runPowershell;
    this.#expander = new Expander(this);
  }

  unread(problem: string): void {
    this.record.unread(problem);
  }

  /** The text of the run itself. */
  runOpen(text: string): void {
    this.#runText(text, IDLE);
  }

  /** A text that another language starts, with the layers around it. */
  runWithin(text: string, place: Span, layers: readonly string[]): void {
    const saved = { place: this.#place, layers: this.#layers };
    this.#place = place;
    this.#layers = layers;
    this.runLayer(text, 'shell', place, null, null);
    this.#place = saved.place;
    this.#layers = saved.layers;
  }

  printedBy(body: List): Stream {
    return this.#inFolder(() => this.#runList(body, { input: null, wanted: true }));
  }

  folderPath(path: string): string {
    return resolvePath(path, this.#folder);
  }

  enter(path: string): void {
    this.#folder = changeFolder(path, this.#folder);
  }

  span(node: Span): Span {
    return { start: node.start, end: node.end };
  }

  #runText(text: string, context: Context): Stream {
    if (!this.work.spend(text.length)) {
      this.unread('more work than a scan may cost');
      return UNKNOWN;
    }
    return this.#runList(
      parseShell(text, this.#place, (problem) => this.unread(problem)),
      context,
    );
  }

  #runList(list: List, context: Context): Stream {
    let printed = NOTHING;
    for (const node of list) {
      const stream = this.#runNode(node, context);
      if (context.wanted) printed = this.#bounded(joinStreams(printed, stream));
    }
    return printed;
  }

  #bounded(stream: Stream): Stream {
    const length = stream.data?.length ?? 0;
    if (length <= shellDecodedLengthMax && this.work.spend(length >> 3)) return stream;
    this.unread('a text of more than 1 MiB made by commands');
    return { data: null, dynamic: true, fetches: stream.fetches };
  }

  #runNode(node: Node, context: Context): Stream {
    if (this.work.exhausted) {
      this.unread('more work than a scan may cost');
      return UNKNOWN;
    }
    switch (node.kind) {
      case 'simple':
        return this.#runSimple(node, context);
      case 'pipeline':
        return this.#runPipeline(node.stages, context);
      case 'group':
        return this.#withRedirects(node.redirects, node.span, context, (inner) =>
          node.scoped
            ? this.#inFolder(() => this.#runList(node.body, inner))
            : this.#runGroup(node.body, node.loop, inner),
        );
      case 'for':
        return this.#withRedirects(node.redirects, node.span, context, (inner) =>
          this.#runFor(node, inner),
        );
      case 'function':
        return this.#define(node.name, node.body);
    }
  }

  #runPipeline(stages: readonly Node[], context: Context): Stream {
    let input = context.input;
    let printed = NOTHING;
    for (const [i, stage] of stages.entries()) {
      const wanted = context.wanted || i < stages.length - 1;
      printed = this.#runNode(stage, { input, wanted });
      input = new Input(printed);
    }
    return printed;
  }

  /** A loop over lines runs again while it reads: `while read -r line; do … done <<EOF`. */
  #runGroup(body: List, loop: boolean, context: Context): Stream {
    let printed = this.#runList(body, context);
    const { input } = context;
    if (!loop || !input) return printed;
    this.#repeats++;
    for (let round = 1; !input.ended && input.started; round++) {
      if (round >= shellRoundsMax) {
        this.unread(`a loop of more than ${shellRoundsMax} rounds`);
        break;
      }
      const left = input.position;
      printed = joinStreams(printed, this.#runList(body, context));
      if (input.position === left) break;
    }
    this.#repeats--;
    return printed;
  }

  #runFor(node: Node & { readonly kind: 'for' }, context: Context): Stream {
    const items =
      node.items?.flatMap((word) => this.#expander.fields(word)) ??
      this.variables.positional?.slice(1) ??
      [];
    if (items.length > shellRoundsMax) this.unread(`a loop of more than ${shellRoundsMax} rounds`);
    if (items.length === 0) return this.#runList(node.body, context);
    let printed = NOTHING;
    this.#repeats++;
    for (const item of items.slice(0, shellRoundsMax)) {
      this.variables.set(node.name, valueOfFields([item]));
      printed = joinStreams(printed, this.#runList(node.body, context));
    }
    this.#repeats--;
    return printed;
  }

  /** The body's commands are listed where they stand, with parameters that nobody knows yet. */
  #define(name: string, body: Node): Stream {
    this.#functions.set(name, body);
    this.#repeats++;
    this.#withPositional(null, () => this.#runNode(body, IDLE));
    this.#repeats--;
    return NOTHING;
  }

  #call(body: Node, words: readonly Field[], context: Context): Stream {
    if (this.#calls >= shellCallsMax) {
      this.unread(`functions that call one another more than ${shellCallsMax} deep`);
      return UNKNOWN;
    }
    this.#calls++;
    this.#repeats++;
    const printed = this.#withPositional(words, () => this.#runNode(body, context));
    this.#repeats--;
    this.#calls--;
    return printed;
  }

  #withPositional<T>(positional: readonly Field[] | null, run: () => T): T {
    const saved = this.variables.positional;
    this.variables.positional = positional;
    const result = run();
    this.variables.positional = saved;
    return result;
  }

  /** A subshell's `cd` ends with it. */
  #inFolder<T>(run: () => T): T {
    const saved = this.#folder;
    const result = run();
    this.#folder = saved;
    return result;
  }

  #withRedirects(
    redirects: readonly Redirect[],
    span: Span,
    context: Context,
    run: (context: Context) => Stream,
  ): Stream {
    if (redirects.length === 0) return run(context);
    const { input, writesTo, appends, discards } = this.#redirected(redirects, context);
    const printed = run({ input, wanted: context.wanted || writesTo !== null });
    if (writesTo === null) return discards ? NOTHING : printed;
    this.#writeStream(writesTo, printed, appends, span);
    return NOTHING;
  }

  #redirected(redirects: readonly Redirect[], context: Context): Redirection {
    let { input } = context;
    let writesTo: string | null = null;
    let appends = false;
    let discards = false;
    for (const { operator, descriptor, target } of redirects) {
      const field = this.#expander.text(target);
      if (operator === '<<' || operator === '<<<') {
        const text = operator === '<<<' ? `${field.text}\n` : field.text;
        input = new Input({ data: text, dynamic: field.dynamic, fetches: field.fetches });
      } else if (operator === '<') {
        input = new Input(this.#fileStream(field));
      } else if (operator === '>&' && descriptor !== 2 && field.text === '2') {
        discards = true;
      } else if (operator.includes('>') && operator !== '<>' && descriptor < 2) {
        if (operator === '>&' && isDescriptor(field.text)) continue;
        writesTo = this.folderPath(field.text);
        appends = operator === '>>' || operator === '&>>';
      }
    }
    return { input, writesTo, appends, discards };
  }

  #fileStream(field: Field): Stream {
    if (field.file !== null || field.fetches.length > 0) {
      return { data: field.file, dynamic: field.dynamic, fetches: field.fetches };
    }
    const path = this.folderPath(field.text);
    const data = this.record.contentOf(path);
    return { data, dynamic: data === null, fetches: this.record.fetchesAt(path) };
  }

  #writeStream(path: string, stream: Stream, appends: boolean, span: Span): void {
    if (path.startsWith('/dev/')) return;
    for (const fetch of stream.fetches) this.record.keepFetch(fetch, path);
    if (stream.data === null) return;
    const before = appends ? this.record.contentOf(path) : null;
    const { data } = this.#bounded(
      joinStreams({ data: before ?? '', dynamic: false, fetches: NO_FETCHES }, stream),
    );
    if (data !== null) this.record.write(path, data, span, this.#layers);
  }

  #runSimple(node: SimpleNode, context: Context): Stream {
    this.work.spend(COMMAND_WORK);
    for (const assignment of node.assignments) this.#assign(assignment);
    const words = node.words.flatMap((word) => this.#expander.fields(word));
    return this.#withRedirects(node.redirects, node, context, (inner) => {
      const [first] = words;
      if (!first) return NOTHING;
      const target = node.redirects.length > 0 ? this.#writesTo(node.redirects) : null;
      this.#keep(node, words, inner.input, target);
      return this.#runWords(words, node, inner);
    });
  }

  #writesTo(redirects: readonly Redirect[]): string | null {
    const last = redirects.findLast(
      ({ operator, descriptor }) => operator.includes('>') && operator !== '>&' && descriptor < 2,
    );
    return last ? this.#expander.text(last.target).text : null;
  }

  #keep(node: Span, words: readonly Field[], input: Input | null, writesTo: string | null): void {
    const { start, end } = node;
    const rest = input?.rest ?? null;
    this.record.addCommand(
      {
        words: words.map(({ text, dynamic }) => ({ text, dynamic })),
        ...{ start, end, layers: this.#layers },
        ...{ input: rest === null ? null : textOfPrinted(rest), writesTo },
      },
      this.#repeats > 0,
    );
  }

  #assign({ name, append, value }: Assignment): void {
    const isList = Array.isArray(value);
    const fields = isList
      ? value.flatMap((word) => this.#expander.fields(word))
      : [this.#expander.text(value as Exclude<typeof value, readonly unknown[]>)];
    const result = valueOfFields(fields);
    if (append) this.variables.append(name, result, isList);
    else this.variables.set(name, result);
  }

  /** Does what the command does, as far as that is known, and returns what it prints. */
  #runWords(all: readonly Field[], node: Span, context: Context): Stream {
    const body = this.#functions.get(all[0]?.text ?? '');
    if (body) return this.#call(body, all, context);
    const words = this.#withInputWords(strippedWords(all), all, node, context.input);
    const name = programName(words[0]?.text ?? '');
    if (runBuiltin(name, words, this, context.input, this.span(node), this.#layers)) return NOTHING;
    const fetched = this.#fetch(words, node);
    const call = programCall(words);
    if (call) return this.#runProgram(call, node, context);
    this.#runPath(words[0], node, words);
    if (name === 'tee') return this.#tee(words, node, context);
    if (fetched) return fetched;
    return context.wanted ? this.#printed(name, words, context.input) : UNKNOWN;
  }

  /** `xargs` gives its input to the command as words. */
  #withInputWords(
    words: readonly Field[],
    all: readonly Field[],
    node: Span,
    input: Input | null,
  ): readonly Field[] {
    const at = all.length - words.length;
    const isXargs = all.slice(0, at).some((word) => programName(word.text) === 'xargs');
    const rest = input?.rest ?? null;
    if (!isXargs || rest === null) return words;
    const { dynamic, fetches } = input?.stream ?? UNKNOWN;
    const given = textOfPrinted(rest)
      .split(/[ \t\n]/)
      .filter((word) => word !== '');
    const marker = replacedMarker(all.slice(0, at));
    const fields =
      marker === null
        ? [...words, ...given.slice(0, INPUT_WORDS_MAX).map((t) => fieldOf(t, dynamic, fetches))]
        : words.map((word) => ({
            ...word,
            text: word.text
              .split(marker)
              .join(textOfPrinted(rest).trim().slice(0, INPUT_WORD_LENGTH_MAX)),
            fetches: word.text.includes(marker) ? fetches : word.fetches,
          }));
    this.#keep(node, fields, null, null);
    return fields;
  }

  #printed(name: string, words: readonly Field[], input: Input | null): Stream {
    const argument = words.slice(1);
    const rest = input?.rest ?? null;
    let fetches = input?.stream.fetches ?? NO_FETCHES;
    let dynamic = input?.stream.dynamic ?? false;
    let length = rest?.length ?? 0;
    for (const word of argument) {
      fetches = joinFetches(fetches, word.fetches);
      if (!word.text.startsWith('-')) {
        fetches = joinFetches(fetches, this.record.fetchesAt(this.folderPath(word.text)));
      }
      dynamic ||= word.dynamic;
      length += word.text.length;
    }
    if (!this.work.spend(length)) return { data: null, dynamic: true, fetches };
    const data = knownOutput(
      name,
      argument.map((word) => word.text),
      {
        input: rest,
        file: (path) => this.#readableFile(path, argument),
        unread: (problem) => this.unread(problem),
      },
    );
    this.work.spend(data?.length ?? 0);
    return { data, dynamic: dynamic || data === null, fetches };
  }

  #readableFile(path: string, words: readonly Field[]): Printed | null {
    const given = words.find((word) => word.text === path)?.file ?? null;
    return given ?? this.record.contentOf(this.folderPath(path));
  }

  #tee(words: readonly Field[], node: Span, { input }: Context): Stream {
    const stream = input?.stream ?? UNKNOWN;
    const appends = words.some((word) => word.text === '-a' || word.text === '--append');
    for (const word of words.slice(1)) {
      if (!word.text.startsWith('-')) {
        this.#writeStream(this.folderPath(word.text), stream, appends, this.span(node));
      }
    }
    return stream;
  }

  /** The stream that a fetch prints, or null when the command is none or keeps what it brings. */
  #fetch(words: readonly Field[], node: Span): Stream | null {
    let printed: Stream | null = null;
    for (const { url, path } of fetchTargets(words)) {
      const kept = path === null ? null : this.folderPath(path);
      const fetch = this.record.addFetch({ url, path: kept, ...this.span(node) });
      if (fetch < 0 || kept !== null) continue;
      const fetches = joinFetches(printed?.fetches ?? NO_FETCHES, [fetch]);
      printed = { data: null, dynamic: true, fetches };
    }
    return printed;
  }

  /** A word that names a program by a path, or the name of something that was fetched here. */
  #runPath(word: Field | undefined, node: Span, words: readonly Field[]): void {
    if (!word) return;
    const path = this.folderPath(word.text);
    this.record.executeFetches(word.fetches);
    this.record.executeFetches(this.record.fetchesAt(path).filter(() => words.length > 0));
    const content = this.record.contentOf(path);
    if (content !== null) this.#runContent(content, 'shell', node, words, null);
  }

  #runProgram(call: ProgramCall, node: Span, context: Context): Stream {
    if (call.kind === 'text') {
      const { text, language, positional } = call;
      this.record.executeFetches(text.fetches);
      return this.runLayer(text.text, language, node, positional, context);
    }
    if (call.kind === 'input') {
      const rest = context.input?.rest ?? null;
      this.record.executeFetches(context.input?.stream.fetches ?? NO_FETCHES);
      if (rest === null) return UNKNOWN;
      // The program has taken its own text: what is left of the input is unknown to its commands.
      const inner = { ...context, input: null };
      return this.#runContent(rest, call.language, node, call.positional, inner);
    }
    return this.#runFile(call, node, context);
  }

  #runFile(
    { path: word, language, positional }: ProgramCall & { readonly kind: 'file' },
    node: Span,
    context: Context,
  ): Stream {
    this.record.executeFetches(word.fetches);
    if (word.file !== null) return this.#runContent(word.file, language, node, positional, context);
    const path = this.folderPath(word.text);
    const fetches = this.record.fetchesAt(path);
    this.record.executeFetches(fetches);
    const content = this.record.contentOf(path);
    if (content !== null) return this.#runContent(content, language, node, positional, context);
    if (fetches.length === 0 && isTreePath(path)) this.record.addFileRun(path, this.span(node));
    return UNKNOWN;
  }

  #runContent(
    content: Printed,
    language: Language,
    node: Span,
    positional: readonly Field[] | null,
    context: Context | null,
  ): Stream {
    const text = textOfPrinted(content);
    if (isBinary(text)) {
      this.unread('a decoded program that is no text');
      return UNKNOWN;
    }
    return this.runLayer(text, languageOf(text, language), node, positional, context);
  }

  /** Runs a text that was found in a text. */
  runLayer(
    text: string,
    language: Language,
    node: Span,
    positional: readonly Field[] | null,
    context: Context | null,
  ): Stream {
    if (!this.#admitLayer(text)) return UNKNOWN;
    const saved = { layers: this.#layers, place: this.#place };
    this.#layers = [...saved.layers, text];
    this.#place = this.span(node);
    const printed = this.#runIn(language, text, positional, context ?? IDLE);
    this.#layers = saved.layers;
    this.#place = saved.place;
    return printed;
  }

  #runIn(
    language: Language,
    text: string,
    positional: readonly Field[] | null,
    context: Context,
  ): Stream {
    const place = this.#place as Span;
    switch (language) {
      case 'shell':
        return this.#withPositional(positional ?? this.variables.positional, () =>
          this.#runText(text, context),
        );
      case 'powershell':
        this.#runPowershell(text, place, this.#layers);
        return UNKNOWN;
      case 'encoded-powershell': {
        const decoded = decodeUtf16(decodeBase64(text));
        this.#runPowershell(decoded, place, [...this.#layers.slice(0, -1), decoded]);
        return UNKNOWN;
      }
      case 'code':
        this.work.spend(text.length);
        for (const found of textsInCode(text)) {
          this.runLayer(found, languageOf(found, 'shell'), place, null, null);
          if (this.work.exhausted) break;
        }
        return UNKNOWN;
    }
  }

  #admitLayer(text: string): boolean {
    if (this.#layers.length >= shellLayersMax) {
      this.unread(`more than ${shellLayersMax} layers of encoding`);
      return false;
    }
    this.#decodedLength += text.length + 1;
    if (this.#decodedLength <= shellDecodedLengthMax) return true;
    this.unread('more than 1 MiB of text in inner layers');
    return false;
  }
}

interface Redirection {
  readonly input: Input | null;
  /** The file that standard output goes into. */
  readonly writesTo: string | null;
  readonly appends: boolean;
  /** Standard output goes to standard error. */
  readonly discards: boolean;
}

/** Words of an input that `xargs` hands on, and characters of one replaced marker. */
const INPUT_WORDS_MAX = 1_000;
const INPUT_WORD_LENGTH_MAX = 4_096;

/** The marker of `xargs -I{}`, or null. */
function replacedMarker(prefix: readonly Field[]): string | null {
  for (const [i, { text }] of prefix.entries()) {
    if (text === '-I' || text === '--replace') return prefix[i + 1]?.text || null;
    if (text.startsWith('-I')) return text.slice(2);
    if (text === '-i') return '{}';
  }
  return null;
}

function isDescriptor(text: string): boolean {
  return text === '-' || (text.length === 1 && text >= '0' && text <= '9');
}

/** Whether a path can be a file of the tree that the text belongs to. */
function isTreePath(path: string): boolean {
  if (path === '' || path.length > 256 || path.startsWith('/') || path.startsWith('..'))
    return false;
  for (const c of path) if ('$`*?\n<>{}"\' '.includes(c)) return false;
  return true;
}

/** A first line such as `#!/usr/bin/env python3` decides. */
function languageOf(text: string, fallback: Language): Language {
  if (!text.startsWith('#!')) return fallback;
  const newline = text.indexOf('\n');
  const line = text.slice(2, newline < 0 ? 128 : Math.min(newline, 128));
  const names = line.split(' ').map((word) => programName(word.trim()));
  const words = names.filter((name) => name !== '' && name !== 'env').map((name) => fieldOf(name));
  const call = programCall(words);
  return call === null || call.kind === 'file' ? fallback : call.language;
}
