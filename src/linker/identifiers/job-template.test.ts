import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { templateTextLengthMax, templateWordsMax } from '../../base/limits.ts';
import { Prng } from '../../base/prng.ts';
import { normalWord, TEMPLATE_BANDS, templateBands } from './job-template.ts';
import { repositoryContent } from './repository-content.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

const job = (worker: string, version: string, host: string): readonly string[] => [
  'sudo apt-get update -qq && sudo apt-get install -y wget tar',
  `wget -q https://downloads.example.org/tool/v${version}/tool-${version}-linux.tar.gz -O t.tgz`,
  'tar xf t.tgz && mv tool-*/tool ./n && chmod +x n',
  `./n -o ${host}:3333 -u "someone.${worker}" -p x -t 2 --keepalive & sleep 3300`,
];

const common = (a: readonly string[], b: readonly string[]): number =>
  a.filter((band) => b.includes(band)).length;

test('numbers, versions, hashes and ids of workers are normalised away', () => {
  assert.equal(normalWord('v1.24.3'), '0');
  assert.equal(normalWord('"ultra_0a1b2c3d"'), normalWord('ultra_9f8e7d6c'));
  assert.equal(normalWord('tool-1.2-linux.tar.gz'), 'tool-0-linux.tar.gz');
  assert.equal(normalWord('A'), normalWord('b'));
  assert.notEqual(normalWord('alpha'), normalWord('beta'));
});

test('jobs that differ in what a campaign varies have all bands in common', () => {
  const one = templateBands(job('ultra_0a1b2c3d', '6.21.0', '203.0.113.7'));
  const other = templateBands(job('ultra_9f8e7d6c', '6.22.1', '198.51.100.9'));
  assert.equal(one.length, TEMPLATE_BANDS);
  assert.deepEqual(one, other);
});

test('other jobs have none, and short ones have no template', () => {
  const build =
    'git clone https://git.example.org/x && cd x && cargo build --release && cargo test -q';
  assert.equal(common(templateBands(job('a', '1', 'h')), templateBands([build])), 0);
  assert.deepEqual(templateBands(['npm ci', 'npm test']), []);
});

test('bands agree as often as the S-curve says', () => {
  const prng = new Prng(3);
  const word = (): string =>
    `w${'abcdefghijklmnop'
      .split('')
      .map((c) => (prng.below(2) ? c : ''))
      .join('')}`;
  for (const [changed, low, high] of [
    [3, 0.75, 1],
    [40, 0, 0.3],
  ] as const) {
    let agreed = 0;
    const rounds = 60;
    for (let i = 0; i < rounds; i++) {
      const words = Array.from({ length: 120 }, () => word() + word());
      const others = words.map((own, at) => (at < changed ? word() + word() : own));
      const bands = [words, others].map((text) => templateBands([text.join(' ')]));
      if (common(bands[0] ?? [], bands[1] ?? []) > 0) agreed++;
    }
    assert.ok(agreed / rounds >= low && agreed / rounds <= high, `${changed}: ${agreed}`);
  }
});

test('of a huge job the beginning counts, and no text is too odd', () => {
  const words = Array.from({ length: templateWordsMax }, (_, i) =>
    'abc'[i % 3]?.repeat(1 + (i % 50)),
  );
  const text = words.join(' ');
  assert.deepEqual(templateBands([text]), templateBands([text, 'and much more that differs']));
  const long = 'lorem ipsum dolor sit amet consectetur elit sed do eiusmod '.padEnd(
    templateTextLengthMax,
    'x',
  );
  assert.deepEqual(templateBands([long, 'a b c d']), templateBands([long]));
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 })), (commands) => {
      assert.ok([0, TEMPLATE_BANDS].includes(templateBands(commands).length));
    }),
    { numRuns },
  );
});

test('projects of the same files share their content, in any order', () => {
  const files = ['a', 'b', 'c/d', 'e', 'f'];
  assert.equal(repositoryContent(files), repositoryContent(files.toReversed()));
  assert.notEqual(repositoryContent(files), repositoryContent([...files, 'g']));
  assert.equal(repositoryContent(files.slice(1)), null);
});
