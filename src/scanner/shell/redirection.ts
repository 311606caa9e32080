import { Input, type Stream } from './stream.ts';
import type { Redirect, WordTree } from './syntax-tree.ts';
import type { Field } from './variables.ts';

/** Where the input and the output of a command go. */
export interface Redirection {
  readonly input: Input | null;
  /** The file that standard output goes into. */
  readonly target: string | null;
  readonly appends: boolean;
  /** Standard output goes to standard error. */
  readonly discards: boolean;
}

/** What redirections need of the run around them. */
export interface RedirectionHost {
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
  let input = before;
  let target: string | null = null;
  let appends = false;
  let discards = false;
  for (const { operator, descriptor, target: word } of redirects) {
    const field = host.text(word);
    if (operator === '<<' || operator === '<<<') {
      const text = operator === '<<<' ? `${field.text}\n` : field.text;
      input = new Input({ data: text, dynamic: field.dynamic, fetches: field.fetches });
    } else if (operator === '<') {
      input = new Input(host.file(field));
    } else if (operator === '>&' && descriptor !== 2 && field.text === '2') {
      discards = true;
    } else if (operator.includes('>') && operator !== '<>' && descriptor < 2) {
      if (operator === '>&' && isDescriptor(field.text)) continue;
      target = field.text;
      appends = operator === '>>' || operator === '&>>';
    }
  }
  return { input, target, appends, discards };
}

function isDescriptor(text: string): boolean {
  return text === '-' || (text.length === 1 && text >= '0' && text <= '9');
}
