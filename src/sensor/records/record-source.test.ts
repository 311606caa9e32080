import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';
import type { SensorSource } from '../../ports/sensor-source.ts';
import { testNames } from '../packets/test-names.ts';
import type { RecordSensor } from './record-readers.ts';
import { recordSource } from './record-source.ts';
import { FALCO, zeekTsv } from './test-records.ts';

const directory = mkdtempSync(join(tmpdir(), 'davylamp-records-'));
after(() => rmSync(directory, { recursive: true }));

/** A clock that is a thousand times as fast. */
const clock: Clock = {
  now: () => 0,
  elapsedMs: () => 0,
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs / 100);
    return () => clearTimeout(timer);
  },
};

const line = (record: object): string => `${JSON.stringify(record)}\n`;

/** Long enough for a look, also beside other tests. */
const LOOK_MS = 250;

async function watching(
  t: TestContext,
  sensor: RecordSensor,
  from: string | AsyncIterable<Uint8Array>,
) {
  const rules: string[] = [];
  const source: SensorSource = recordSource({ sensor, known: testNames, clock, from });
  // It would look for ever when an assertion fails.
  t.after(() => source.stop());
  const started = await source.start(({ signal }) => {
    rules.push('rule' in signal ? signal.rule : signal.kind);
  });
  assert.ok(started.ok);
  const seen = async (count: number): Promise<readonly string[]> => {
    for (let i = 0; i < 200 && rules.length < count; i++) await sleep(10);
    await sleep(30);
    return rules.splice(0);
  };
  return { source, seen };
}

const known = { ...FALCO.known, output_fields: {} };
const other = { ...known, rule: 'Fileless execution via memfd_create' };

test('a file is read from its end on, through rotation and cutting', async (t) => {
  const path = join(directory, 'falco.log');
  writeFileSync(path, line(known));
  const { source, seen } = await watching(t, 'falco', path);
  appendFileSync(path, line(other).slice(0, 20));
  await sleep(LOOK_MS);
  appendFileSync(path, line(other).slice(20));
  assert.deepEqual(await seen(1), [other.rule], 'what stood there is not told again');
  appendFileSync(path, line(known));
  renameSync(path, `${path}.1`);
  await sleep(LOOK_MS);
  writeFileSync(path, line(other));
  assert.deepEqual(await seen(2), [known.rule, other.rule]);
  truncateSync(path);
  await sleep(LOOK_MS);
  appendFileSync(path, line(known));
  assert.deepEqual(await seen(1), [known.rule]);
  await source.stop();
  appendFileSync(path, line(known));
  assert.deepEqual(await seen(1).then((rules) => rules.length), 0, 'nothing after the end');
  assert.equal(source.health().state, 'stopped');
});

test('a line that is longer than what is read at once', async (t) => {
  const path = join(directory, 'long.log');
  writeFileSync(path, '');
  const { source, seen } = await watching(t, 'falco', path);
  const padded = { ...known, output: 'x'.repeat(700_000) };
  appendFileSync(path, line(padded) + line(padded) + line({ ...padded, rule: other.rule }));
  assert.deepEqual(await seen(3), [known.rule, known.rule, other.rule]);
  assert.equal(source.health().malformed, 0);
  await source.stop();
});

test('a file that is not there is waited for, and the health says so', async (t) => {
  const path = join(directory, 'later.log');
  const { source, seen } = await watching(t, 'falco', path);
  assert.match(source.health().problem, /ENOENT/);
  writeFileSync(path, line(FALCO.drop) + line(known));
  assert.deepEqual(await seen(1), [known.rule]);
  const { events, lost, problem, lastSeenAt } = source.health();
  assert.deepEqual([events, lost, problem], [2, 85_801, '']);
  assert.equal(lastSeenAt, Date.UTC(2026, 10, 22, 11, 0, 1));
  await source.stop();
});

test('a table of Zeek is described at its beginning, wherever one begins to read', async (t) => {
  const path = join(directory, 'dns.log');
  const [head = '', row = ''] = zeekTsv().split(/(?=1795345200)/);
  writeFileSync(path, head);
  const { source, seen } = await watching(t, 'zeek', path);
  appendFileSync(path, `${row.split('\n')[0]}\n`);
  assert.deepEqual(await seen(1), ['pool-name']);
  await source.stop();
});

test('a stream is read to its end', async (t) => {
  async function* input(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(line(known).slice(0, 9));
    yield Buffer.from(line(known).slice(9) + JSON.stringify(other));
  }
  const { source, seen } = await watching(t, 'falco', input());
  assert.deepEqual(await seen(2), [known.rule, other.rule]);
  assert.equal(source.health().state, 'failed');
  assert.match(source.health().problem, /ended/);
  await source.stop();
});
