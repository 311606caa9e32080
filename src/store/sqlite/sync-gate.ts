/**
 * The gate through which everything leaves the thread of the database, on the side of the event
 * loop: what rests on commits waits until a sync has covered them, first come, first out.
 */
export class SyncGate {
  readonly #held: { readonly commits: number; readonly deliver: () => void }[] = [];
  #synced = 0;

  /** Calls `deliver` once so many commits are on stable storage and all before it has left. */
  pass(commits: number, deliver: () => void): void {
    if (this.#held.length === 0 && commits <= this.#synced) deliver();
    else this.#held.push({ commits, deliver });
  }

  /** So many commits are on stable storage. */
  synced(commits: number): void {
    this.#synced = commits;
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      if (first.commits > commits) return;
      this.#held.shift();
      first.deliver();
    }
  }
}
