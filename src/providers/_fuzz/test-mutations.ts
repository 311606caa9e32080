/** Hostile variations of a text, for tests: the same generator and text give the same variation. */
import type { Prng } from '../../base/prng.ts';

/** Pieces that mean something to some reader of a definition or a body. */
const PIECES = [
  ...[
    '\n',
    '\n\n',
    '  ',
    '\t',
    '\r\n',
    '"',
    "'",
    '`',
    '\\',
    '#',
    ': ',
    '- ',
    ',',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    '&a ',
    '*a',
    '<<: *a\n',
    '!reference [a, b]',
    '!!binary ',
    '|\n',
    '>-\n',
    '? ',
    '---\n',
    '...\n',
  ],
  ...[
    'null',
    '~',
    '-1',
    '1e999',
    '"\\ud800"',
    `\${{ x }}`,
    '\u0000',
    '\ufeff',
    '\u2028',
    '\u{1f600}',
  ],
  ...['run: ', 'steps: ', 'script: ', 'extends: a\n', 'RUN ', 'RUN <<E\n', 'E\n', 'FROM x AS y\n'],
  ...['# escape=`\n', ' \\\n', '["a", "b"]', '{"a":1,"a":2}', '__proto__', 'constructor'],
] as const;

type Mutation = (text: string, prng: Prng) => string;

const MUTATIONS: readonly Mutation[] = [
  // Cut off.
  (text, prng) => text.slice(0, prng.below(text.length + 1)),
  // A stretch gone, doubled, or moved.
  (text, prng) => spliced(text, prng, () => ''),
  (text, prng) => spliced(text, prng, (part) => part + part),
  (text, prng) => spliced(text, prng, (part) => [...part].reverse().join('')),
  // Something put in, or in the place of something.
  (text, prng) => spliced(text, prng, (part) => prng.pick(PIECES) + part),
  (text, prng) => spliced(text, prng, () => prng.pick(PIECES)),
  (text, prng) => text.replaceAll(prng.pick(PIECES), () => prng.pick(PIECES)),
  // Much of something, and deep.
  (text, prng) => spliced(text, prng, (part) => part + prng.pick(PIECES).repeat(prng.below(3_000))),
  (text, prng) => spliced(text, prng, (part) => '['.repeat(prng.below(200)) + part),
  (text, prng) => spliced(text, prng, (part) => '{a: '.repeat(prng.below(100)) + part),
  // Indented by something else.
  (text, prng) => text.split('\n').join(`\n${prng.pick([' ', '\t', '- ', '  # '])}`),
];

/** The text after one to four mutations. */
export function mutate(text: string, prng: Prng): string {
  let mutant = text;
  for (let left = 1 + prng.below(4); left > 0; left--) mutant = prng.pick(MUTATIONS)(mutant, prng);
  return mutant;
}

function spliced(text: string, prng: Prng, change: (part: string) => string): string {
  const start = prng.below(text.length + 1);
  const end = Math.min(text.length, start + prng.below(60));
  return text.slice(0, start) + change(text.slice(start, end)) + text.slice(end);
}
