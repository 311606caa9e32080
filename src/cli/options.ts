import { parseArgs } from 'node:util';
import { UsageError } from './command.ts';

type OptionSpecs = Readonly<
  Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>
>;

export interface Options {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
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
    flag: (name) => values[name] === true,
    oneOf(name, words, otherwise) {
      const value = text(name) ?? otherwise;
      const word = words.find((known) => known === value);
      if (word !== undefined) return word;
      throw new UsageError(`--${name} takes ${words.join(', ')}, not '${value}'`);
    },
  };
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
    // Node adds advice on its own API behind this.
    throw new UsageError((error as Error).message.split('. To specify')[0] ?? '');
  }
}
