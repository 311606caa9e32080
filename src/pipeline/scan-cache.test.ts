import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  definitionBytesMax,
  scanCacheEntriesMax,
  scanCacheReportLengthMax,
} from '../base/limits.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import { bareReport } from '../model/finding.ts';
import type { Job } from '../model/job-definition.ts';
import { verbatim } from '../model/source-text.ts';
import { ScanCache } from './scan-cache.ts';
import { emptyJob } from './test-world.ts';

const REPORT = bareReport('clear', { path: 'a.sh', dialect: 'shell' });

type Files = Extract<DefinitionInput, { kind: 'files' }>;

function files(path: string, text: string, dialect: Files['dialect'] = 'shell'): Files {
  return { kind: 'files', dialect, files: [{ path, text }] };
}

test('a report is found by all that a scan reads', () => {
  const cache = new ScanCache();
  assert.equal(cache.get(files('a.sh', 'make')), null);
  cache.put(files('a.sh', 'make'), REPORT);
  assert.equal(cache.get(files('a.sh', 'make')), REPORT);
  assert.equal(cache.get(files('b.sh', 'make')), null);
  assert.equal(cache.get(files('a.sh', 'make test')), null);
  assert.equal(cache.get(files('a.sh', 'make', 'github')), null);
  const { dialect } = files('', '');
  assert.equal(cache.get({ kind: 'files', dialect, files: [] }), null);
});

test('definitions that differ in what a rule may read have each its own report', () => {
  const job: Job = {
    ...emptyJob,
    name: 'a',
    commands: [{ source: verbatim('a', 'make'), shell: 'sh' }],
  };
  const text = verbatim('a', 'x');
  const changes: readonly Partial<Job>[] = [
    {},
    { name: 'b' },
    { commands: [] },
    { commands: [{ source: verbatim('a', 'make'), shell: 'powershell' }] },
    { commands: [{ source: verbatim('a', 'make'), shell: 'sh', atStart: true }] },
    { commands: [{ source: verbatim('b', 'make'), shell: 'sh' }] },
    { commands: [{ source: verbatim('a', 'make', 2), shell: 'sh' }] },
    { commands: [{ source: text, shell: 'sh', encoded: { source: text, layers: ['x'] } }] },
    { commands: [{ source: text, shell: 'sh', encoded: { source: text, layers: ['y'] } }] },
    { images: [text] },
    { environment: [{ name: 'x', value: text }] },
    { remoteCode: [text] },
    { filesRun: [text] },
    { filesRun: [{ ...text, dialect: 'dockerfile' }] },
    { filesRun: [{ ...text, isOptional: true }] },
    { fanOut: 2 },
    { schedules: ['x'] },
    { timeoutSeconds: 60 },
    { machine: ['x'] },
    { needs: ['x'] },
  ];
  const inputs = changes.map((change): DefinitionInput => {
    const jobs = [{ ...job, ...change }];
    return { kind: 'definition', definition: { dialect: 'shell', path: 'a', jobs, unread: [] } };
  });
  const definition = { dialect: 'shell', path: 'a', jobs: [job], unread: ['a'] } as const;
  inputs.push({ kind: 'definition', definition });
  inputs.push({ kind: 'definition', definition: { ...definition, broken: true } });
  inputs.push({ kind: 'definition', definition: { ...definition, dialect: 'gitlab' } });
  inputs.push({ kind: 'definition', definition: { ...definition, path: 'b' } });
  const cache = new ScanCache();
  const reports = inputs.map((_, i) => bareReport('clear', { path: `${i}`, dialect: 'shell' }));
  for (const [i, input] of inputs.entries()) cache.put(input, reports[i] ?? REPORT);
  for (const [i, input] of inputs.entries()) {
    assert.equal(cache.get(structuredClone(input)), reports[i]);
  }
});

test('over its size the least recently asked goes', () => {
  const cache = new ScanCache();
  for (let i = 0; i < scanCacheEntriesMax; i++) cache.put(files('a', `${i}`), REPORT);
  assert.equal(cache.get(files('a', '0')), REPORT);
  cache.put(files('a', 'one more'), REPORT);
  assert.equal(cache.get(files('a', '1')), null);
  assert.equal(cache.get(files('a', '0')), REPORT);
});

test('a long report is not kept', () => {
  const cache = new ScanCache();
  const long = bareReport('unchecked', REPORT, ['x'.repeat(scanCacheReportLengthMax)]);
  cache.put(files('a', ''), long);
  assert.equal(cache.get(files('a', '')), null);
});

test('a definition too long to be kept', () => {
  const cache = new ScanCache();
  const long = files('a', 'x'.repeat(definitionBytesMax));
  cache.put(long, REPORT);
  assert.equal(cache.get(long), null);
});

test('an input that recurs has the report of its bytes', () => {
  const cache = new ScanCache();
  const definition = { dialect: 'gitlab', path: 'a', jobs: [emptyJob], unread: [] } as const;
  const recurring = { kind: 'definition', definition, recurs: true } as const;
  assert.equal(cache.get(recurring), null);
  const once = { kind: 'definition', definition } as const;
  cache.put(once, REPORT);
  assert.equal(cache.ofRecurring(recurring), null);
  assert.equal(cache.get(recurring), REPORT);
  assert.equal(cache.ofRecurring(recurring), REPORT);
  assert.equal(cache.get(once), REPORT);
  assert.equal(cache.ofRecurring(once), null);
  const other = { ...recurring, definition: { ...definition, path: 'b' } };
  assert.equal(cache.ofRecurring(other), null);
});
