import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareReport, type DefinitionReport } from '../model/finding.ts';
import { scanGithub } from './scan-github.ts';
import { scanJson } from './scan-json.ts';
import { scanSarif } from './scan-sarif.ts';
import { scanText } from './scan-text.ts';
import type { TreeScan } from './scan-tree.ts';

const MINING: DefinitionReport = {
  path: '.gitlab-ci.yml',
  dialect: 'gitlab',
  verdict: 'confirmed',
  bits: 30,
  executedBits: 30,
  unchecked: [],
  broken: false,
  identifiers: [],
  findings: [
    {
      rule: 'pool-endpoint',
      title: 'A mining pool is named',
      severity: 'high',
      confidence: 'high',
      position: 'executed',
      bits: 10,
      job: 'build',
      location: { path: '.gitlab-ci.yml', line: 4, column: 7, endLine: 4, endColumn: 20 },
      // The tree's own words: an attempt to write a workflow command and to move the cursor.
      evidence: 'pool.example.org:3333\n::set-output name=x::y\u001b[2J,%',
      decoded: ['sh -c "…"'],
    },
  ],
};

const SCAN: TreeScan = {
  files: 12,
  reports: [
    bareReport('clear', { path: 'Dockerfile', dialect: 'dockerfile' }),
    bareReport('unchecked', { path: 'a b.sh', dialect: 'shell' }, [
      'runs x.sh, which was not read',
    ]),
    MINING,
  ],
  unread: [{ path: 'secret', why: 'it may not be read' }],
};

test('text: worst first, place and proof, a summary, and no control character of the tree', () => {
  assert.equal(
    scanText(SCAN, { color: false }),
    `confirmed .gitlab-ci.yml (gitlab, 30.0 bits)
  .gitlab-ci.yml:4:7 A mining pool is named [pool-endpoint, executed, 10.0 bits]
    pool.example.org:3333⏎::set-output name=x::y·[2J,%
    decoded: sh -c "…"

unchecked a b.sh (shell)
  not read: runs x.sh, which was not read

secret: not read: it may not be read

3 definitions in 12 files: 1 confirmed, 0 suspected, 1 unchecked, 1 clear, 1 not read
`,
  );
  assert.match(scanText(SCAN, { color: true }), /^\u001b\[1;31mconfirmed\u001b\[0m /);
});

test('json: the versioned form', () => {
  const { schema, summary, definitions, unread } = JSON.parse(scanJson(SCAN));
  assert.equal(schema, 'davylamp.scan/1');
  assert.deepEqual(summary, {
    files: 12,
    definitions: 3,
    confirmed: 1,
    suspected: 0,
    clear: 1,
    unchecked: 1,
  });
  assert.deepEqual(
    definitions.map(({ path }: { path: string }) => path),
    ['.gitlab-ci.yml', 'a b.sh'],
  );
  assert.deepEqual(Object.keys(definitions[0].findings[0]), [
    ...['rule', 'title', 'severity', 'confidence', 'position', 'location', 'evidence', 'decoded'],
    ...['bits', 'job'],
  ]);
  assert.deepEqual(unread, SCAN.unread);
});

test('github: annotations that the tree cannot break out of', () => {
  assert.equal(
    scanGithub(SCAN),
    [
      '::error file=.gitlab-ci.yml,line=4,col=7,endLine=4,endColumn=20,title=davylamp pool-endpoint',
      '::A mining pool is named (confirmed): pool.example.org:3333%0A::set-output name=x::y',
      '\u001b[2J,%25\n',
      '::notice file=a b.sh,title=davylamp::runs x.sh, which was not read\n',
      '::warning title=davylamp::secret was not read: it may not be read\n',
    ].join(''),
  );
});

test('sarif: rules, levels, regions and fingerprints that survive a move', () => {
  const fingerprint = (scan: TreeScan): string => {
    const [run] = JSON.parse(scanSarif(scan, '1.2.3')).runs;
    return run.results[0].partialFingerprints['davylamp/v1'];
  };
  const { version, runs } = JSON.parse(scanSarif(SCAN, '1.2.3'));
  assert.equal(version, '2.1.0');
  const [run] = runs;
  assert.deepEqual(
    run.tool.driver.rules.map(({ id }: { id: string }) => id),
    ['pool-endpoint', 'unchecked'],
  );
  assert.equal(run.results.length, 2);
  assert.equal(run.results[0].level, 'error');
  assert.deepEqual(run.results[0].locations[0].physicalLocation.region, {
    startLine: 4,
    startColumn: 7,
    endLine: 4,
    endColumn: 20,
  });
  assert.equal(run.results[1].locations[0].physicalLocation.artifactLocation.uri, 'a%20b.sh');
  assert.equal(run.invocations[0].executionSuccessful, false);

  const [finding] = MINING.findings;
  assert.ok(finding);
  const location = { ...finding.location, line: 99, endLine: 99 };
  const moved = { ...MINING, findings: [{ ...finding, location }] };
  assert.equal(fingerprint({ ...SCAN, reports: [moved] }), fingerprint(SCAN));
});
