/**
 * Texts that come again and again, added at the end and never changed: definitions of jobs, which
 * events name, reports of scans and names of facts, which decisions name. A pipeline runs with the
 * same definition for weeks, so most are the same as one before. One that was not used for long may
 * stand there twice: to look for it among all would take an index over texts in no order.
 */
import type { DatabaseSync } from 'node:sqlite';
import { storeTextsKnownLengthMax, storeTextsKnownMax } from '../../base/limits.ts';
import { RecentMap } from '../../base/recent-map.ts';

export class TextLog {
  readonly #append: (text: string) => number;
  #known = noTexts();

  constructor(database: DatabaseSync, table: 'definitions' | 'fact_names' | 'scans') {
    const append = database.prepare(`INSERT INTO ${table} (body) VALUES (?)`);
    this.#append = (text) => Number(append.run(text).lastInsertRowid);
  }

  /** Of a text, which is added when it is not known to be there. Inside a transaction. */
  sequenceOf(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const sequence = this.#append(text);
    this.#known.put(text, sequence, text.length);
    return sequence;
  }

  /** After a rollback: what was added since the commit before is not there. */
  forget(): void {
    this.#known = noTexts();
  }
}

function noTexts(): RecentMap<string, number> {
  return new RecentMap(storeTextsKnownMax, storeTextsKnownLengthMax);
}
