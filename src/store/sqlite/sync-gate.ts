/**
 * The gate through which everything leaves the thread of the database, on the side of the event
 * loop: what rests on commits waits until a sync has covered them, first come, first out.
 */
import { type SyncCells, syncedCommits } from './sync-cells.ts';

export class SyncGate {
  readonly #cells: SyncCells;
  readonly #held: { readonly commits: number; readonly deliver: () => void }[] = [];
  #isDelivering = false;

  constructor(cells: SyncCells) {
    this.#cells = cells;
  }

  /** Calls `deliver` once so many commits are on stable storage and all before it has left. */
  pass(commits: number, deliver: () => void): void {
    this.#held.push({ commits, deliver });
    this.open();
  }

  /** More may be on stable storage than before. */
  open(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    const synced = syncedCommits(this.#cells);
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      if (first.commits > synced) break;
      this.#held.shift();
      first.deliver();
    }
    this.#isDelivering = false;
  }
}
