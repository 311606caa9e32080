/**
 * Long bodies are parsed one after another, each in a turn of the event loop of its own: what
 * arrives meanwhile waits for one of them and not for all. Six of 6 MB at once took 2.5 s together,
 * and whoever came behind them got his answer after that.
 *
 *   refused ◄── too many wait ── long ──► waiting ──► its turn
 *                                            └──► late ──► its turn
 */
import { longBodyBytesMin } from '../base/limits.ts';
import type { Clock } from '../ports/clock.ts';

export interface LongBody {
  readonly bytes: number;
  /** Until when its turn should have come; null when nobody counts. */
  readonly leftMs: number | null;
  /** Called at once for a body that is not long. Must not throw. */
  readonly onTurn: (isLate: boolean) => void;
  /** Called once, when the turn has not come in time; it comes all the same. */
  readonly onLate: () => void;
}

export class LongBodies {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #bytesMax: number;
  readonly #waiting: { readonly bytes: number; readonly parse: () => void }[] = [];
  #bytes = 0;

  /** So many bytes may wait together. */
  constructor(clock: Pick<Clock, 'after'>, bytesMax: number) {
    this.#clock = clock;
    this.#bytesMax = bytesMax;
  }

  /** False when too many wait: then nothing is called. */
  take({ bytes, leftMs, onTurn, onLate }: LongBody): boolean {
    if (bytes < longBodyBytesMin) {
      onTurn(false);
      return true;
    }
    if (this.#bytes + bytes > this.#bytesMax) return false;
    let isLate = false;
    const late = (): void => {
      isLate = true;
      onLate();
    };
    const cancel = leftMs === null ? () => {} : this.#clock.after(leftMs, late);
    const parse = (): void => {
      cancel();
      onTurn(isLate);
    };
    this.#waiting.push({ bytes, parse });
    this.#bytes += bytes;
    if (this.#waiting.length === 1) this.#due();
    return true;
  }

  #due(): void {
    setImmediate(() => {
      const next = this.#waiting[0];
      if (next === undefined) return;
      next.parse();
      this.#waiting.shift();
      this.#bytes -= next.bytes;
      if (this.#waiting.length > 0) this.#due();
    });
  }
}
