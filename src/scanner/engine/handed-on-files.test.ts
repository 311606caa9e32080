import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DefinitionReport } from '../../model/finding.ts';
import { definitionOf, testScanner } from '../test-scanner.ts';
import { testAddress } from '../wallet/test-addresses.ts';

const MINE = `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 11)} -p x`;
const ENCODED = Buffer.from(MINE).toString('base64');

/** A definition with a job for each script. */
function scan(...scripts: readonly string[]): DefinitionReport {
  const jobs = scripts.flatMap((script) => definitionOf({ scripts: [script] }).jobs);
  const definition = { ...definitionOf({ scripts: [] }), jobs };
  return testScanner.scan({ kind: 'definition', definition });
}

test('a job reads what another one wrote, before it or behind it', () => {
  assert.equal(scan(`echo '${MINE}' > x.sh`, 'sh x.sh').verdict, 'confirmed');
  assert.equal(scan(`echo ${ENCODED} > x`, 'make', 'base64 -d x | sh').verdict, 'confirmed');
  assert.equal(scan('base64 -d ./x | sh', `echo ${ENCODED} | tee x`).verdict, 'confirmed');
});

test('its own file comes first, and files of other names are not taken', () => {
  const own = `echo make > x.sh; sh x.sh; echo '${MINE}' > y.sh`;
  assert.notEqual(scan(own, 'echo make > y.sh; sh y.sh').verdict, 'confirmed');
  assert.notEqual(scan(`echo '${MINE}' > notes.txt`, 'sh x.sh').verdict, 'confirmed');
});

test('many jobs that hand on many files take a bounded time', () => {
  const writer = Array.from({ length: 500 }, (_, i) => `echo a > f${i}`).join('\n');
  const reader = Array.from({ length: 500 }, (_, i) => `cat f${i} | sh`).join('\n');
  const started = performance.now();
  scan(...Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? writer : reader)));
  assert.ok(performance.now() - started < 5_000);
});
