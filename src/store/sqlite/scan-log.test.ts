/** Reports are kept once, as far as they are known, and none is named that is not there. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { storeScansKnownLengthMax } from '../../base/limits.ts';
import { decisionOf, recordRows } from '../rows.ts';
import { testBatch, testEvent } from '../test-batch.ts';
import { prepareDecision } from './decisions.ts';
import { EventLog } from './event-log.ts';
import { migrate, readMigrations } from './migrate.ts';
import { ScanLog } from './scan-log.ts';

function emptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  assert(migrate(database, readMigrations()).ok);
  return database;
}

function counted(database: DatabaseSync): number {
  return Number(database.prepare('SELECT count(*) AS scans FROM scans').get()?.['scans']);
}

test('a report that comes again is not written again', () => {
  const database = emptyDatabase();
  const scans = new ScanLog(database);
  const first = scans.sequenceOf('{"path":"a"}');
  assert.notEqual(scans.sequenceOf('{"path":"b"}'), first);
  assert.equal(scans.sequenceOf('{"path":"a"}'), first);
  assert.equal(counted(database), 2);
  // Another process does not know it, and writes it anew.
  assert.notEqual(new ScanLog(database).sequenceOf('{"path":"a"}'), first);
});

test('a report too long to be kept in mind is written each time', () => {
  const database = emptyDatabase();
  const scans = new ScanLog(database);
  const text = JSON.stringify('x'.repeat(storeScansKnownLengthMax));
  assert.notEqual(scans.sequenceOf(text), scans.sequenceOf(text));
});

test('a decision whose transaction failed takes its report along', () => {
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
  assert.equal(counted(database), 0);
  log.write(() => add(1));
  log.write(() => add(0));
  assert.equal(counted(database), 1);
  const read = prepareDecision(database);
  assert.deepEqual(decisionOf(read(1) ?? []), decisions[1]);
  assert.deepEqual(decisionOf(read(2) ?? []), decisions[0]);
});

test('a decision of a version before has its report in its body', () => {
  const { decisions } = testBatch([testEvent('1')]);
  assert.deepEqual(decisionOf([JSON.stringify(decisions[0]), 'decision', null]), decisions[0]);
  const without = { ...decisions[0], scan: null };
  assert.deepEqual(decisionOf([JSON.stringify(without), 'decision', null]), without);
});
