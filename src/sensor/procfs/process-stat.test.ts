import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseProcessStat } from './process-stat.ts';

const REST =
  'R 15232 15232 3058 0 -1 4194304 99 0 0 0 12 30 0 0 20 0 4 0 260383 3133440 394 18446744073709551615';

test('a name with blanks and parentheses', () => {
  assert.deepEqual(parseProcessStat(`15236 (a) R (b) ${REST}`), {
    name: 'a) R (b',
    parent: 15_232,
    cpuTicks: 42,
    threads: 4,
    startTicks: 260_383,
    residentPages: 394,
  });
});

test('this process', () => {
  const stat = parseProcessStat(readFileSync('/proc/self/stat', 'latin1'));
  assert.equal(stat?.parent, process.ppid);
  assert.ok((stat?.residentPages ?? 0) > 1_000);
});

test('what is no stat is null', () => {
  for (const text of ['', '1 (x', `1 ${REST}`, '1 (x) R'])
    assert.equal(parseProcessStat(text), null);
  fc.assert(fc.property(fc.string(), (text) => void parseProcessStat(text)));
});
