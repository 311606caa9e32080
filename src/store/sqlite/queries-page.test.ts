/** The queries that `docs/reference/store.md` gives to those who read with other programs. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { JsonObject } from '../../base/json.ts';
import { wholeText } from '../../model/test-whole-text.ts';
import { testBatch, testEvent } from '../test-batch.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

const PAGE = new URL('../../../docs/reference/store.md', import.meta.url);

function queries(): readonly string[] {
  const [, block = ''] = /```sql\n(.*?)```/s.exec(readFileSync(PAGE, 'utf8')) ?? [];
  return block.split(';').filter((query) => query.trim() !== '');
}

const DEFINITION = { dialect: 'shell', files: [{ path: 'a;b.sh', text: null }] };
const DATA: readonly JsonObject[] = [
  { project: null, tags: [null], nested: { owner: null, deep: { empty: null } } },
  { project: null, nested: { owner: null }, definition: DEFINITION },
  { definition: DEFINITION },
  { definition: null },
  { text: '}{ é \u0000 \ud800 😀', definition: DEFINITION },
  {},
];

test('they give events whole, and facts by name', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-queries-'));
  try {
    const opened = await openSqliteStore({ directory });
    assert(opened.ok);
    const batch = testBatch(DATA.map((data, i) => testEvent(`${i}`, { data })));
    await opened.value.record(batch);
    await opened.value.close();
    const database = new DatabaseSync(join(directory, 'davylamp.db'), { readOnly: true });
    const [events = [], facts = []] = queries().map((query) => database.prepare(query).all());
    database.close();
    assert.deepEqual(
      events.map(({ data }) => data),
      batch.events.map(({ event }) => wholeText(event)),
    );
    assert.deepEqual(
      events.map(({ data }) => JSON.parse(String(data))),
      DATA,
    );
    const [decision] = batch.decisions;
    const first = facts.filter(({ sequence }) => sequence === facts[0]?.['sequence']);
    assert.deepEqual(
      first.map(({ fact, value }) => [fact, value]),
      Object.entries(decision?.facts ?? {}).map(([fact, value]) => [
        fact,
        typeof value === 'object' ? JSON.stringify(value) : value,
      ]),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
