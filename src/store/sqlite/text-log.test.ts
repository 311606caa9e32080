/** Texts are kept once, as far as they are known, and none is named that is not there. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { storeTextsKnownLengthMax } from '../../base/limits.ts';
import { wholeText } from '../../model/test-whole-text.ts';
import { decisionOf, recordRows } from '../rows.ts';
import { testBatch, testEvent } from '../test-batch.ts';
import { prepareDecision } from './decisions.ts';
import { EventLog } from './event-log.ts';
import { migrate, readMigrations } from './migrate.ts';
import { TextLog } from './text-log.ts';

const TABLES = ['definitions', 'fact_names', 'scans'];

function emptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  assert(migrate(database, readMigrations()).ok);
  return database;
}

function counted(database: DatabaseSync, table = 'scans'): number {
  return Number(database.prepare(`SELECT count(*) AS texts FROM ${table}`).get()?.['texts']);
}

test('a report that comes again is not written again', () => {
  const database = emptyDatabase();
  const scans = new TextLog(database, 'scans');
  const first = scans.sequenceOf('{"path":"a"}');
  assert.notEqual(scans.sequenceOf('{"path":"b"}'), first);
  assert.equal(scans.sequenceOf('{"path":"a"}'), first);
  assert.equal(counted(database), 2);
  // Another process does not know it, and writes it anew.
  assert.notEqual(new TextLog(database, 'scans').sequenceOf('{"path":"a"}'), first);
});

test('a report too long to be kept in mind is written each time', () => {
  const database = emptyDatabase();
  const scans = new TextLog(database, 'scans');
  const text = JSON.stringify('x'.repeat(storeTextsKnownLengthMax));
  assert.notEqual(scans.sequenceOf(text), scans.sequenceOf(text));
});

test('a decision and an event whose transaction failed take their texts along', () => {
  const database = emptyDatabase();
  const log = new EventLog(database);
  const { events, decisions, activity } = testBatch([testEvent('1'), testEvent('2')]);
  const rows = recordRows({ events, decisions, activity });
  const add = (at: number): void => {
    log.addEvent(rows.events[at] ?? []);
    log.addDecision(rows.decisions[at] ?? []);
  };
  log.write(
    () => add(0),
    () => false,
  );
  for (const table of TABLES) assert.equal(counted(database, table), 0, table);
  log.write(() => add(1));
  log.write(() => add(0));
  for (const table of TABLES) assert.equal(counted(database, table), 1, table);
  for (const [i, { event }] of events.entries()) {
    const stored = database
      .prepare(`SELECT events.body, definitions.body AS definition FROM events
        LEFT JOIN definitions ON definitions.sequence = definition WHERE id = ?`)
      .get(event.id);
    const [body, definition] = [String(stored?.['body']), String(stored?.['definition'])];
    assert.equal(wholeText({ body, definition }), wholeText(event), `event ${i}`);
    assert.ok(!body.includes('ci.yml'), 'the definition stands apart');
  }
  const read = prepareDecision(database);
  assert.deepEqual(decisionOf(read(1) ?? []), decisions[1]);
  assert.deepEqual(decisionOf(read(2) ?? []), decisions[0]);
});

test('a decision of a version before has its report and its facts in its body', () => {
  const { decisions } = testBatch([testEvent('1')]);
  assert.deepEqual(
    decisionOf([JSON.stringify(decisions[0]), 'decision', null, null]),
    decisions[0],
  );
  const without = { ...decisions[0], scan: null };
  assert.deepEqual(decisionOf([JSON.stringify(without), 'decision', null, null]), without);
});
