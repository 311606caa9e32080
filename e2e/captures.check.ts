/**
 * Real captures beside the repository, each decoded as its README says. A lane of its own in
 * `.ci/run`: the captures are not ours to keep here, and `npm test` must pass without them.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CaptureReader } from '../src/sensor/packets/capture-reader.ts';
import { readSegment } from '../src/sensor/packets/read-segment.ts';
import { formatEndpoint } from '../src/sensor/packets/segment.ts';

const CAPTURES = new URL('../../shared/captures/', import.meta.url).pathname;
const PROGRAM = new URL('../bin/davylamp.js', import.meta.url).pathname;

interface Line {
  readonly kind: string;
  readonly dialect: string;
  readonly client: string;
  readonly server: string;
  readonly login: string;
  readonly bits: number;
  readonly phase: string;
}

function replay(file: string): { readonly status: number | null; readonly lines: readonly Line[] } {
  const run = spawnSync(process.execPath, [PROGRAM, 'agent', '--replay', `${CAPTURES}${file}`], {
    encoding: 'utf8',
  });
  assert.match(run.stderr, /events/, run.stderr);
  process.stdout.write(`${run.stderr}`);
  const lines = run.stdout.split('\n').filter((line) => line !== '');
  return { status: run.status, lines: lines.map((line) => JSON.parse(line) as Line) };
}

for (const [file, dialect, phase] of [
  ['xmr-eu1.nanopool.org.pcapng', 'monero', 'served'],
  ['zec-eu1.nanopool.org.pcapng', 'equihash', 'shares'],
  ['eth-eu1.nanopool.org.pcapng', 'eth-proxy', 'shares'],
] as const) {
  test(`${file}: one session of ${dialect}`, () => {
    const { status, lines } = replay(file);
    assert.equal(lines.length, 1);
    const [line] = lines;
    assert.deepEqual([line?.kind, line?.dialect, line?.phase], ['stratum', dialect, phase]);
    assert.match(line?.login ?? '', /^.{4}…..$/u, 'the login is masked');
    assert.ok((line?.bits ?? 0) >= 16);
    assert.equal(status, 1);
  });
}

/** Flows in which these characters travel, in either direction, found without the decoder. */
function flowsWith(file: string, text: string): ReadonlySet<string> {
  const flows = new Set<string>();
  new CaptureReader().push(readFileSync(`${CAPTURES}${file}`), (packet) => {
    const segment = readSegment(packet);
    if (typeof segment !== 'object' || segment.protocol !== 'tcp') return;
    if (!Buffer.from(segment.payload).toString('latin1').includes(text)) return;
    const ends = [formatEndpoint(segment.source), formatEndpoint(segment.target)];
    flows.add(ends.sort().join(' '));
  });
  return flows;
}

test('cgminer.s0.pcapng: the flows in which a line of `mining.*` travels, and no other', () => {
  const { status, lines } = replay('cgminer.s0.pcapng');
  const expected = [...flowsWith('cgminer.s0.pcapng', '"mining.')].sort();
  assert.ok(expected.length > 0);
  const seen = lines.map(({ client, server }) => [client, server].sort().join(' ')).sort();
  assert.deepEqual(seen, expected);
  for (const line of lines) assert.equal(line.dialect, 'stratum-v1');
  assert.equal(status, 1);
});

for (const file of ['p2p-bitcoin.pcap', 'p2p-ethereum.pcap']) {
  test(`${file}: nothing`, () => {
    assert.deepEqual(replay(file), { status: 0, lines: [] });
  });
}
