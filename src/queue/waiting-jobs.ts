/**
 * The jobs of each party that wait, in the order in which they came. Nearly all parties have one,
 * which stands here by itself: with a tree for each a pool in which a million parties wait did
 * 19,000 jobs a second of processor time instead of 28,000.
 */
import { assert } from '../base/assert.ts';
import type { PartyId } from '../model/party.ts';
import type { JobRow } from '../model/queue-rows.ts';
import { OrderedTree, type OrderKey } from './ordered-tree.ts';

export class WaitingJobs {
  readonly #of = new Map<PartyId, JobRow | OrderedTree<JobRow>>();

  add(job: JobRow): void {
    const own = this.#of.get(job.party);
    if (own === undefined) this.#of.set(job.party, job);
    else if (own instanceof OrderedTree) own.insert(placeOf(job), job);
    else {
      const tree = new OrderedTree<JobRow>();
      tree.insert(placeOf(own), own);
      tree.insert(placeOf(job), job);
      this.#of.set(job.party, tree);
    }
  }

  remove(job: JobRow): void {
    const own = this.#of.get(job.party);
    assert(own !== undefined, 'the job waits');
    if (own instanceof OrderedTree) {
      own.remove(placeOf(job));
      if (own.size > 0) return;
    }
    this.#of.delete(job.party);
  }

  next(party: PartyId): JobRow | null {
    const own = this.#of.get(party) ?? null;
    return own instanceof OrderedTree ? own.first() : own;
  }

  count(party: PartyId): number {
    const own = this.#of.get(party);
    if (own === undefined) return 0;
    return own instanceof OrderedTree ? own.size : 1;
  }

  of(party: PartyId): readonly JobRow[] {
    const own = this.#of.get(party);
    if (own === undefined) return [];
    return own instanceof OrderedTree ? [...own] : [own];
  }
}

function placeOf({ sequence }: JobRow): OrderKey {
  return [sequence, 0, 0];
}
