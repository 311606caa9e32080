/**
 * What was told within the last minutes, so that a thing that is seen a thousand times is told once
 * and again only to stay fresh. Bounded: the oldest is forgotten, and told once too often.
 */
import { toldLatelyMax } from '../../base/sensor-limits.ts';
import { type EpochMs, SECOND_MS } from '../../base/time.ts';

export const AGAIN_MS = 240 * SECOND_MS;

export class ToldLately {
  readonly #told = new Map<string, EpochMs>();

  /** True when it is to be told now, and noted as told. */
  isDue(key: string, at: EpochMs): boolean {
    const before = this.#told.get(key);
    if (before !== undefined && Math.abs(at - before) < AGAIN_MS) return false;
    this.#told.delete(key);
    this.#told.set(key, at);
    const [oldest] = this.#told.keys();
    if (this.#told.size > toldLatelyMax && oldest !== undefined) this.#told.delete(oldest);
    return true;
  }
}
