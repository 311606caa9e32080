import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanCacheEntriesMax, scanCacheReportLengthMax } from '../base/limits.ts';
import { bareReport } from '../model/finding.ts';
import { ScanCache } from './scan-cache.ts';

const REPORT = bareReport('clear', { path: 'a.sh', dialect: 'shell' });

test('a report is found by all that a scan reads', () => {
  const cache = new ScanCache();
  const input = (path: string, text: string) =>
    ({ kind: 'files', dialect: 'shell', files: [{ path, text }] }) as const;
  const key = cache.keyOf(input('a.sh', 'make'));
  assert.equal(cache.get(key), null);
  cache.put(key, REPORT);
  assert.equal(cache.get(cache.keyOf(input('a.sh', 'make'))), REPORT);
  assert.equal(cache.get(cache.keyOf(input('b.sh', 'make'))), null);
  assert.equal(cache.get(cache.keyOf(input('a.sh', 'make test'))), null);
});

test('over its size the least recently asked goes', () => {
  const cache = new ScanCache();
  for (let i = 0; i < scanCacheEntriesMax; i++) cache.put(`${i}`, REPORT);
  assert.equal(cache.get('0'), REPORT);
  cache.put('one more', REPORT);
  assert.equal(cache.get('1'), null);
  assert.equal(cache.get('0'), REPORT);
});

test('a long report is not kept', () => {
  const cache = new ScanCache();
  const long = bareReport('unchecked', REPORT, ['x'.repeat(scanCacheReportLengthMax)]);
  cache.put('long', long);
  assert.equal(cache.get('long'), null);
});
