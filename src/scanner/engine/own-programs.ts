/**
 * Which commands run a program of the job's own under the name of a machine's tool. A job gives
 * names by copying, linking, fetching and writing files, and by having its own folders searched
 * first. Many honest jobs do that for other reasons, so a tool counts as the job's own only when
 * its command line is that of a miner, which no tool is ever given.
 */
import type { Indicators } from '../indicators/indicators.ts';
import { BUILTINS } from './known-tools.ts';
import { connectsAsMiner, miningOptions } from './options.ts';
import { type Program, programName } from './program.ts';
import { leadsPath } from './system-folders.ts';

/** Names that are remembered. Real jobs write and copy some dozens of files. */
const NAMES_MAX = 10_000;

const UNPACKERS: ReadonlySet<string> = new Set(
  'tar bsdtar unzip 7z 7za cpio ar dpkg rpm unrar unsquashfs'.split(' '),
);

export class OwnPrograms {
  readonly #indicators: Indicators;
  readonly #miners: ReadonlySet<string>;
  readonly #names = new Set<string>();
  #isSearchedFirst = false;
  #isInImage = false;

  constructor(indicators: Indicators, miners: ReadonlySet<string>) {
    this.#indicators = indicators;
    this.#miners = miners;
  }

  /** The job makes a file of this path, or of the one that `$(which NAME)` finds. */
  bring(path: string): void {
    const isFound = path.startsWith('$(') && path.endsWith(')');
    const file = isFound ? path.slice(path.lastIndexOf(' ') + 1, -1) : path;
    if (this.#names.size < NAMES_MAX) this.#names.add(programName(file));
  }

  /** The job has this search path. */
  search(path: string): void {
    if (leadsPath(path)) this.lead();
  }

  /** The job's own folders are searched first from now on. */
  lead(): void {
    this.#isSearchedFirst = true;
  }

  /** The job runs this program: one that unpacks fills folders with names that nobody knows. */
  noteRun(name: string): void {
    if (UNPACKERS.has(name)) this.lead();
  }

  /** The job runs in an image: whose the tools in it are, nobody knows. */
  useImage(): void {
    this.#isInImage = true;
  }

  /** Whether what looks like a tool of the machine runs as a program of the job's own. */
  isOwn({ name, word, kind, image, arguments: given }: Program): boolean {
    if (kind === 'other' || BUILTINS.has(name)) return false;
    if (this.#miners.has(name)) return true;
    const isElsewhere = this.#isSearchedFirst || this.#isInImage || image !== '';
    const mayBe = this.#names.has(name) || (isElsewhere && !word.includes('/'));
    return mayBe && connectsAsMiner(miningOptions(given, this.#indicators));
  }
}
