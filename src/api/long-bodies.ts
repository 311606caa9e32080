/**
 * Long bodies are parsed one after another, each in a turn of the event loop of its own: what
 * arrives meanwhile waits for one of them and not for all. Six of 6 MB at once took 2.5 s together,
 * and whoever came behind them got his answer after that.
 */
import { longBodiesBytesMax, longBodyBytesMin } from '../base/limits.ts';

interface Waiting {
  readonly length: number;
  readonly parse: () => void;
}

export class LongBodies {
  readonly #waiting: Waiting[] = [];
  #bytes = 0;

  /** Runs `parse`, which does not throw, at once or in its turn; false when too many wait. */
  take(length: number, parse: () => void): boolean {
    if (length < longBodyBytesMin) {
      parse();
      return true;
    }
    const isFirst = this.#waiting.length === 0;
    if (!isFirst && this.#bytes + length > longBodiesBytesMax) return false;
    this.#waiting.push({ length, parse });
    this.#bytes += length;
    if (isFirst) this.#due();
    return true;
  }

  #due(): void {
    setImmediate(() => {
      const next = this.#waiting[0];
      if (next === undefined) return;
      next.parse();
      this.#waiting.shift();
      this.#bytes -= next.length;
      if (this.#waiting.length > 0) this.#due();
    });
  }
}
