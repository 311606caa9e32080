/**
 * Where descriptors lead. What is opened for a command or a group holds for it alone; `exec`
 * without a command opens for the shell, until its end or until it opens something else.
 */
import { Input, type Stream } from './stream.ts';
import type { Redirect, WordTree } from './syntax-tree.ts';
import type { Field } from './variables.ts';

/**
 * file    text goes into a file, behind what is there when it `appends`
 * input   something is read
 * output  where the shell itself prints
 * error   nowhere that anybody reads
 */
type Open =
  | { readonly kind: 'file'; readonly path: string; readonly appends: boolean }
  | { readonly kind: 'input'; readonly input: Input }
  | { readonly kind: 'output' }
  | { readonly kind: 'error' };

/** By number. */
export type Descriptors = ReadonlyMap<number, Open>;

/** Where the input and the output of a command go. */
export interface Redirection {
  readonly input: Input | null;
  /** The file that standard output goes into. */
  readonly target: string | null;
  readonly appends: boolean;
  /** Standard output goes to standard error. */
  readonly discards: boolean;
  readonly opened: Descriptors;
}

/** What redirections need of the run around them. */
interface RedirectionHost {
  readonly descriptors: Descriptors;
  text(word: WordTree): Field;
  /** What a file holds that is read. */
  file(field: Field): Stream;
}

/** What all redirections of a command come to; `before` is its input without them. */
export function redirectionOf(
  redirects: readonly Redirect[],
  before: Input | null,
  host: RedirectionHost,
): Redirection {
  const opened = new Map<number, Open>();
  for (const redirect of redirects) {
    const { operator, descriptor } = redirect;
    const number = descriptor >= 0 ? descriptor : operator.startsWith('<') ? 0 : 1;
    opened.set(
      number,
      openOf(redirect, host, (n) => opened.get(n) ?? host.descriptors.get(n)),
    );
  }
  const source = opened.get(0) ?? (before === null ? host.descriptors.get(0) : undefined);
  const sink = opened.get(1) ?? host.descriptors.get(1);
  return {
    input: source?.kind === 'input' ? source.input : before,
    target: sink?.kind === 'file' ? sink.path : null,
    appends: sink?.kind === 'file' && sink.appends,
    discards: sink?.kind === 'error',
    opened,
  };
}

function openOf(
  { operator, target }: Redirect,
  host: RedirectionHost,
  known: (number: number) => Open | undefined,
): Open {
  const field = host.text(target);
  if (operator === '<<' || operator === '<<<') {
    const data = operator === '<<<' ? `${field.text}\n` : field.text;
    return inputOf({ data, dynamic: field.dynamic, fetches: field.fetches });
  }
  const isCopy = operator === '>&' || operator === '<&';
  if (isCopy && isDescriptor(field.text)) return copied(known(Number(field.text)), field.text);
  if (operator === '<') return inputOf(host.file(field));
  const appends = operator === '>>' || operator === '&>>' || operator === '<>';
  return { kind: 'file', path: field.text, appends };
}

/** The same place once more, and where nothing was opened what the number usually is. */
function copied(open: Open | undefined, text: string): Open {
  if (open?.kind === 'file') return { ...open, appends: true };
  return open ?? { kind: text === '1' ? 'output' : 'error' };
}

function inputOf(stream: Stream): Open {
  return { kind: 'input', input: new Input(stream) };
}

function isDescriptor(text: string): boolean {
  return text === '-' || (text.length === 1 && text >= '0' && text <= '9');
}
