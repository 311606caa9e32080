import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { journalLinesMax } from '../base/sensor-limits.ts';
import type { JobRef } from '../model/signal.ts';
import { type HeldMeasure, openJournal } from './journal.ts';

const path = () => join(mkdtempSync(join(tmpdir(), 'journal-')), 'measures.ndjson');

function held(id: number): HeldMeasure {
  const undo = [{ kind: 'write', file: '/cg/j/cpu.max', value: 'max 100000' }] as const;
  const job = 'lab/local/j' as JobRef;
  return { id, key: `cap /j${id}`, job, rule: 'r', reason: 'odd', untilMs: 1_000, undo };
}

test('what was begun and not ended is open again', () => {
  const file = path();
  const journal = openJournal(file, 'boot-1');
  journal.begin(held(1));
  journal.begin(held(2));
  journal.renew(2, 9_000);
  journal.end(1);
  // Killed here: nothing is closed.
  assert.deepEqual(openJournal(file, 'boot-1').open, [{ ...held(2), untilMs: 9_000 }]);
});

test('what another boot left went with it', () => {
  const file = path();
  openJournal(file, 'boot-1').begin(held(1));
  assert.deepEqual(openJournal(file, 'boot-2').open, []);
});

test('a torn last line and foreign lines are nothing', () => {
  const file = path();
  openJournal(file, 'b').begin(held(1));
  appendFileSync(
    file,
    '{"begin":{"id":3,"boot":"b"}}\nnull\n7\n{"renew":[1]}\n{"begin":{"id":2,"bo',
  );
  assert.deepEqual(openJournal(file, 'b').open, [held(1)]);
  writeFileSync(file, '\0\0\0\0');
  assert.deepEqual(openJournal(file, 'b').open, []);
});

test('the file stays small', () => {
  const file = path();
  const journal = openJournal(file, 'b');
  journal.begin(held(1));
  for (let i = 0; i < 3 * journalLinesMax; i++) journal.renew(1, i);
  assert.ok(readFileSync(file, 'utf8').split('\n').length <= journalLinesMax + 1);
  assert.equal(openJournal(file, 'b').open[0]?.untilMs, 3 * journalLinesMax - 1);
});
