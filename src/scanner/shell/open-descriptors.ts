import type { Context } from './context.ts';
import type { Expander } from './expand.ts';
import type { Files } from './files.ts';
import { type Descriptors, type Redirection, redirectionOf } from './redirection.ts';
import { type Input, NOTHING, type Stream } from './stream.ts';
import type { Redirect, Span } from './syntax-tree.ts';

/** What is open in the shell of now, and what runs with more opened. */
export class OpenDescriptors {
  readonly #expander: Expander;
  readonly #files: Files;
  #now: Descriptors = new Map();

  constructor(expander: Expander, files: Files) {
    this.#expander = expander;
    this.#files = files;
  }

  get isEmpty(): boolean {
    return this.#now.size === 0;
  }

  inputOf(number: number): Input | null {
    const open = this.#now.get(number);
    return open?.kind === 'input' ? open.input : null;
  }

  /** Runs a command or a group with its redirections. */
  run(
    redirects: readonly Redirect[],
    span: Span,
    context: Context,
    run: (context: Context, target: string | null) => Stream,
  ): Stream {
    if (redirects.length === 0 && this.isEmpty) return run(context, null);
    const { input, target, appends, discards, opened } = this.#redirection(
      redirects,
      context.input,
    );
    const wanted = context.wanted || target !== null;
    this.#files.create(opened, span);
    const printed = this.#within(inside(this.#now, opened), () => run({ input, wanted }, target));
    if (target === null) return discards ? NOTHING : printed;
    this.#files.write(target, printed, appends, span);
    return NOTHING;
  }

  /** `exec` without a command: what it opens stays open. */
  open(redirects: readonly Redirect[], span: Span): Stream {
    const { opened } = this.#redirection(redirects, null);
    this.#files.create(opened, span);
    const now = new Map(this.#now);
    for (const [number, open] of opened) {
      if (open.kind === 'output' || open.kind === 'error') now.delete(number);
      else now.set(number, open.kind === 'file' ? { ...open, appends: true } : open);
    }
    this.#now = now;
    return NOTHING;
  }

  /** Runs a shell of its own, whose standard output goes elsewhere. */
  inShell<T>(run: () => T): T {
    if (!this.#now.has(1)) return this.#within(this.#now, run);
    const piped = new Map(this.#now);
    piped.delete(1);
    return this.#within(piped, run);
  }

  #within<T>(descriptors: Descriptors, run: () => T): T {
    const around = this.#now;
    this.#now = descriptors;
    const result = run();
    this.#now = around;
    return result;
  }

  #redirection(redirects: readonly Redirect[], before: Input | null): Redirection {
    return redirectionOf(redirects, before, {
      descriptors: this.#now,
      text: (word) => this.#expander.text(word),
      file: (field) => this.#files.stream(field),
    });
  }
}

/** What is open for those that run inside; the standard streams are handed on to them. */
function inside(around: Descriptors, opened: Descriptors): Descriptors {
  if (opened.size === 0) return around;
  const open = new Map(around);
  for (const [number, one] of opened) {
    if (number < 2) open.delete(number);
    else open.set(number, one.kind === 'file' ? { ...one, appends: true } : one);
  }
  return open;
}
