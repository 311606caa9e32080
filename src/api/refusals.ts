/**
 * Wrong credentials by address and minute. They are always refused; past the limit that is done
 * without a log line and with the connection closed. A right credential is never slowed down,
 * whatever else comes from its address: GitLab admits the jobs that it cannot ask about.
 */
import { refusedAddressesMax } from '../base/limits.ts';

const MINUTE_MS = 60_000;

export class Refusals {
  readonly #perMinuteMax: number;
  readonly #counts = new Map<string, number>();
  #minute = 0;

  constructor(perMinuteMax: number) {
    this.#perMinuteMax = perMinuteMax;
  }

  /** Counts one, and says whether the address is past its limit. */
  isTooMany(address: string, nowMs: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts.clear();
    }
    const count = (this.#counts.get(address) ?? 0) + 1;
    // With the table full a new address is one of very many: it is treated as past the limit.
    if (count === 1 && this.#counts.size >= refusedAddressesMax) return true;
    this.#counts.set(address, count);
    return count > this.#perMinuteMax;
  }
}
