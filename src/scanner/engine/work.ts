/**
 * What a scan may cost. Everything that lexes, decodes or matches spends from one account per
 * definition, a unit a character, so that no input can buy more than `scanWorkMax` however its
 * layers are stacked. When it is spent the scan stops where it is and says so in `unchecked`.
 */
import { scanWorkMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';

export const OVERSPENT = gaveUp('more work than a scan may cost');

/**
 * What only may run is paid from an account of its own, so that what is likeliest is always read to
 * the same end: the parts of `scanWorkMax` that this one has.
 */
const ASIDE_PARTS = { given: 1 / 32, run: 1 / 8, words: 1 / 4 } as const;

/** What is possible may be what a program is given, what one runs, or only words of either. */
export type Aside = keyof typeof ASIDE_PARTS;

export class Work {
  readonly #whole: number;
  #left: number;
  #aside = 0;

  constructor(units: number = scanWorkMax) {
    this.#whole = units;
    this.#left = units;
  }

  /** Runs something that is only possible. */
  aside<T>(run: () => T): T {
    const before = this.#left;
    const result = run();
    this.#aside += before - this.#left;
    this.#left = before;
    return result;
  }

  /** What is only possible will cost this later on. */
  owesAside(units: number): void {
    this.#aside += units;
    this.#left += units;
  }

  mayGoAside(kind: Aside): boolean {
    return this.#aside < this.#whole * ASIDE_PARTS[kind];
  }

  /** Takes `units` off; false when the account is empty and the caller must stop. */
  spend(units: number): boolean {
    this.#left -= units;
    return this.#left >= 0;
  }

  get exhausted(): boolean {
    return this.#left < 0;
  }
}
