/** Suppressions and baselines: what is left of a scan, and what is counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { baselineBytesMax, scanNotesMax } from '../base/limits.ts';
import { bareReport, type DefinitionReport, type Finding } from '../model/finding.ts';
import { type Baseline, loadBaseline } from './baseline.ts';
import { loadSuppressions } from './load-suppressions.ts';
import { scanJson } from './scan-json.ts';
import { outcomeOf, type ScanOutcome } from './scan-outcome.ts';
import { scanSarif } from './scan-sarif.ts';
import { SuppressionList } from './suppression-list.ts';

const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) };
const RULES = ['pool-endpoint', 'payout-address'];
const TOOL = { version: '1.0.0', homepage: '' };

function finding(line: number, evidence = 'pool', more: Partial<Finding> = {}): Finding {
  return {
    ...{ rule: 'pool-endpoint', title: 'T', severity: 'high', confidence: 'high' },
    ...{ position: 'executed', bits: 10, job: '', evidence, decoded: [] },
    location: { path: 'a.sh', line, column: 1, endLine: line, endColumn: 2 },
    ...more,
  };
}

function report(findings: readonly Finding[], more: Partial<DefinitionReport> = {}) {
  const bare = bareReport('clear', { path: 'a.sh', dialect: 'shell' });
  return { ...bare, verdict: 'confirmed' as const, bits: 20, findings, ...more };
}

interface Given {
  readonly suppressions?: string;
  readonly baseline?: Baseline | null;
  readonly unread?: ScanOutcome['unread'];
}

function outcome(reports: readonly DefinitionReport[], given: Given = {}): ScanOutcome {
  const yaml = `version: 1\nsuppressions: [${given.suppressions ?? ''}]\n`;
  const loaded = loadSuppressions(yaml, 's.yaml', RULES);
  assert.ok(loaded.ok);
  const rest = { allowInline: false, ignoreFiles: [], rules: RULES, now: 0 };
  const suppressions = new SuppressionList({ operator: loaded.value, ...rest });
  const none = {
    excluded: 0,
    untracked: 0,
    unchanged: 0,
    notes: [],
    ignoreFiles: [],
    repositories: [],
  };
  const scan = { files: 1, ...none, reports, unread: given.unread ?? [] };
  return outcomeOf(scan, { suppressions, baseline: given.baseline ?? null });
}

type Write = (outcome: ScanOutcome) => string;
const WRITERS: Readonly<Record<string, Write>> = {
  json: scanJson,
  sarif: (one) => scanSarif(one, TOOL, 0),
};

function baselineOf(before: ScanOutcome, write: Write): Baseline {
  const loaded = loadBaseline(Buffer.from(write(before)));
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value;
}

for (const [format, write] of Object.entries(WRITERS)) {
  test(`${format} as a baseline: what stood in it is left aside, wherever it moved`, () => {
    const broken = bareReport('unchecked', { path: 'b.sh', dialect: 'shell' }, ['runs x']);
    const unread = [{ path: 'c', why: 'it may not be read' }];
    const before = outcome([report([finding(3), finding(9)]), broken], { unread });
    const baseline = baselineOf(before, write);
    const after = outcome([report([finding(5), finding(40)]), broken], { baseline, unread });
    assert.deepEqual(after.definitions, []);
    assert.deepEqual(after.unread, []);
    assert.equal(after.aside.knownDefinitions, 2);
    assert.equal(after.aside.known, 4);
  });

  test(`${format} as a baseline: what is new is shown and counts`, () => {
    const baseline = baselineOf(outcome([report([finding(3)])]), write);
    const more = report([finding(3), finding(4), finding(5, 'other')], { unchecked: ['runs x'] });
    const { definitions, summary, aside } = outcome([more], { baseline });
    assert.deepEqual(
      definitions[0]?.findings.map(({ location }) => location.line),
      [4, 5],
    );
    assert.equal(summary.confirmed, 1);
    assert.equal(aside.known, 1);
  });

  test(`${format} as a baseline: a definition that became worse is shown whole`, () => {
    const suspected = report([finding(3)], { verdict: 'suspected' });
    const baseline = baselineOf(outcome([suspected]), write);
    const { definitions, aside } = outcome([report([finding(3)])], { baseline });
    assert.equal(definitions[0]?.findings.length, 1);
    assert.equal(aside.known, 0);
  });
}

test('a baseline that is not whole is refused, and nothing makes it throw', () => {
  const problemOf = (text: string): string => {
    const loaded = loadBaseline(Buffer.from(text));
    return loaded.ok ? '' : `${loaded.error.code}: ${loaded.error.message}`;
  };
  assert.match(problemOf('{'), /^unreadable: the body is not JSON/);
  assert.match(problemOf('{"schema":"other/1"}'), /^not-a-report/);
  assert.match(problemOf('{"schema":"davylamp.scan/1"}'), /no list of definitions/);
  assert.match(
    problemOf('{"version":"2.1.0","runs":[{"results":[{}]}]}'),
    /without partialFingerprints/,
  );
  assert.match(problemOf(`"${'x'.repeat(baselineBytesMax)}"`), /at most 67108864/);
  const good = JSON.parse(scanJson(outcome([report([finding(3)])])));
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('definitions', 'unread', 'schema'),
      (value, key) => {
        loadBaseline(Buffer.from(JSON.stringify({ ...good, [key]: value })));
        loadBaseline(
          Buffer.from(JSON.stringify({ version: '2.1.0', runs: [value], [key]: value })),
        );
      },
    ),
    RUNS,
  );
});

test('a suppressed finding is taken away and counted with its reason', () => {
  const both = report([finding(3), finding(4, 'addr', { rule: 'payout-address' })]);
  const { definitions, aside } = outcome([both], {
    suppressions: '{rule: pool-endpoint, reason: r}',
  });
  assert.equal(definitions[0]?.verdict, 'confirmed', 'an executed finding is left');
  assert.deepEqual(
    aside.suppressed.map(({ by, reason }) => [by, reason]),
    [['s.yaml:2', 'r']],
  );
});

test('a definition whose executed findings are all suppressed is not accused any more', () => {
  const mentioned = finding(4, 'addr', {
    rule: 'payout-address',
    position: 'mentioned',
    bits: 0.8,
  });
  const suppressions = '{rule: pool-endpoint, reason: r}';
  const clear = outcome([report([finding(3), mentioned])], { suppressions });
  assert.equal(clear.summary.clear, 1);
  const unread = report([finding(3)], { unchecked: ['runs x'] });
  const unchecked = outcome([unread], { suppressions });
  assert.equal(unchecked.definitions[0]?.verdict, 'unchecked');
  assert.equal(unchecked.definitions[0]?.bits, 0);
});

test('the same words in one file are told apart by counting, in other files by the path', () => {
  const other = finding(3, 'pool', { location: { ...finding(3).location, path: 'b.sh' } });
  const { definitions } = outcome([report([finding(3), finding(4), other])]);
  const prints = definitions[0]?.findings.map(({ fingerprint }) => fingerprint) ?? [];
  assert.equal(new Set(prints).size, 3);
  for (const print of prints) assert.match(print, /^[0-9a-f]{32}$/);
});

test('notes are bounded', () => {
  const suppressions = Array.from(
    { length: scanNotesMax + 7 },
    () => '{path: a, reason: x}',
  ).join();
  const { notes } = outcome([], { suppressions });
  assert.equal(notes.length, scanNotesMax + 1);
  assert.equal(notes.at(-1), 'and 7 more notes');
});
