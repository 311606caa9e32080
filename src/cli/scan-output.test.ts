import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotationsPerKindMax } from '../base/limits.ts';
import { bareReport, type DefinitionReport, type Finding } from '../model/finding.ts';
import { cutExcerpt, Lines } from './cut-excerpt.ts';
import type { TreeScan } from './gathering.ts';
import { scanGithub } from './scan-github.ts';
import { scanJson } from './scan-json.ts';
import { outcomeOf, type ScanOutcome } from './scan-outcome.ts';
import { scanSarif } from './scan-sarif.ts';
import { scanText, type TextStyle } from './scan-text.ts';
import { SuppressionList } from './suppression-list.ts';

const PLAIN: TextStyle = { color: false, verbose: false, quiet: false };
const TOOL = { version: '1.2.3', homepage: '' };
const SOURCE = 'build:\n  script:\n    - make\n    - ./x pool.example.org:3333\n';
const LOCATION = { path: '.gitlab-ci.yml', line: 4, column: 11, endLine: 4, endColumn: 32 };

const FINDING: Finding = {
  rule: 'pool-endpoint',
  title: 'A mining pool is named',
  severity: 'high',
  confidence: 'high',
  position: 'executed',
  bits: 10,
  job: 'build',
  location: LOCATION,
  // The tree's own words: attempts to write commands of CI systems and to move the cursor.
  evidence: 'pool.example.org:3333\n::set-output name=x::y\u001b[2J,%##vso[task.x]',
  decoded: ['sh -c "…"', 'base64 -d'],
  excerpt: cutExcerpt(new Lines(SOURCE), LOCATION),
};

const MINING: DefinitionReport = {
  ...bareReport('clear', { path: '.gitlab-ci.yml', dialect: 'gitlab' }),
  verdict: 'confirmed',
  bits: 30,
  executedBits: 30,
  findings: [FINDING],
};

const SCAN: TreeScan = {
  files: 12,
  excluded: 0,
  untracked: 0,
  unchanged: 0,
  notes: [],
  repositories: [''],
  reports: [
    bareReport('clear', { path: 'Dockerfile', dialect: 'dockerfile' }),
    bareReport('unchecked', { path: 'a b#.sh', dialect: 'shell' }, ['runs x.sh', 'runs y.sh']),
    MINING,
  ],
  unread: [{ path: '::error::secret', why: 'it may not be read' }],
  ignoreFiles: [],
};

function outcomeOfScan(scan: TreeScan): ScanOutcome {
  const suppressions = new SuppressionList({
    operator: [],
    allowInline: false,
    ignoreFiles: [],
    rules: [],
    now: 0,
  });
  return outcomeOf(scan, { suppressions, baseline: null });
}

const FOUND = 'pool.example.org:3333\\n::set-output name=x::y\\x1b[2J,%##vso\\[task.x]';

const OUTCOME = outcomeOfScan(SCAN);

