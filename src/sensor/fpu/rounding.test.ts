import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRoundingTable } from './rounding-table.ts';
import { parseTraceLine } from './trace-program.ts';

/** What bpftrace 0.17 printed on Linux 6.18 while a loop set all four modes. */
const RECORDED = `{"type": "attached_probes", "data": {"probes": 3}}
{"type": "map", "data": {"@samples": 3888}}
{"type": "map", "data": {"@modes": {"22622,22622,1": 42, "22622,22622,2": 61, "22622,22622,3": 72}}}
{"type": "map", "data": {"@samples": 9614}}
{"type": "map", "data": {"@modes": {"22622,22622,1": 59, "22622,22622,2": 70, "22622,22622,3": 71}}}
{"type": "lost_events", "data": {"events": 12}}`;

test('a recorded trace', () => {
  const lines = RECORDED.split('\n').map(parseTraceLine);
  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ['other', 'samples', 'modes', 'samples', 'modes', 'lost'],
  );
  const table = createRoundingTable();
  for (const [i, line] of lines.entries()) {
    if (line.kind === 'modes') table.add(line.counts, i * 1_000);
  }
  const [seen] = table.seen(6_000);
  assert.deepEqual(seen, { pid: 22_622, modes: 3, threads: 1, samples: 375, lastedSeconds: 2 });
});

test('one odd mode is nothing, and a miss is never kept', () => {
  const table = createRoundingTable();
  table.add([{ pid: 1, tid: 1, mode: 3, samples: 50 }], 0);
  assert.deepEqual(table.seen(0), []);
  table.add([{ pid: 1, tid: 1, mode: 1, samples: 1 }], 10_000);
  assert.equal(table.seen(10_000)[0]?.modes, 2);
  // The first was last seen longer ago than the window.
  assert.deepEqual(table.seen(65_000), []);
});

test('two threads with one mode each are not one with two', () => {
  const table = createRoundingTable();
  table.add(
    [
      { pid: 1, tid: 1, mode: 1, samples: 5 },
      { pid: 1, tid: 2, mode: 2, samples: 5 },
    ],
    0,
  );
  assert.deepEqual(table.seen(0), []);
});

test('what bpftrace says otherwise', () => {
  const said = [
    [
      '{"type": "map", "data": {"@modes": {"1,2,9": 4, "0,0,1": 1, "x": 2, "1,2,3": "n"}}}',
      'modes',
    ],
    ['{"type": "map", "data": {"@modes": {}}}', 'modes'],
    ['{"type": "map", "data": 3}', 'other'],
    ['not json', 'malformed'],
    ['[]', 'malformed'],
  ] as const;
  for (const [line, kind] of said) assert.equal(parseTraceLine(line).kind, kind);
  const read = parseTraceLine(said[0][0]);
  assert.deepEqual(read, { kind: 'modes', counts: [] });
});
