/**
 * Reports of scans, added at the end and never changed; a decision names the one that it rests on.
 * A pipeline runs again and again with the same definition, so most reports are the same as one
 * before. One that was not used for long may stand there twice: to look for it among all would take
 * an index over texts in no order.
 */
import type { DatabaseSync } from 'node:sqlite';
import { storeScansKnownLengthMax, storeScansKnownMax } from '../../base/limits.ts';
import { RecentMap } from '../../base/recent-map.ts';

export class ScanLog {
  readonly #append: (text: string) => number;
  #known = noScans();

  constructor(database: DatabaseSync) {
    const append = database.prepare('INSERT INTO scans (body) VALUES (?)');
    this.#append = (text) => Number(append.run(text).lastInsertRowid);
  }

  /** Of a report as JSON, which is added when it is not known to be there. Inside a transaction. */
  sequenceOf(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const sequence = this.#append(text);
    this.#known.put(text, sequence, text.length);
    return sequence;
  }

  /** After a rollback: what was added since the commit before is not there. */
  forget(): void {
    this.#known = noScans();
  }
}

function noScans(): RecentMap<string, number> {
  return new RecentMap(storeScansKnownMax, storeScansKnownLengthMax);
}
