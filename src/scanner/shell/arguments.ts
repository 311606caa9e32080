/** Words of a command line as options with their values, and operands. */

export interface Arguments {
  /** In their order; the value is empty for an option that takes none. */
  readonly options: readonly (readonly [name: string, value: string])[];
  readonly operands: readonly string[];
}

/** `valued` are the options that take the next word, with blanks between them. */
export function argumentsOf(words: readonly string[], valued: string): Arguments {
  const options: [string, string][] = [];
  const operands: string[] = [];
  const takesValue = valuedOptions(valued);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') {
      operands.push(...words.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const short = word.slice(0, 2);
    if (equals > 0) options.push([word.slice(0, equals), word.slice(equals + 1)]);
    else if (takesValue.has(word)) options.push([word, words[++i] ?? '']);
    else if (!word.startsWith('--') && takesValue.has(short)) options.push([short, word.slice(2)]);
    else options.push([word, '']);
  }
  return { options, operands };
}

const known = new Map<string, ReadonlySet<string>>();

function valuedOptions(list: string): ReadonlySet<string> {
  const before = known.get(list);
  if (before) return before;
  const set = new Set(list.split(' '));
  known.set(list, set);
  return set;
}

/** Values of the options of these names, in their order. */
export function valuesOf({ options }: Arguments, names: readonly string[]): readonly string[] {
  return options.flatMap(([name, value]) => (names.includes(name) ? [value] : []));
}

/** Whether a word names something elsewhere: a URL, or a repository by SSH. */
export function isOutside(word: string): boolean {
  return word.includes('://') || word.startsWith('git@') || word.startsWith('github.com/');
}
