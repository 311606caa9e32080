import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScanner } from '../scanner.ts';
import { definitionOf, scriptReader, testScanner } from '../test-scanner.ts';
import { testAddress } from '../wallet/test-addresses.ts';
import { INDICATOR_KINDS, Indicators, PUBLIC_INDICATORS, PUBLIC_LISTS } from './indicators.ts';

const PAYOUT = testAddress('monero', 77);

const OWN = new Indicators({
  pools: ['ourpool.example.org', '198.51.100.7', 'nanopool.org'],
  programs: ['zzworker'],
  repositories: ['someone/zz-releases'],
  images: ['someone/zz'],
  flags: ['--zz-share'],
  algorithms: ['zzhash'],
  payouts: [PAYOUT],
});
const ownScanner = createScanner({ readers: [scriptReader], indicators: OWN });

test('the public lists are in lower case and without doubles', () => {
  for (const kind of INDICATOR_KINDS) {
    const list = PUBLIC_LISTS[kind];
    // Options are the one thing whose case counts.
    const folded = kind === 'flags' ? list : list.map((name) => name.toLowerCase());
    assert.deepEqual([...new Set(folded)], [...list], kind);
  }
});

test('a private indicator is told from a public one, which wins', () => {
  assert.equal(OWN.originOf('pools', 'ourpool.example.org'), 'private');
  assert.equal(OWN.originOf('pools', 'nanopool.org'), 'public');
  assert.equal(OWN.originOf('programs', 'xmrig'), 'public');
  assert.equal(OWN.originOf('programs', 'constructor'), null);
  assert.equal(PUBLIC_INDICATORS.originOf('pools', 'ourpool.example.org'), null);
});

for (const [rule, script] of [
  ['pool-endpoint', './x eu.ourpool.example.org:443'],
  ['pool-endpoint', './x 198.51.100.7:443'],
  ['miner-command-line', './zzworker'],
  ['miner-command-line', './zzworker-2.1 &'],
  ['miner-command-line', 'mv zzworker httpd; ./httpd'],
  ['miner-command-line', './x --zz-share 1'],
  ['miner-command-line', './x -a zzhash'],
  ['miner-image', 'docker run someone/zz:latest'],
  ['miner-download', 'git clone https://github.com/someone/zz-releases'],
  ['payout-address', `./x ${PAYOUT}`],
] as const) {
  test(`${rule} fires by a private indicator on: ${script.slice(0, 40)}`, () => {
    const input = { kind: 'definition', definition: definitionOf({ scripts: [script] }) } as const;
    assert.equal(ownScanner.isClear(input), false);
    const finding = ownScanner.scan(input).findings.find((one) => one.rule === rule);
    assert.ok(finding, script);
    // A miner that the job renames is known by the job, not by the list.
    if (!script.startsWith('mv')) assert.match(finding.title, /by a private indicator/);
    const without = testScanner.scan(input).findings.find((one) => one.rule === rule);
    assert.ok(!without?.title.includes('private'));
    assert.ok((without?.bits ?? 0) < finding.bits, 'it adds something');
  });
}

test('a finding by a private indicator shows what the file holds and nothing else of the list', () => {
  const definition = definitionOf({ scripts: ['./x eu.ourpool.example.org:443 zzhash'] });
  const text = JSON.stringify(ownScanner.scan({ kind: 'definition', definition }));
  for (const hidden of ['198.51.100.7', 'zzworker', 'zz-releases', '--zz-share', PAYOUT]) {
    assert.ok(!text.includes(hidden), hidden);
  }
});
