import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DefinitionInput } from '../model/definition-input.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import { createPinoLog } from './pino-log.ts';
import { realClock } from './real-clock.ts';
import { ScanPool } from './scan-pool.ts';

const log = createPinoLog('silent');

function shell(text: string): DefinitionInput {
  return { kind: 'files', dialect: 'shell', files: [{ path: 'a.sh', text }] };
}

const MINE = shell(`xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 5)}`);

test('scans in a thread, in order, more than there are threads', async (t) => {
  const pool = new ScanPool({ threads: 1, clock: realClock, log });
  t.after(() => pool.close());
  const inputs = Array.from({ length: 10 }, (_, i) => (i % 2 ? MINE : shell('make test')));
  const reports = await Promise.all(inputs.map((input) => pool.scan(input)));
  assert.deepEqual(
    reports.map((report) => report.verdict),
    inputs.map((_, i) => (i % 2 ? 'confirmed' : 'clear')),
  );
});

test('the shortest goes first, and of two of one length the earlier', async (t) => {
  const pool = new ScanPool({ threads: 1, clock: realClock, log });
  t.after(() => pool.close());
  const done: string[] = [];
  const scanned = (name: string, text: string): Promise<void> =>
    pool.scan(shell(text)).then(() => void done.push(name));
  const long = '# '.repeat(100_000);
  await Promise.all([
    scanned('running', long),
    scanned('long', `${long}#`),
    scanned('short', 'make test'),
    scanned('longer', `${long}##`),
    scanned('as short', 'make best'),
  ]);
  assert.deepEqual(done, ['running', 'short', 'as short', 'long', 'longer']);
});

test('the threads know the indicators of the operator', async (t) => {
  const script = shell('./x eu.ourpool.example.org:443 -u a');
  const indicators = { pools: ['ourpool.example.org'] };
  const knowing = new ScanPool({ threads: 1, clock: realClock, log, indicators });
  const other = new ScanPool({ threads: 1, clock: realClock, log });
  t.after(() => Promise.all([knowing.close(), other.close()]));
  const rules = async (pool: ScanPool): Promise<readonly string[]> => {
    return (await pool.scan(script)).findings.map(({ rule }) => rule);
  };
  assert.ok((await rules(knowing)).includes('pool-endpoint'));
  assert.ok(!(await rules(other)).includes('pool-endpoint'));
});

test('a scan that takes too long is unchecked, and the next one runs in a new thread', async (t) => {
  const pool = new ScanPool({ threads: 1, clock: realClock, log, scanMsMax: 1 });
  t.after(() => pool.close());
  // A thread takes longer than a millisecond to start.
  const late = await pool.scan(MINE);
  assert.equal(late.verdict, 'unchecked');
  assert.match(late.unchecked.join(), /^gave up: the scan took longer than 1 ms/);
  const again = await pool.scan(MINE);
  assert.ok(['unchecked', 'confirmed'].includes(again.verdict));
});

test('an input that kills the scan is unchecked, and the pool goes on', async (t) => {
  const pool = new ScanPool({ threads: 1, clock: realClock, log });
  t.after(() => pool.close());
  const broken = { kind: 'files', dialect: 'shell', files: null } as unknown as DefinitionInput;
  const report = await pool.scan({
    ...broken,
    files: [{ path: 7, text: 'a' }],
  } as unknown as DefinitionInput);
  assert.equal(report.verdict, 'unchecked');
  assert.equal((await pool.scan(MINE)).verdict, 'confirmed');
});
