import type { Expander } from './expand.ts';
import type { WordTree } from './syntax-tree.ts';
import type { Field, Variables } from './variables.ts';

/** What a loop runs over. */
export interface LoopItems {
  readonly items: readonly Field[];
  /** So many of them come first, and the others are only possible. */
  readonly likeliest: number;
}

/** All that the words of `for NAME in WORDS` may come to; without words, the parameters. */
export function loopItems(
  words: readonly WordTree[] | null,
  expander: Expander,
  variables: Variables,
): LoopItems {
  if (words === null) {
    const items = variables.positional?.slice(1) ?? [];
    return { items, likeliest: items.length };
  }
  const { choices } = variables;
  const around = choices.open();
  const expanded = (): readonly Field[] => words.flatMap((word) => expander.fields(word));
  const items = [...expanded()];
  const likeliest = items.length;
  const known = new Set(items.map(({ text }) => text));
  while (choices.next('given')) {
    for (const item of expanded()) {
      if (known.has(item.text)) continue;
      known.add(item.text);
      items.push(item);
    }
  }
  choices.reopen(around);
  return { items, likeliest };
}
