/**
 * The queues of the core: that of jobs which were admitted, for advice, in step with the batches,
 * and the desk of those who let the queue schedule, which has a store of its own to wait for.
 */
import type { EpochMs } from '../base/time.ts';
import type { PartyMove } from '../model/party.ts';
import { AdmittedJobs } from './admitted-jobs.ts';
import { type DeskPorts, QueueDesk } from './queue-desk.ts';

/** What deciding asks of them. */
export type QueuesOfBatch = Pick<Queues, 'admitted' | 'follow'>;

export class Queues {
  readonly admitted = new AdmittedJobs();
  readonly desk: QueueDesk;
  /** Of the batch that is not yet written. */
  #moves: PartyMove[] = [];

  constructor(ports: DeskPorts) {
    this.desk = new QueueDesk(ports);
  }

  /** Linked accounts have one place from now on, whatever of theirs waits. */
  follow(moves: readonly PartyMove[], at: EpochMs): void {
    if (moves.length === 0) return;
    this.admitted.follow(moves, at);
    this.#moves.push(...moves);
  }

  commit(): void {
    this.admitted.commit();
    this.desk.follow(this.#moves.splice(0));
  }

  rollback(): void {
    this.admitted.rollback();
    this.#moves = [];
  }
}
