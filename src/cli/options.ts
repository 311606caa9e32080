import { parseArgs } from 'node:util';
import { didYouMean } from '../policy/nearest.ts';
import { UsageError } from './command.ts';

type OptionSpecs = Readonly<
  Record<
    string,
    { readonly type: 'string' | 'boolean'; readonly multiple?: boolean; readonly short?: string }
  >
>;

export interface Options {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  /** The values of an option that may stand several times, in their order. */
  texts(name: string): readonly string[];
  /** The value of an option that knows only these words. */
  oneOf<Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word;
}

/** Parses arguments strictly: an unknown option is a usage error. `--help` is always known. */
export function parseOptions(args: readonly string[], specs: OptionSpecs): Options {
  const { values, positionals } = parse(args, specs);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    positionals,
    text,
    texts(name) {
      const value = values[name];
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
    },
    flag: (name) => values[name] === true,
    oneOf: (name, words, otherwise) => wordOf(name, text(name) ?? otherwise, words),
  };
}

/** The value of `--name` as one of its words. */
export function wordOf<Word extends string>(
  name: string,
  value: string,
  words: readonly Word[],
): Word {
  const word = words.find((known) => known === value);
  if (word !== undefined) return word;
  const hint = didYouMean(value, words);
  throw new UsageError(`--${name} takes ${words.join(', ')}, not '${value}'${hint}`);
}

function parse(
  args: readonly string[],
  specs: OptionSpecs,
): { values: Readonly<Record<string, unknown>>; positionals: readonly string[] } {
  try {
    return parseArgs({
      args: [...args],
      options: { ...specs, help: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(usageMessage(error as NodeJS.ErrnoException, specs));
  }
}

/** What is wrong with the arguments, and the nearest option where one is unknown. */
function usageMessage({ code, message }: NodeJS.ErrnoException, specs: OptionSpecs): string {
  // Node adds advice on its own API behind this.
  const [problem = ''] = message.split('. To specify');
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return problem;
  const unknown = problem.split("'")[1] ?? '';
  const known = [...Object.keys(specs), 'help'].map((name) => `--${name}`);
  return `there is no option '${unknown}'${didYouMean(unknown, known)}`;
}
