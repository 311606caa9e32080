/** Collects what one run of a text comes to, within its bounds. */
import { shellCommandsMax } from '../../base/limits.ts';
import type { SourceText } from '../../model/source-text.ts';
import { baseName, resolvePath } from './paths.ts';
import type { Printed } from './printed.ts';
import { textOfPrinted } from './printed.ts';
import type { Fetched, FileRun, ShellRun, SimpleCommand, Word, WrittenFile } from './shell-run.ts';
import type { Span } from './syntax-tree.ts';

interface OpenFetch {
  readonly fetched: Fetched;
  /** Every path that it was stored, copied or moved to. */
  readonly paths: Set<string>;
  executed: boolean;
}

/** Fetches and files kept of one text. Real jobs have a handful. */
const FETCHES_MAX = 1_000;
const FILES_MAX = 1_000;

export class ShellRecord {
  readonly #commands: SimpleCommand[] = [];
  readonly #written = new Map<string, { file: WrittenFile; content: Printed }>();
  readonly #fetches: OpenFetch[] = [];
  readonly #filesRun = new Map<string, FileRun>();
  readonly #unread = new Set<string>();
  readonly #seen = new Set<string>();

  unread(problem: string): void {
    this.#unread.add(problem);
  }

  /** Keeps a command. In a body that runs again (`repeated`) the same words are kept once. */
  addCommand(command: SimpleCommand, repeated: boolean): void {
    if (this.#commands.length >= shellCommandsMax) {
      this.unread(`more than ${shellCommandsMax} commands`);
      return;
    }
    if (repeated) {
      const key = `${command.start} ${command.end} ${command.words.map(textOfWord).join('\0')}`;
      if (this.#seen.has(key)) return;
      this.#seen.add(key);
    }
    this.#commands.push(command);
  }

  write(path: string, content: Printed, span: Span, layers: readonly string[]): void {
    if (path === '' || path.startsWith('/dev/')) return;
    if (this.#written.size >= FILES_MAX && !this.#written.has(path)) return;
    const { start, end } = span;
    const file = { path, text: textOfPrinted(content), start, end, layers };
    this.#written.set(path, { file, content });
  }

  contentOf(path: string): Printed | null {
    return this.#written.get(path)?.content ?? null;
  }

  /** The number of the new fetch, or -1 when there are too many. */
  addFetch(fetched: Omit<Fetched, 'executed'>): number {
    if (this.#fetches.length >= FETCHES_MAX) return -1;
    const paths = new Set(fetched.path === null ? [] : [fetched.path]);
    this.#fetches.push({ fetched: { ...fetched, executed: false }, paths, executed: false });
    return this.#fetches.length - 1;
  }

  /** What the fetch brought is kept under this path too. */
  keepFetch(fetch: number, path: string): void {
    this.#fetches[fetch]?.paths.add(path);
  }

  executeFetches(fetches: readonly number[]): void {
    for (const fetch of fetches) {
      const open = this.#fetches[fetch];
      if (open) open.executed = true;
    }
  }

  /** Fetches that are kept under the path, or in a folder around it. */
  fetchesAt(path: string): readonly number[] {
    const found: number[] = [];
    for (const [i, { paths }] of this.#fetches.entries()) {
      for (const kept of paths) {
        if (path === kept || path.startsWith(`${kept}/`)) found.push(i);
      }
    }
    return found;
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
      commands: this.#commands,
      written: [...this.#written.values()].map(({ file }) => file),
      fetched: this.#fetches.map(({ fetched, paths, executed }) => ({
        ...fetched,
        // A fetch that is redirected has its path only afterwards.
        path: fetched.path ?? paths.values().next().value ?? null,
        executed,
      })),
      filesRun: [...this.#filesRun.values()],
      unread: [...this.#unread],
    };
  }
}

function textOfWord(word: Word): string {
  return word.text;
}
