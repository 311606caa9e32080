import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { parseIndicators } from '../../src/scanner/indicators/parse-indicators.ts';
import { POOL_DOMAINS } from '../../src/scanner/indicators/pools.ts';
import { testAddress } from '../../src/scanner/wallet/test-addresses.ts';
import { namesOf, withGroup } from './data-file.ts';
import { listBytesMax, readList } from './read-list.ts';
import { refresh } from './refresh.ts';

const folder = mkdtempSync(join(tmpdir(), 'indicators-'));
after(() => rmSync(folder, { recursive: true }));
const data = new URL('../../src/scanner/indicators/', import.meta.url);
cpSync(data, folder, { recursive: true });
const url = pathToFileURL(`${folder}/`);
const AS_OF = ['--source', 'our desk', '--date', '2026-11-23'] as const;

function listFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const pools = (): string => readFileSync(join(folder, 'pools.ts'), 'utf8');

test('lists of all forms give one group: new names, sorted, under source and date', () => {
  const plain = listFile(
    'a.txt',
    '# mine\n0.0.0.0 zz.example.org\n||bb.example.org^\n\n! x\nNanopool.org\n',
  );
  const csv = listFile('b.csv', 'name,domain\n"a, b",aa.example.org\nc,github.com\n');
  const json = listFile('c.json', '{"pools":["stratum+tcp://zz.example.org:3333"]}');
  const outcome = refresh(['pools', ...AS_OF, '--column', 'domain', plain, csv, json], url);
  assert.equal(outcome.exitCode, 0, outcome.lines.join('\n'));
  assert.ok(outcome.lines.some((line) => line.startsWith("refused: 'github.com' is too broad")));
  const text = pools();
  assert.ok(
    text.endsWith(
      "  // From our desk, 2026-11-23\n  'aa.example.org',\n  'bb.example.org',\n  'zz.example.org',\n];\n",
    ),
    text.slice(-300),
  );
  assert.deepEqual(namesOf(text, 'POOL_DOMAINS').slice(0, POOL_DOMAINS.length), POOL_DOMAINS);
});

test('the same lists give the same bytes, and a later list of the source replaces its group', () => {
  const first = listFile('d.txt', 'aa.example.org\nzz.example.org\nbb.example.org\n');
  refresh(['pools', ...AS_OF, first], url);
  const before = pools();
  assert.equal(refresh(['pools', ...AS_OF, '--check', first], url).exitCode, 0);
  assert.equal(pools(), before);
  const later = listFile('e.txt', 'cc.example.org\n');
  assert.equal(refresh(['pools', ...AS_OF, '--check', later], url).exitCode, 1);
  assert.equal(pools(), before, '--check writes nothing');
  refresh(['pools', ...AS_OF, later], url);
  assert.ok(pools().endsWith("2026-11-23\n  'cc.example.org',\n];\n"));
  refresh(['pools', ...AS_OF, listFile('f.txt', '')], url);
  assert.ok(!pools().includes('our desk'));
});

test('every kind has its place, and what the tool writes is what it reads', () => {
  for (const [kind, name] of [
    ['pools', 'zz.example.org'],
    ['programs', 'zzworker'],
    ['repositories', 'someone/zz'],
    ['images', 'someone/zz'],
    ['flags', '--zz-share'],
    ['algorithms', 'zzhash'],
  ] as const) {
    const outcome = refresh([kind, ...AS_OF, listFile('g.txt', `${name}\n`)], url);
    assert.equal(outcome.exitCode, 0, outcome.lines.join('\n'));
    assert.match(outcome.lines.at(-1) ?? '', /1 names, changed/);
  }
});

test('a private file is one that the scanner takes', () => {
  const file = join(folder, 'own.yaml');
  const payout = testAddress('monero', 4);
  const list = listFile('h.txt', `${payout}\n${payout}\nnobody\n`);
  assert.equal(refresh(['payouts', ...AS_OF, '--private', file, list], url).exitCode, 0);
  const parsed = parseIndicators(readFileSync(file, 'utf8'));
  assert.deepEqual(parsed, { ok: true, value: { payouts: [payout] } });
  assert.equal(refresh(['payouts', ...AS_OF, list], url).exitCode, 2);
});

test('wrong calls end with 2 and write nothing', () => {
  const list = listFile('i.txt', 'zz.example.org\n');
  for (const args of [
    [],
    ['ports', ...AS_OF, list],
    ['pools', list],
    ['pools', '--source', 'a', '--date', 'today', list],
    ['pools', '--source', "it's\nmine", '--date', '2026-11-23', list],
    ['pools', ...AS_OF],
    ['pools', ...AS_OF, '--nonsense', list],
    ['pools', ...AS_OF, join(folder, 'nowhere.txt')],
    ['pools', ...AS_OF, listFile('j.json', '{"pools":[1]}')],
    ['pools', ...AS_OF, listFile('k.json', '{')],
    ['pools', ...AS_OF, '--column', 'x', listFile('l.csv', 'a,b\n1,2\n')],
  ]) {
    const before = pools();
    assert.equal(refresh(args, url).exitCode, 2, args.join(' '));
    assert.equal(pools(), before);
  }
});

test('limit: characters of a list', () => {
  const options = { kind: 'pools', column: '' } as const;
  assert.equal(readList('a.txt', 'x'.repeat(listBytesMax + 1), options).ok, false);
});

test('a group goes into its own array and leaves the others alone', () => {
  const text =
    "/** A. */\nexport const A: readonly string[] = [\n  'a',\n];\n\nexport const B: readonly string[] = [\n  // By hand\n  'b',\n];\n";
  const group = { source: 's', date: '2026-01-01', names: ['c', 'b'] };
  const changed = withGroup(text, 'B', group);
  assert.deepEqual(namesOf(changed, 'A'), ['a']);
  assert.deepEqual(namesOf(changed, 'B'), ['b', 'c']);
  assert.equal(withGroup(changed, 'B', { ...group, names: [] }), text);
});
