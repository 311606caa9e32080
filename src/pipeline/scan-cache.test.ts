import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanCacheEntriesMax, scanCacheReportLengthMax } from '../base/limits.ts';
import { bareReport } from '../model/finding.ts';
import type { Job } from '../model/job-definition.ts';
import { verbatim } from '../model/source-text.ts';
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

test('no two definitions that differ in what a rule may read have one key', () => {
  const job: Job = {
    name: 'a',
    commands: [{ source: verbatim('a', 'make'), shell: 'sh' }],
    images: [],
    environment: [],
    remoteCode: [],
    filesRun: [],
    fanOut: 1,
    schedules: [],
    timeoutSeconds: null,
    machine: [],
  };
  const text = verbatim('a', 'x');
  const changes: readonly Partial<Job>[] = [
    {},
    { name: 'b' },
    { commands: [] },
    { commands: [{ source: verbatim('a', 'make'), shell: 'powershell' }] },
    { commands: [{ source: verbatim('a', 'make'), shell: 'sh', atStart: true }] },
    { images: [text] },
    { environment: [{ name: 'x', value: text }] },
    { remoteCode: [text] },
    { filesRun: [text] },
    { fanOut: 2 },
    { schedules: ['x'] },
    { timeoutSeconds: 60 },
    { machine: ['x'] },
    { needs: ['x'] },
  ];
  const cache = new ScanCache();
  const keys = changes.map((change) => {
    const jobs = [{ ...job, ...change }];
    const definition = { dialect: 'shell', path: 'a', jobs, unread: [] } as const;
    return cache.keyOf({ kind: 'definition', definition });
  });
  assert.equal(new Set(keys).size, changes.length);
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
