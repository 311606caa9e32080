import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { indicatorFileLengthMax, indicatorProblemsMax, indicatorsMax } from '../../base/limits.ts';
import { testAddress } from '../wallet/test-addresses.ts';
import { indicatorName } from './indicator-name.ts';
import { INDICATOR_KINDS, type IndicatorKind, PUBLIC_LISTS } from './indicators.ts';
import { INDICATORS_SCHEMA, parseIndicators } from './parse-indicators.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const HEAD = `schema: ${INDICATORS_SCHEMA}\n`;
const PAYOUT = testAddress('monero', 5);

const problemsOf = (text: string): readonly string[] => {
  const parsed = parseIndicators(text);
  if (parsed.ok) return [];
  return parsed.error.map(({ line, column, message }) => `${line}:${column}: ${message}`);
};

test('a file in YAML and the same in JSON', () => {
  const lists = {
    pools: ['pool.example.org', '198.51.100.7'],
    programs: ['zzworker'],
    payouts: [PAYOUT],
  };
  const yaml = `${HEAD}source: our desk\ndate: 2026-11-01
pools: [stratum+tcp://Pool.Example.org:3333, 198.51.100.7]
programs:
  - ZZworker.exe # seen twice
  - zzworker
payouts: [${PAYOUT}]
images:
`;
  const json = JSON.stringify({ schema: INDICATORS_SCHEMA, ...lists });
  assert.deepEqual(parseIndicators(yaml), { ok: true, value: lists });
  assert.deepEqual(parseIndicators(json), { ok: true, value: lists });
});

test('problems have their line and column', () => {
  assert.deepEqual(problemsOf(`${HEAD}pools:\n  - pool.example.org\n  - github.com\n`), [
    "4:5: 'github.com' of 'pools' is too broad: others than pools are there",
  ]);
  assert.deepEqual(problemsOf('pools: []'), [`1:1: 'schema' is not '${INDICATORS_SCHEMA}'`]);
  assert.deepEqual(problemsOf(`${HEAD}ports: [3333]`), [
    `2:1: 'ports' is no list of indicators: ${INDICATOR_KINDS.join(', ')}`,
  ]);
  assert.deepEqual(problemsOf(`${HEAD}pools: pool.example.org`), ["2:8: 'pools' is no list"]);
  assert.deepEqual(problemsOf(`${HEAD}pools: [[a]]`), ["2:9: an entry of 'pools' is no text"]);
  assert.deepEqual(problemsOf(`${HEAD}pools: []\npools: []`), ["3:1: 'pools' stands twice"]);
  assert.deepEqual(problemsOf(`${HEAD}source: [a]`), ["2:9: 'source' is no text"]);
  assert.equal(problemsOf('pools: [').length, 1);
  assert.equal(problemsOf('').length, 1);
  assert.equal(problemsOf(`${HEAD}---\na: b`).length, 1);
});

test('limit: characters, indicators, problems', () => {
  assert.match(problemsOf('#'.repeat(indicatorFileLengthMax + 1))[0] ?? '', /more than/);
  const many = Array.from({ length: indicatorsMax + 1 }, (_, i) => `p${i}.example.org`);
  assert.match(problemsOf(`${HEAD}pools: [${many.join(',')}]`)[0] ?? '', /more than/);
  const wrong = 'x,'.repeat(indicatorProblemsMax + 50);
  assert.equal(problemsOf(`${HEAD}pools: [${wrong}]`).length, indicatorProblemsMax);
});

test('names as lists write them', () => {
  const cases: readonly (readonly [IndicatorKind, string, string])[] = [
    ['pools', '0.0.0.0 Pool.Example.org', 'pool.example.org'],
    ['pools', '||pool.example.org^', 'pool.example.org'],
    ['pools', '*.pool.example.org', 'pool.example.org'],
    ['pools', 'stratum+ssl://user@pool.example.org:443/x', 'pool.example.org'],
    ['pools', 'pool.example.org.', 'pool.example.org'],
    ['pools', '198.51.100.7:3333', '198.51.100.7'],
    ['programs', 'C:\\tmp\\ZZminer.exe', 'zzminer'],
    ['programs', '/opt/zz/zzminer-avx2', 'zzminer-avx2'],
    ['repositories', 'https://github.com/Someone/Miner.git', 'someone/miner'],
    ['images', 'docker.io/someone/zz:1@sha256:00', 'someone/zz'],
    ['images', 'registry.example.org:5000/a/zz', 'registry.example.org:5000/a/zz'],
    ['flags', '--zz-share', '--zz-share'],
    ['algorithms', 'ZZ/2', 'zz/2'],
    ['payouts', PAYOUT, PAYOUT],
  ];
  for (const [kind, text, name] of cases) {
    assert.deepEqual(indicatorName(kind, text), { ok: true, value: name }, text);
  }
});

test('names that are too broad, or none', () => {
  const cases: readonly (readonly [IndicatorKind, string])[] = [
    ...['github.com', 'com', 'co.uk', 'duckdns.org', 'amazonaws.com', 'a', '-a.b', 'a..b'].map(
      (text) => ['pools', text] as const,
    ),
    ...[
      '127.0.0.1',
      '10.1.2.3',
      '192.168.0.1',
      '172.20.0.1',
      '224.0.0.1',
      '1.2.3',
      '1.2.3.999',
    ].map((text) => ['pools', text] as const),
    ...['node', 'miner', 'docker', 'curl', 'x', 'a b', '----'].map(
      (text) => ['programs', text] as const,
    ),
    ...['actions/checkout', 'a', 'a/b/c', '/', 'https://github.com/'].map(
      (text) => ['repositories', text] as const,
    ),
    ...['alpine', 'bitnami/redis', 'a b/c'].map((text) => ['images', text] as const),
    ...['-o', '--user', 'zz', '--threads', '--a b'].map((text) => ['flags', text] as const),
    ...['sha256', 'a', 'x y'].map((text) => ['algorithms', text] as const),
    ['payouts', `${PAYOUT.slice(0, -1)}1`],
    ['pools', ''],
    ['pools', `${'a'.repeat(400)}.org`],
  ];
  for (const [kind, text] of cases) assert.equal(indicatorName(kind, text).ok, false, text);
});

test('what is public would be taken from a list as well, and as it stands', () => {
  for (const kind of INDICATOR_KINDS) {
    // Seen words that a list alone must not bring: short and shared ones were chosen by hand.
    const known = PUBLIC_LISTS[kind].filter((name) => !name.startsWith('-') && name.length > 3);
    for (const name of known) {
      const normal = indicatorName(kind, name);
      if (normal.ok) assert.equal(normal.value, name);
      else assert.match(normal.error, /too broad|too short/, name);
    }
  }
});

test('arbitrary files and names never throw', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...INDICATOR_KINDS),
      (text, kind) => {
        parseIndicators(`${HEAD}${kind}: [${text}]`);
        const name = indicatorName(kind, text);
        if (name.ok) assert.deepEqual(indicatorName(kind, name.value), name, 'it is settled');
      },
    ),
    { numRuns },
  );
});
