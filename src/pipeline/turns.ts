/**
 * One after the other: what is read for a batch must not change before its changes are handed to
 * the store. A turn ends when they are, not when they are on the disk: the store works in order.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Calls `work` when it is its turn; resolves once it has ended it. */
  take(work: (end: () => void) => void): Promise<void> {
    const before = this.#last;
    this.#last = new Promise((resolve) => void before.then(() => work(resolve)));
    return this.#last;
  }

  /** A turn as long as the work. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      void this.take((end) => void work().then(resolve, reject).finally(end));
    });
  }
}
