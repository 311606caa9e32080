import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  scanCacheAlikeMax,
  scanCacheEntriesMax,
  scanCacheReportLengthMax,
} from '../base/limits.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import { bareReport } from '../model/finding.ts';
import type { Job } from '../model/job-definition.ts';
import { verbatim } from '../model/source-text.ts';
import { sameInput } from './same-input.ts';
import { ScanCache } from './scan-cache.ts';

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

test('no two definitions that differ in what a rule may read have one report', () => {
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
  for (const [i, a] of inputs.entries()) {
    for (const [j, b] of inputs.entries()) {
      assert.equal(sameInput(a, structuredClone(b)), i === j, `${i} ${j}`);
    }
  }
});

test('definitions of one print are told apart, and the last of them are kept', () => {
  const cache = new ScanCache();
  // Of a long text every 60th character or so goes into the print.
  const texts = 'abcdefgh'.split('').map((c) => `${'x'.repeat(500)}y${c}${'x'.repeat(498)}`);
  const reports = texts.map((text) => bareReport('clear', { path: text, dialect: 'shell' }));
  for (const [i, text] of texts.entries()) {
    const report = reports[i];
    assert.ok(report !== undefined);
    cache.put(files('a', text), report);
    for (let j = 0; j < texts.length; j++) {
      const isKept = j <= i && j > i - scanCacheAlikeMax;
      assert.equal(cache.get(files('a', texts[j] ?? '')), isKept ? reports[j] : null);
    }
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