test('text: worst first, in its source, why, a summary, and nothing the tree could command', () => {
  assert.equal(
    scanText(OUTCOME, PLAIN),
    `confirmed .gitlab-ci.yml (gitlab, 30.0 bits)
  .gitlab-ci.yml:4:11 in job build
    4 |     - ./x pool.example.org:3333
      |           ^^^^^^^^^^^^^^^^^^^^^
    decoded 1: sh -c "…"
    decoded 2: base64 -d
    A mining pool is named [pool-endpoint, executed, 10.0 bits]: ${FOUND}

unchecked a b#.sh (shell): runs x.sh (and 1 more)
not read: ::error::secret: it may not be read

3 definitions in 12 files: 1 confirmed, 0 suspected, 1 unchecked, 1 clear, 1 not read
`,
  );
  assert.match(scanText(OUTCOME, { ...PLAIN, color: true }), /^\u001b\[1;31mconfirmed\u001b\[0m /);
});

test('text: --quiet shows only what is bad, --verbose every sentence', () => {
  const quiet = scanText(OUTCOME, { ...PLAIN, quiet: true });
  assert.ok(quiet.startsWith('confirmed'));
  assert.doesNotMatch(quiet, /unchecked|definitions/);
  assert.equal(scanText(outcomeOfScan({ ...SCAN, reports: [] }), { ...PLAIN, quiet: true }), '');
  const verbose = scanText(OUTCOME, { ...PLAIN, verbose: true });
  assert.match(
    verbose,
    /unchecked a b#\.sh \(shell\)\n {2}not read: runs x\.sh\n {2}not read: runs y/,
  );
});

const VIA = ['.github/workflows/x.yml', 'ci/a\n.sh'];

test('the chain of files that run one another is shown', () => {
  const reports = [{ ...MINING, via: VIA, findings: [{ ...FINDING, decoded: [], via: VIA }] }];
  const outcome = outcomeOfScan({ ...SCAN, reports });
  const text = scanText(outcome, PLAIN);
  assert.match(text, /\n {2}run by \.github\/workflows\/x\.yml\n/);
  assert.match(text, /\n {4}run by \.github\/workflows\/x\.yml\n/);
  const [definition] = JSON.parse(scanJson(outcome)).definitions;
  assert.deepEqual(definition.via, VIA);
  assert.deepEqual(definition.findings[0].via, VIA);
  const [{ codeFlows }] = JSON.parse(scanSarif(outcome, TOOL, 1)).runs[0].results;
  const [first, last] = codeFlows[0].threadFlows[0].locations;
  assert.equal(first.location.physicalLocation.artifactLocation.uri, VIA[0]);
  assert.match(last.location.message.text, /^Found: /);
});

test('findings of a script are shown once, and an organisation has its repositories', () => {
  const script = { ...MINING, path: 'b/x.sh', via: ['.gitlab-ci.yml', 'b/x.sh'] };
  const scan = { ...SCAN, reports: [MINING, script], repositories: ['', 'b', 'c'] };
  const outcome = outcomeOfScan(scan);
  const text = scanText(outcome, PLAIN);
  assert.equal(text.split('\n').filter((line) => line.includes('[pool-endpoint')).length, 1);
  assert.match(text, /confirmed b\/x\.sh .*\n {2}run by \.gitlab-ci\.yml\n {2}its findings/);
  assert.match(text, /\n\.: 1 confirmed\nb: 1 confirmed\n3 repositories, 1 of them clear\n/);
  assert.equal(JSON.parse(scanSarif(outcome, TOOL, 1)).runs[0].results.length, 1);
  assert.equal(scanGithub(outcome).match(/^::error/gm)?.length, 1);
  assert.deepEqual(JSON.parse(scanJson(outcome)).repositories[1], {
    ...{ path: 'b', confirmed: 1, suspected: 0, unchecked: 0 },
  });
});

test('text: of many unchecked definitions the first are shown, and the rest is counted', () => {
  const reports = Array.from({ length: 25 }, (_, i) =>
    bareReport('unchecked', { path: `${i}.sh`, dialect: 'shell' }, ['runs x']),
  );
  const outcome = outcomeOfScan({ ...SCAN, reports });
  assert.match(scanText(outcome, PLAIN), /\nunchecked: 5 more, which --verbose shows\n/);
  assert.match(scanText(outcome, { ...PLAIN, verbose: true }), /\nunchecked 24\.sh/);
});

test('json: the versioned form', () => {
  const { schema, summary, definitions, unread, aside, notes } = JSON.parse(scanJson(OUTCOME));
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
    ['.gitlab-ci.yml', 'a b#.sh'],
  );
  assert.deepEqual(Object.keys(definitions[0].findings[0]), [
    ...['rule', 'title', 'severity', 'confidence', 'position', 'location', 'evidence', 'decoded'],
    ...['bits', 'job', 'fingerprint', 'excerpt', 'encodedAt', 'via'],
  ]);
  assert.equal(definitions[0].findings[0].excerpt, '    - ./x pool.example.org:3333');
  assert.deepEqual(unread, SCAN.unread);
  assert.deepEqual(aside, {
    ...{
      excludedFiles: 0,
      untrackedFiles: 0,
      unchangedDefinitions: 0,
      knownDefinitions: 0,
      known: 0,
    },
    suppressed: [],
  });
  assert.deepEqual(notes, []);
});

test('json: what turns the text around is escaped, and reads as it was', () => {
  const path = 'a\u202eb\u009b.sh';
  const scan = { ...SCAN, unread: [{ path, why: 'x' }] };
  const text = scanJson(outcomeOfScan(scan));
  assert.match(text, /a\\u202eb\\u009b\.sh/);
  assert.equal(JSON.parse(text).unread[0].path, path);
});

test('github: annotations that the tree cannot break out of', () => {
  assert.equal(
    scanGithub(OUTCOME),
    [
      '::error file=.gitlab-ci.yml,line=4,endLine=4,col=11,endColumn=32,',
      'title=davylamp pool-endpoint::A mining pool is named (confirmed): pool.example.org:3333\\n',
      '::set-output name=x::y\\x1b[2J,%25##vso\\[task.x]\n',
      '::warning title=davylamp::::error::secret was not read: it may not be read\n',
      '::notice file=a b#.sh,title=davylamp::not read: runs x.sh; runs y.sh\n',
    ].join(''),
  );
});

test('github: what goes over the limit of the runner is counted, and stands in the log', () => {
  const findings = Array.from({ length: annotationsPerKindMax + 5 }, (_, i) => {
    return { ...FINDING, location: { ...LOCATION, line: i + 1, endLine: i + 1 } };
  });
  const reports = [{ ...MINING, path: 'a:b,c\n::stop', findings }];
  const lines = scanGithub(outcomeOfScan({ ...SCAN, reports, unread: [] })).split('\n');
  const errors = lines.filter((line) => line.startsWith('::error'));
  assert.equal(errors.length, annotationsPerKindMax);
  assert.match(errors.at(-1) ?? '', /^::error title=davylamp::6 more are not shown here/);
  assert.equal(lines.filter((line) => line.startsWith('error .gitlab-ci.yml:')).length, 6);
  const commands = lines.filter((line) => line.startsWith('::'));
  assert.equal(commands.length, annotationsPerKindMax + 2);
});

test('sarif: rules with help, levels, regions, flows and notifications', () => {
  const { version, runs } = JSON.parse(scanSarif(OUTCOME, TOOL, 1));
  assert.equal(version, '2.1.0');
  const [run] = runs;
  const { rules } = run.tool.driver;
  const [result] = run.results;
  assert.equal(run.results.length, 1);
  assert.equal(rules[result.ruleIndex].id, 'pool-endpoint');
  assert.match(rules[result.ruleIndex].help.markdown, /## False alarms/);
  assert.equal(result.level, 'error');
  const { region, contextRegion, artifactLocation } = result.locations[0].physicalLocation;
  assert.deepEqual(artifactLocation, { uri: '.gitlab-ci.yml', uriBaseId: '%SRCROOT%' });
  assert.deepEqual(region, { startLine: 4, startColumn: 11, endLine: 4, endColumn: 32 });
  assert.deepEqual(contextRegion, {
    startLine: 4,
    endLine: 4,
    snippet: { text: '    - ./x pool.example.org:3333' },
  });
  const texts = result.codeFlows[0].threadFlows[0].locations.map(
    ({ location }: { location: { message: { text: string } } }) => location.message.text,
  );
  assert.deepEqual(texts.slice(0, 2), ['Seen through: sh -c "…"', 'Seen through: base64 -d']);
  const [invocation] = run.invocations;
  assert.equal(invocation.executionSuccessful, false);
  assert.equal(invocation.exitCode, 1);
  const uris = invocation.toolExecutionNotifications.map(
    ({ locations }: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
      locations[0]?.physicalLocation.artifactLocation.uri,
  );
  assert.deepEqual(uris, ['a%20b%23.sh', 'a%20b%23.sh', '%3A%3Aerror%3A%3Asecret']);
});

test('sarif: a level is never worse than the verdict', () => {
  const levelOf = (verdict: 'suspected' | 'unchecked'): string => {
    const scan = { ...SCAN, reports: [{ ...MINING, verdict }] };
    return JSON.parse(scanSarif(outcomeOfScan(scan), TOOL, 0)).runs[0].results[0].level;
  };
  assert.equal(levelOf('suspected'), 'warning');
  assert.equal(levelOf('unchecked'), 'note');
});

test('sarif: a name with half a surrogate pair, an absolute path, and a home page', () => {
  const paths = ['a\ud800.sh', '/outside/b.sh'];
  const scan = { ...SCAN, unread: paths.map((path) => ({ path, why: 'x' })), reports: [] };
  const tool = { ...TOOL, homepage: 'https://davylamp.example.org' };
  const [run] = JSON.parse(scanSarif(outcomeOfScan(scan), tool, 3)).runs;
  const artifacts = run.invocations[0].toolExecutionNotifications.map(
    ({ locations }: { locations: { physicalLocation: { artifactLocation: unknown } }[] }) =>
      locations[0]?.physicalLocation.artifactLocation,
  );
  assert.deepEqual(artifacts, [
    { uri: 'a%EF%BF%BD.sh', uriBaseId: '%SRCROOT%' },
    { uri: 'file:///outside/b.sh' },
  ]);
  const { helpUri } = run.tool.driver.rules[0];
  assert.match(helpUri, /^https:\/\/davylamp\.example\.org\/docs\/rules\/[a-z-]+\.md$/);
});
