/**
 * Which words may name a miner that the job fetched, where they do not spell its name: a pattern
 * that it fits (`./x*`), what `find` found, the output of a command that lists files.
 */
import type { Indicators } from '../indicators/indicators.ts';
import { fitsName, hasPattern } from '../shell/glob.ts';
import { isMinerProgram, minerSource } from './miner-name.ts';
import { programName } from './program.ts';
import { tokensOf } from './token.ts';

/** Names that are remembered. A job fetches one miner. */
const NAMES_MAX = 8;
const PATTERN_LENGTH_MAX = 32;
/** What a word begins with that comes to whatever files there are. */
const LISTINGS = ['$(find ', '`find ', '$(ls ', '`ls '];

export class FetchedMiners {
  readonly #indicators: Indicators;
  readonly #names = new Set<string>();

  constructor(indicators: Indicators) {
    this.#indicators = indicators;
  }

  /** A miner's release or source is fetched from here: its program is named as it is. */
  note(url: string): void {
    if (minerSource(url, this.#indicators) === null) return;
    for (const part of url.toLowerCase().split('/')) {
      const [name = ''] = tokensOf(part);
      if (isMinerProgram(name, this.#indicators)) this.add(name);
    }
  }

  add(name: string): void {
    if (this.#names.size < NAMES_MAX) this.#names.add(name);
  }

  /** Whether the word may come to one of them. */
  mayBe(word: string): boolean {
    if (this.#names.size === 0) return false;
    if (word === '{}' || LISTINGS.some((start) => word.startsWith(start))) return true;
    const name = programName(word);
    if (!hasPattern(name) || name.length > PATTERN_LENGTH_MAX) return false;
    return [...this.#names].some((one) => fitsName(name, one));
  }
}
