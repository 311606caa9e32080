/** Collects what one run of a text comes to, within its bounds. */
import { shellCommandsMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import type { SourceText } from '../../model/source-text.ts';
import type { Work } from '../engine/work.ts';
import { Changes } from './changes.ts';
import { Choices } from './choices.ts';
import { baseName, resolvePath } from './paths.ts';
import type { Printed } from './printed.ts';
import { textOfPrinted } from './printed.ts';
import type {
  CodeRun,
  Event,
  Fetched,
  ShellRun,
  SimpleCommand,
  Word,
  WrittenFile,
} from './shell-run.ts';
import { type Input, NO_FETCHES } from './stream.ts';
import type { Span } from './syntax-tree.ts';
import { Cell, Tracer } from './trace.ts';
import type { Origin, Tree, TreeCall, TreeText } from './tree.ts';

type KeptCommand = Omit<SimpleCommand, 'order'> & { order: number };

interface LastCommand {
  readonly words: readonly Word[];
  readonly kept: KeptCommand;
}

/** A command that runs now. */
interface RunningCommand extends Pick<SimpleCommand, 'words' | 'layers' | 'writesTo'> {
  readonly input: Input | null;
}

interface OpenFetch {
  readonly fetched: Fetched;
  /** Where it was stored first. */
  path: string | null;
  executed: boolean;
}

/** Fetches and files kept of one text. Real jobs have a handful. */
const FETCHES_MAX = 200;
const FILES_MAX = 1_000;
/** Paths that fetches are looked up by are no longer than this. */
const PATH_LENGTH_MAX = 256;
const FETCHES_OF_PATH_MAX = 8;

/** Nodes whose last command is known; past it all are forgotten. It keeps their tree in memory. */
const LAST_MAX = 8_192;

export class ShellRecord {
  readonly #commands: KeptCommand[] = [];
  /** Files that were written, in the order of their first time. */
  readonly #written: Cell[] = [];
  readonly #writtenByPath = new Map<string, Cell>();
  readonly #fetches: OpenFetch[] = [];
  /** Fetches by every path that they were stored, copied or moved to. */
  readonly #fetchesByPath = new Map<string, Cell>();
  /** Paths that fetches are kept as. */
  #kept = 0;
  readonly #paths = new Cell('paths', '');
  readonly #files = new Cell('files', '');
  readonly #names = new Map<string, Cell>();
  readonly #code: CodeRun[] = [];
  readonly #unread = new Set<string>();
  /** Commands that may run again, by a hash of where they stand and of their words. */
  readonly #seen = new Map<number, KeptCommand[]>();
  /** The last of them that each node of a tree came to, with its words as they were given. */
  readonly #lastOf = new Map<Span, LastCommand>();
  /** Is told of everything that a call of this run depends on. */
  readonly tracer = new Tracer();
  readonly changes = new Changes(this.tracer);
  readonly choices: Choices;
  readonly #tree: Tree;
  readonly #source: SourceText;
  readonly #isTemplate: boolean;
  #origin: Origin;
  #lastSpan: Span = { start: 0, end: 0 };
  #events = 0;

  /** `isTemplate`: the service of the job fills `${{ … }}` into its own texts. */
  constructor(origin: Origin, tree: Tree, work: Work, isTemplate: boolean) {
    this.choices = new Choices(work);
    this.#source = origin.source;
    this.#isTemplate = isTemplate;
    this.#tree = tree;
    this.#origin = origin;
  }

  /** The text that runs now. */
  get origin(): Origin {
    return this.#origin;
  }

  /** Whether expressions are filled into the text that runs now; into files of a tree none are. */
  get isTemplate(): boolean {
    return this.#isTemplate && this.#origin.source === this.#source;
  }

  /** Where the last command stands, which is the one that runs now. */
  get lastSpan(): Span {
    return this.#lastSpan;
  }

  /** Whatever happens in `run` stands in this text. */
  within<T>(origin: Origin, run: () => T): T {
    const saved = this.#origin;
    this.#origin = origin;
    const result = run();
    this.#origin = saved;
    return result;
  }

  unread(problem: string): void {
    if (this.#origin.source === this.#source) this.#unread.add(problem);
    else this.#tree.unread(problem, this.#origin);
  }

  /** No more commands are kept, so that running on tells nothing. */
  get full(): boolean {
    return this.#commands.length > shellCommandsMax;
  }

  /** Keeps a command. What runs again (`repeated`) keeps the same words once. */
  addCommand(command: RunningCommand, span: Span, repeated: boolean): void {
    const order = this.#events++;
    this.#lastSpan = span;
    // A file that is sourced by several others says the same in each of them.
    const mayBeSeen = repeated || this.#origin.source !== this.#source;
    if (!mayBeSeen) this.#push(this.#keptOf(command, span, order));
    else if (!this.#isAgain(command.words, span, order)) this.#addSeen(command, span, order);
  }

  /** Whether the node's last command of now ran with the same words before: most do. */
  #isAgain(words: readonly Word[], span: Span, order: number): boolean {
    const last = this.#lastOf.get(span);
    if (last === undefined || last.kept.origin.source.path !== this.#origin.source.path) {
      return false;
    }
    if (last.words !== words && !isSameWords(last.kept.words, words)) return false;
    last.kept.order = order;
    return true;
  }

  #addSeen(command: RunningCommand, span: Span, order: number): void {
    const { words } = command;
    const hash = hashOfWords(words, span);
    let kept = this.#sameAs(words, span, hash);
    // The same words ran at the same place before, and have run last just now.
    if (kept !== undefined) kept.order = order;
    else {
      kept = this.#keptOf(command, span, order);
      const others = this.#seen.get(hash);
      if (others === undefined) this.#seen.set(hash, [kept]);
      else others.push(kept);
      this.#push(kept);
    }
    // What stands in a layer has new nodes each time.
    if (command.layers.length > 0) return;
    if (this.#lastOf.size >= LAST_MAX) this.#lastOf.clear();
    this.#lastOf.set(span, { words, kept });
  }

  #push(kept: KeptCommand): void {
    this.#commands.push(kept);
    this.choices.noteKept(kept.words);
    if (this.full) this.unread(gaveUp(`more than ${shellCommandsMax} commands`));
  }

  #keptOf({ words, layers, input, writesTo }: RunningCommand, span: Span, order: number) {
    const rest = input?.rest ?? null;
    return {
      words: words.map(({ text, dynamic }) => ({ text, dynamic })),
      ...{ layers, input: rest === null ? null : textOfPrinted(rest), writesTo },
      ...{ origin: this.#origin, start: span.start, end: span.end, order },
    };
  }

  #sameAs(words: readonly Word[], span: Span, hash: number): KeptCommand | undefined {
    const { path } = this.#origin.source;
    for (const one of this.#seen.get(hash) ?? NO_COMMANDS) {
      const isSamePlace = one.start === span.start && one.end === span.end;
      if (isSamePlace && one.origin.source.path === path && isSameWords(one.words, words))
        return one;
    }
    return undefined;
  }

  #event({ start, end }: Span): Event {
    return { origin: this.#origin, start, end, order: this.#events++ };
  }

  write(path: string, content: Printed, span: Span, layers: readonly string[]): void {
    if (path === '' || path.startsWith('/dev/')) return;
    const cell = cellOf(this.#writtenByPath, path, 'written');
    if (this.#written.length >= FILES_MAX && cell.state === undefined) return;
    this.#keep(cell, { path, text: textOfPrinted(content), content, layers, ...this.#event(span) });
  }

  #keep(cell: Cell, file: WrittenFile): void {
    if (cell.state === undefined) this.#written.push(cell);
    cellOf(this.#names, baseName(file.path), 'name').state = true;
    this.changes.note(cell);
    cell.state = file;
    this.tracer.write(cell);
  }

  /** Code of another language that is run. */
  addCode(
    text: string,
    span: Span,
    layers: readonly string[],
    kind: CodeRun['kind'] = 'code',
  ): void {
    if (this.#code.length >= FILES_MAX) return;
    this.#code.push({ kind, text, layers, ...this.#event(span) });
  }

  /** What running something of the tree comes to, or null when the tree does not hold it. */
  open(call: TreeCall): readonly TreeText[] | null {
    // What a path means depends on the files that led to it.
    this.tracer.readPlaces();
    const { start, end } = this.#lastSpan;
    const caller = { ...this.#origin, start, end };
    return this.#tree.open(call, caller, (path) => this.contentOf(path));
  }

  /** What a file holds: one that was written here or before, or one of the tree. */
  dataOf(path: string): Printed | null {
    return this.contentOf(path) ?? this.#tree.contentOf(path);
  }

  contentOf(path: string): Printed | null {
    const written = this.#stateOf(this.#writtenByPath, path, 'written') as WrittenFile | undefined;
    if (written === undefined) return this.#tree.written(path);
    return this.choices.pick(written, written).content;
  }

  get filesCount(): number {
    return this.#written.length;
  }

  /** Whether a command has written this file, for what is looked for in several folders. */
  isWritten(path: string): boolean {
    return this.#stateOf(this.#writtenByPath, path, 'written') !== undefined;
  }

  /** Whether a file of this name was written in any folder. Asked of nearly every word. */
  isNameWritten(name: string): boolean {
    return this.#stateOf(this.#names, name, 'name') !== undefined;
  }

  /** Files that commands have written and whose paths are so. */
  writtenLike(isLike: (path: string) => boolean): readonly string[] {
    // Files are only added, so that their number tells which ones there are.
    this.tracer.read(this.#files, this.filesCount);
    const names: string[] = [];
    for (const { name } of this.#written) if (isLike(name)) names.push(name);
    return names;
  }

  #stateOf(cells: Map<string, Cell>, path: string, kind: PathCell): unknown {
    const { tracer } = this;
    const cell = tracer.depth === 0 ? cells.get(path) : cellOf(cells, path, kind);
    if (cell === undefined) return undefined;
    tracer.read(cell, cell.state);
    return cell.state;
  }

  /** Writes once more what was written before, for `call-memory.ts`. */
  writeAgain(cell: Cell, file: WrittenFile): void {
    this.#keep(cell, { ...file, order: this.#events++ });
  }

  /** The number of the new fetch, or -1 when there are too many. */
  addFetch(fetched: Pick<Fetched, 'url' | 'path'>, span: Span): number {
    // The same one again, met in another round or layer.
    const known = this.#fetches.findIndex(
      ({ fetched: f }) => f.url === fetched.url && f.path === fetched.path,
    );
    if (known >= 0) return known;
    const fetch = this.#fetches.length;
    if (fetch >= FETCHES_MAX) return -1;
    const open = { ...fetched, ...this.#event(span), executed: false };
    this.#fetches.push({ fetched: open, path: null, executed: false });
    if (fetched.path !== null) this.keepFetch(fetch, fetched.path);
    return fetch;
  }

  /** Anything was written or fetched that a path may name. */
  get knowsPaths(): boolean {
    const { isAnyKnown } = this;
    this.tracer.read(this.#paths, isAnyKnown);
    return isAnyKnown;
  }

  get isAnyKnown(): boolean {
    return this.#kept > 0 || this.#written.length > 0 || this.#tree.hasWritten;
  }

  /** What the fetch brought is kept under this path too. */
  keepFetch(fetch: number, path: string): void {
    const open = this.#fetches[fetch];
    if (!open || path.length > PATH_LENGTH_MAX) return;
    open.path ??= path;
    const cell = cellOf(this.#fetchesByPath, path, 'fetched');
    const same = (cell.state ?? NO_FETCHES) as readonly number[];
    this.tracer.write(cell);
    if (same.length >= FETCHES_OF_PATH_MAX || same.includes(fetch)) return;
    if (cell.state === undefined) this.#kept++;
    cell.state = [...same, fetch];
  }

  executeFetches(fetches: readonly number[]): void {
    for (const fetch of fetches) {
      const open = this.#fetches[fetch];
      if (open) open.executed = true;
    }
  }

  /** Fetches that are kept under the path, or, when a folder was fetched, in one around it. */
  fetchesAt(path: string, within: 'exactly' | 'folders' = 'folders'): readonly number[] {
    if (within === 'exactly') return this.#fetchesOf(path) ?? NO_FETCHES;
    if (path.length > PATH_LENGTH_MAX) return NO_FETCHES;
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const fetches = this.#fetchesOf(path.slice(0, end));
      if (fetches) return fetches;
    }
    return NO_FETCHES;
  }

  #fetchesOf(path: string): readonly number[] | undefined {
    return this.#stateOf(this.#fetchesByPath, path, 'fetched') as readonly number[] | undefined;
  }

  /** `mv from to`, `cp from to`: what is known of the one is known of the other. */
  copy(from: string, to: string, span: Span, layers: readonly string[]): void {
    const target = to === '' || to.endsWith('/') ? `${to}${baseName(from)}` : to;
    const content = this.contentOf(from);
    if (content !== null) this.write(resolvePath(target, ''), content, span, layers);
    const inside = this.#written.length > 0 ? this.writtenLike(isInside(from)) : [];
    for (const path of inside) {
      const inner = this.contentOf(path);
      const copies = [
        `${target}${path.slice(from.length)}`,
        `${target}/${baseName(from)}${path.slice(from.length)}`,
      ];
      if (inner !== null)
        for (const copy of copies) this.write(resolvePath(copy, ''), inner, span, layers);
    }
    for (const fetch of this.fetchesAt(from)) this.keepFetch(fetch, resolvePath(target, ''));
  }

  finish(): Omit<ShellRun, 'leadsPath'> {
    return {
      source: this.#source,
      commands: this.#commands.slice(0, shellCommandsMax),
      written: this.#written.map(({ state }) => state as WrittenFile),
      // A fetch that is redirected gets its path only afterwards.
      fetched: this.#fetches.map(({ fetched, path, executed }) => ({ ...fetched, path, executed })),
      code: this.#code,
      events: this.#events,
      unread: [...this.#unread],
    };
  }
}

function isInside(folder: string): (path: string) => boolean {
  return (path) => path.length > folder.length && path.startsWith(`${folder}/`);
}

type PathCell = 'written' | 'fetched' | 'name';

function cellOf(cells: Map<string, Cell>, path: string, kind: PathCell): Cell {
  const before = cells.get(path);
  if (before !== undefined) return before;
  const cell = new Cell(kind, path);
  cells.set(path, cell);
  return cell;
}

const NO_COMMANDS: readonly KeptCommand[] = [];
/** Characters of a word that tell commands apart, at either end of it. */
const HASHED_LENGTH = 24;

/** FNV-1a. A text that joins the words took a tenth of the time of whole definitions. */
function hashOfWords(words: readonly Word[], { start, end }: Span): number {
  let hash = Math.imul(start ^ HASH_START, HASH_PRIME) ^ end;
  for (const { text } of words) {
    const { length } = text;
    const head = Math.min(length, HASHED_LENGTH);
    for (let i = 0; i < head; i++) hash = Math.imul(hash ^ text.charCodeAt(i), HASH_PRIME);
    for (let i = Math.max(head, length - HASHED_LENGTH); i < length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), HASH_PRIME);
    }
    hash = Math.imul(hash ^ length, HASH_PRIME);
  }
  return hash;
}

const HASH_START = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

function isSameWords(a: readonly Word[], b: readonly Word[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i]?.text !== b[i]?.text) return false;
  return true;
}
