/**
 * What a scan may cost. Everything that lexes, decodes or matches spends from one account per
 * definition, a unit a character, so that no input can buy more than `scanWorkMax` however its
 * layers are stacked. When it is spent the scan stops where it is and says so in `unchecked`.
 */
import { scanWorkMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';

export const OVERSPENT = gaveUp('more work than a scan may cost');

export class Work {
  #left: number;

  constructor(units: number = scanWorkMax) {
    this.#left = units;
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
