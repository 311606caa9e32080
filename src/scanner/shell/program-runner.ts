/**
 * Runs what a command gives to an interpreter: a text on the command line, standard input, or a
 * file that was written before. Each text is another layer, and layers are bounded in number and in
 * the characters they come to together.
 */
import { shellDecodedLengthMax, shellLayersMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import { PRINTERS } from '../engine/known-tools.ts';
import type { Work } from '../engine/work.ts';
import { blankWords } from './blank-words.ts';
import { type CodeHost, STANDARD_INPUT } from './code-effects.ts';
import { runCode } from './code-evaluator.ts';
import { commandFacts } from './command-facts.ts';
import { programName } from './command-words.ts';
import { type Context, IDLE, type Scope } from './context.ts';
import { decodeBase64, decodeUtf16 } from './decode.ts';
import { encodedLiterals, mayRunText } from './encoded-literals.ts';
import { isBinary, type Printed, textOfPrinted } from './printed.ts';
import { type Language, type ProgramCall, programCall, shellWithin } from './program-call.ts';
import type { ShellRecord } from './record.ts';
import { NO_FETCHES, type Stream, UNKNOWN } from './stream.ts';
import type { Span } from './syntax-tree.ts';
import type { TreeCall } from './tree.ts';
import { PLAIN, type TreeManner } from './tree-runner.ts';
import { type Field, fieldOf } from './variables.ts';

/** Runs a PowerShell text that a shell text starts; see `run-text.ts`. */
export type PowershellRunner = (text: string, span: Span | null, layers: readonly string[]) => void;

/** What running a program needs of the run around it. */
export interface ProgramHost {
  readonly record: ShellRecord;
  readonly work: Work;
  readonly scope: Scope;
  readonly positional: readonly Field[] | null;
  /** What a variable holds, or null. */
  variableText(name: string): string | null;
  readonly folder: string;
  folderPath(path: string): string;
  readPath(path: string): string;
  /** Runs something of the tree; null when the tree does not hold it. */
  runTree(call: TreeCall, manner: TreeManner, context: Context): Stream | null;
  inScope<T>(scope: Scope, run: () => T): T;
  /** Runs something in a shell of its own: what it sets ends with it. */
  inShell<T>(run: () => T): T;
  /** Runs a shell text in the scope of now. Null keeps the positional parameters. */
  runText(text: string, positional: readonly Field[] | null, context: Context): Stream;
}

export class ProgramRunner {
  readonly #host: ProgramHost;
  readonly #runPowershell: PowershellRunner;
  #decodedLength = 0;

  constructor(host: ProgramHost, runPowershell: PowershellRunner) {
    this.#host = host;
    this.#runPowershell = runPowershell;
  }

  /** Runs a text that stands in the open: it is no layer. */
  runOpen(text: string, language: Language, context: Context): Stream {
    const own = languageOf(text, language);
    if (own === 'shell') return this.#host.runText(text, null, context);
    if (own === 'powershell') this.#runPowershell(text, null, []);
    else return this.#runCode(text, null, this.#host.positional, null);
    return UNKNOWN;
  }

  run(call: ProgramCall, node: Span, context: Context): Stream {
    if (call.kind === 'text') {
      const { text, language, positional } = call;
      this.#host.record.executeFetches(text.fetches);
      // What is unknown would be read again as the substitution that it stands for.
      if (text.unknown) return UNKNOWN;
      return this.#inShell(call.sourced, () => {
        return this.runLayer(text.text, language, node, positional, context);
      });
    }
    if (call.kind === 'input') {
      const rest = context.input?.rest ?? null;
      this.#host.record.executeFetches(context.input?.stream.fetches ?? NO_FETCHES);
      if (rest === null) return UNKNOWN;
      // The program has taken its own text: what is left of the input is unknown to its commands.
      const inner = { ...context, input: null };
      return this.#inShell(call.sourced, () => {
        return this.runContent(rest, call.language, node, call.positional, inner);
      });
    }
    if (call.kind === 'module') return this.#runModule(call.path.text, call.positional, context);
    return this.#runFile(call, node, context);
  }

  #inShell(sourced: boolean, run: () => Stream): Stream {
    return sourced ? run() : this.#host.inShell(run);
  }

  /** Folders in which a shell looks for a name, and which a job fills. */
  #contentOfTool(name: string): Printed | null {
    const { record } = this.#host;
    if (name.includes('/') || !record.isNameWritten(name)) return null;
    return record.contentOf(`/usr/local/bin/${name}`) ?? record.contentOf(`/usr/bin/${name}`);
  }

  #runWithin(words: readonly Field[], node: Span, context: Context): void {
    const within = shellWithin(words);
    if (within === null || PRINTERS.has(programName(words[0]?.text ?? ''))) return;
    const call = programCall(within);
    if (call) this.run(call, node, { ...context, wanted: false });
  }

  #runModule(name: string, positional: readonly Field[], context: Context): Stream {
    const path = this.#host.folderPath(name);
    const paths = MODULE_FILES.flatMap((file) => [`${path}${file}`, `src/${path}${file}`]);
    const manner = { ...PLAIN, positional };
    return this.#host.runTree({ kind: 'module', paths }, manner, context) ?? UNKNOWN;
  }

  #runFile(
    { path: word, language, positional, sourced }: ProgramCall & { readonly kind: 'file' },
    node: Span,
    context: Context,
  ): Stream {
    this.#host.record.executeFetches(word.fetches);
    const run = (content: Printed): Stream => {
      return this.#inShell(sourced, () => {
        return this.runContent(content, language, node, positional, context);
      });
    };
    if (word.file !== null) return run(word.file);
    const path = this.#host.readPath(word.text);
    const fetches = this.#host.record.fetchesAt(path);
    this.#host.record.executeFetches(fetches);
    const content = this.#host.record.contentOf(path);
    if (content !== null) return run(content);
    if (fetches.length > 0) return UNKNOWN;
    const call = { kind: 'script', path, language, known: language === 'code' } as const;
    const manner = { ...PLAIN, positional, isSourced: sourced };
    return this.#host.runTree(call, manner, context) ?? UNKNOWN;
  }

  /** A program without a folder in its name that was written or fetched here. */
  runNamed(words: readonly Field[], node: Span, context: Context): void {
    const [word] = words;
    const { record } = this.#host;
    if (!word) return;
    record.executeFetches(word.fetches);
    this.#runWithin(words, node, context);
    if (!record.knowsPaths) return;
    if (commandFacts(word.text).isBuilder) {
      record.executeFetches(record.fetchesAt(this.#host.folder));
    }
    const path = this.#host.readPath(word.text);
    record.executeFetches(record.fetchesAt(path, 'exactly'));
    const content = record.contentOf(path) ?? this.#contentOfTool(word.text);
    if (content === null) return;
    const inner = { ...context, wanted: false };
    this.#inShell(false, () => this.runContent(content, 'shell', node, words, inner));
  }

  /** A written or decoded program, in the language that its first line names. */
  runContent(
    content: Printed,
    language: Language,
    node: Span,
    positional: readonly Field[] | null,
    context: Context | null,
  ): Stream {
    const text = textOfPrinted(content);
    if (isBinary(text)) {
      this.#host.record.unread('a decoded program that is no text');
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
    if (language === 'encoded-powershell') {
      const decoded = decodeUtf16(decodeBase64(text));
      return this.runLayer(decoded, 'powershell', node, positional, context);
    }
    if (!this.#admitLayer(text)) return UNKNOWN;
    const place = { start: node.start, end: node.end };
    const layers = [...this.#host.scope.layers, text];
    return this.#host.inScope({ layers, place }, (): Stream => {
      if (language === 'shell') return this.#host.runText(text, positional, context ?? IDLE);
      if (language === 'powershell') this.#runPowershell(text, place, layers);
      else return this.#runCode(text, place, positional, context?.input?.rest ?? null);
      return UNKNOWN;
    });
  }

  /** What a program in another language prints; what it runs, decodes and writes on the way. */
  #runCode(
    code: string,
    place: Span | null,
    positional: readonly Field[] | null,
    input: Printed | null,
  ): Stream {
    const { record, scope, work } = this.#host;
    record.addCode(code, place ?? { start: 0, end: code.length }, scope.layers);
    if (!work.spend(code.length) || !mayRunText(code)) return UNKNOWN;
    const seen = new Set<string>();
    const at = (start: number, end: number): Span => place ?? { start, end };
    const run = (text: string, span: Span): void => {
      if (seen.has(text) || work.exhausted) return;
      seen.add(text);
      this.runLayer(text, languageOf(text, 'shell'), span, null, null);
    };
    const host: CodeHost = {
      command: (text, start, end) => run(text, at(start, end)),
      code: (text, start, end) => {
        this.runLayer(text, 'code', at(start, end), positional, null);
      },
      write: (path, content, start, end) => {
        record.write(this.#host.folderPath(path), content, at(start, end), scope.layers);
      },
      read: (path) => record.dataOf(this.#host.folderPath(path)),
      variable: (name) =>
        name === STANDARD_INPUT ? input && textOfPrinted(input) : this.#host.variableText(name),
      argument: (index) => positional?.[index]?.text ?? null,
      spend: (units) => work.spend(units),
    };
    const printed = runCode(code, host);
    for (const { text, start, end } of encodedLiterals(code)) run(text, at(start, end));
    const isKnown = printed.length > 0;
    return isKnown ? { data: printed, dynamic: true, fetches: NO_FETCHES } : UNKNOWN;
  }

  #admitLayer(text: string): boolean {
    if (this.#host.scope.layers.length >= shellLayersMax) {
      this.#host.record.unread(gaveUp(`more than ${shellLayersMax} layers of encoding`));
      return false;
    }
    this.#decodedLength += text.length + 1;
    if (this.#decodedLength <= shellDecodedLengthMax) return true;
    this.#host.record.unread(gaveUp('more than 1 MiB of text in inner layers'));
    return false;
  }
}

const MODULE_FILES = ['/__main__.py', '.py'];

/** A first line such as `#!/usr/bin/env python3` decides. */
function languageOf(text: string, fallback: Language): Language {
  if (!text.startsWith('#!')) return fallback;
  const newline = text.indexOf('\n');
  const line = text.slice(2, newline < 0 ? 128 : Math.min(newline, 128));
  const names = blankWords(line).map(programName);
  const words = names.filter((name) => name !== 'env').map((name) => fieldOf(name));
  const call = programCall(words);
  return call === null || call.kind === 'file' || call.kind === 'module' ? fallback : call.language;
}
