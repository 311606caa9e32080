/**
 * Candidates that wait for a batch, oldest first. A batch that could not be recorded is held until
 * it may be tried again, and goes back to the front:
 *
 *   waiting ──run──► taken ──► recorded, or given up
 *      ▲               │ the store fails
 *      └──putBack── held
 *
 * A default that is given meanwhile is noted of all three: a batch that fails is decided again.
 */
import { batchBytesMax, batchRequestsMax } from '../base/limits.ts';
import type { Candidate } from './candidate.ts';
import type { CorePorts } from './ports.ts';

export class BatchQueue {
  readonly #metrics: CorePorts['metrics'];
  readonly #takeIn: CorePorts['takeIn'];
  #waiting: Candidate[] = [];
  /** What `run` handed over last, until the store has taken or refused it. */
  #taken: readonly Candidate[] = [];
  readonly #held = new Set<readonly Candidate[]>();
  /** Wakes `run`, which waits for a candidate. */
  #wake: (() => void) | null = null;

  constructor({ metrics, takeIn }: Pick<CorePorts, 'metrics' | 'takeIn'>) {
    this.#metrics = metrics;
    this.#takeIn = takeIn;
  }

  /** Nothing waits, not even on its way here. */
  isDry(): boolean {
    this.#takeIn();
    return this.#waiting.length === 0;
  }

  add(candidate: Candidate): void {
    this.#waiting.push(candidate);
    this.#wakeUp();
  }

  hold(batch: readonly Candidate[]): void {
    this.#held.add(batch);
  }

  /** A batch that was held. */
  putBack(batch: readonly Candidate[]): void {
    this.#held.delete(batch);
    this.#waiting = [...batch, ...this.#waiting];
    this.#wakeUp();
  }

  noteDefault(number: number): void {
    for (const candidates of [this.#waiting, this.#taken, ...this.#held]) {
      const candidate = candidates.find((one) => one.number === number);
      if (candidate !== undefined) candidate.defaulted = true;
    }
  }

  /** For ever: hands over all that waits, once there is something, when the batch before allows. */
  async run(advance: (batch: readonly Candidate[]) => Promise<void>): Promise<never> {
    for (;;) {
      while (this.#waiting.length === 0) await this.#added();
      const batch = this.#waiting.splice(0, this.#nextLength());
      this.#metrics.batch(batch.length);
      this.#taken = batch;
      await advance(batch);
      this.#taken = [];
      await otherWork();
    }
  }

  #added(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** How many make a batch: as many as fit, and one at least. */
  #nextLength(): number {
    let bytes = 0;
    for (const [i, { bodyBytes }] of this.#waiting.entries()) {
      bytes += bodyBytes;
      if (i === batchRequestsMax || (i > 0 && bytes > batchBytesMax)) return i;
    }
    return this.#waiting.length;
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = null;
  }
}

/**
 * Lets the loop see what has happened meanwhile: a sync that has ended, whose callers would wait
 * for the batch after it too, and more candidates. Without it 7,540 decisions a second, the callers
 * and both threads waiting for each other, and 7,720 with it, at the same processor time.
 */
function otherWork(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
