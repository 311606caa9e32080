/** Collects what one run of a text comes to, within its bounds. */
import { shellCommandsMax } from '../../base/limits.ts';
import type { SourceText } from '../../model/source-text.ts';
import { baseName, resolvePath } from './paths.ts';
import type { Printed } from './printed.ts';
import { textOfPrinted } from './printed.ts';
import type { Fetched, FileRun, ShellRun, SimpleCommand, Word, WrittenFile } from './shell-run.ts';
import { NO_FETCHES } from './stream.ts';
import type { Span } from './syntax-tree.ts';

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

export class ShellRecord {
  readonly #commands: SimpleCommand[] = [];
  readonly #written = new Map<string, { file: WrittenFile; content: Printed }>();
  readonly #fetches: OpenFetch[] = [];
  /** Fetches by every path that they were stored, copied or moved to. */
  readonly #fetchesByPath = new Map<string, number[]>();
  readonly #filesRun = new Map<string, FileRun>();
  readonly #unread = new Set<string>();
  readonly #seen = new Set<string>();
  #version = 0;

  /** Another number after each change of what paths stand for. */
  get version(): number {
    return this.#version;
  }

  unread(problem: string): void {
    this.#unread.add(problem);
  }

  /** No more commands are kept, so that running on tells nothing. */
  get full(): boolean {
    return this.#commands.length > shellCommandsMax;
  }

  /** Keeps a command. In a body that runs again (`repeated`) the same words are kept once. */
  addCommand(command: SimpleCommand, repeated: boolean): void {
    if (repeated) {
      const key = `${command.start} ${command.end} ${command.words.map(textOfWord).join('\0')}`;
      if (this.#seen.has(key)) return;
      this.#seen.add(key);
    }
    this.#commands.push(command);
    if (this.full) this.unread(`more than ${shellCommandsMax} commands`);
  }

  write(path: string, content: Printed, span: Span, layers: readonly string[]): void {
    if (path === '' || path.startsWith('/dev/')) return;
    if (this.#written.size >= FILES_MAX && !this.#written.has(path)) return;
    const { start, end } = span;
    const file = { path, text: textOfPrinted(content), start, end, layers };
    this.#written.set(path, { file, content });
    this.#version++;
  }

  contentOf(path: string): Printed | null {
    return this.#written.get(path)?.content ?? null;
  }

  /** The number of the new fetch, or -1 when there are too many. */
  addFetch(fetched: Omit<Fetched, 'executed'>): number {
    // The same one again, met in another round or layer.
    const known = this.#fetches.findIndex(
      ({ fetched: f }) => f.url === fetched.url && f.path === fetched.path,
    );
    if (known >= 0) return known;
    const fetch = this.#fetches.length;
    if (fetch >= FETCHES_MAX) return -1;
    this.#fetches.push({ fetched: { ...fetched, executed: false }, path: null, executed: false });
    if (fetched.path !== null) this.keepFetch(fetch, fetched.path);
    return fetch;
  }

  /** Anything was written or fetched that a path may name. */
  get knowsPaths(): boolean {
    return this.#fetchesByPath.size > 0 || this.#written.size > 0;
  }

  /** What the fetch brought is kept under this path too. */
  keepFetch(fetch: number, path: string): void {
    const open = this.#fetches[fetch];
    if (!open || path.length > PATH_LENGTH_MAX) return;
    open.path ??= path;
    this.#version++;
    const same = this.#fetchesByPath.get(path);
    if (!same) this.#fetchesByPath.set(path, [fetch]);
    else if (same.length < FETCHES_OF_PATH_MAX && !same.includes(fetch)) same.push(fetch);
  }

  executeFetches(fetches: readonly number[]): void {
    for (const fetch of fetches) {
      const open = this.#fetches[fetch];
      if (open) open.executed = true;
    }
  }

  /** Fetches that are kept under the path, or, when a folder was fetched, in one around it. */
  fetchesAt(path: string, within: 'exactly' | 'folders' = 'folders'): readonly number[] {
    if (within === 'exactly') return this.#fetchesByPath.get(path) ?? NO_FETCHES;
    if (this.#fetchesByPath.size === 0 || path.length > PATH_LENGTH_MAX) return NO_FETCHES;
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const fetches = this.#fetchesByPath.get(path.slice(0, end));
      if (fetches) return fetches;
    }
    return NO_FETCHES;
  }

  /** `mv from to`, `cp from to`: what is known of the one is known of the other. */
  copy(from: string, to: string, span: Span, layers: readonly string[]): void {
    const target = to === '' || to.endsWith('/') ? `${to}${baseName(from)}` : to;
    const content = this.contentOf(from);
    if (content !== null) this.write(resolvePath(target, ''), content, span, layers);
    for (const fetch of this.fetchesAt(from)) this.keepFetch(fetch, resolvePath(target, ''));
  }

  addFileRun(path: string, span: Span): void {
    if (this.#filesRun.size >= FILES_MAX || this.#filesRun.has(path)) return;
    this.#filesRun.set(path, { path, start: span.start, end: span.end });
  }

  finish(source: SourceText): ShellRun {
    return {
      source,
      commands: this.#commands.slice(0, shellCommandsMax),
      written: [...this.#written.values()].map(({ file }) => file),
      // A fetch that is redirected gets its path only afterwards.
      fetched: this.#fetches.map(({ fetched, path, executed }) => ({ ...fetched, path, executed })),
      filesRun: [...this.#filesRun.values()],
      unread: [...this.#unread],
    };
  }
}

function textOfWord(word: Word): string {
  return word.text;
}
