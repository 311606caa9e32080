import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../base/prng.ts';
import { flowsMax, quietFlowsMax } from '../../base/sensor-limits.ts';
import { bitsOfSignal } from '../../runtime/bits-of-signal.ts';
import { PacketWatch } from './packet-watch.ts';
import { CLIENT, packetsOf, SERVER, TestTalk, udpPacket } from './test-capture.ts';
import { testNames } from './test-names.ts';
import { ETHEREUM, HASH, SESSIONS } from './test-sessions.ts';
import { watch } from './test-watch.ts';

const work = [`0x${HASH}`, `0x${HASH}`, `0x${HASH}`];

function request(target: string, head: string, message: unknown): string {
  const body = JSON.stringify(message);
  const length = `${head}Content-Length: ${body.length}`;
  return `POST ${target} HTTP/1.1\r\nHost: h.example\r\n${length}\r\n\r\n${body}`;
}

/** In chunks that cut the body anywhere. */
function chunked(message: unknown): string {
  const body = JSON.stringify(message);
  const parts = [body.slice(0, 11), body.slice(11)];
  const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`;
}

test('work by HTTP, paid to whom the address names', () => {
  const ask = { id: 1, jsonrpc: '2.0', method: 'eth_getWork', params: [] };
  const submit = { id: 2, method: 'eth_submitWork', params: ['0x1', `0x${HASH}`, `0x${HASH}`] };
  for (const target of [`/?miner=30@${ETHEREUM}@rig7`, `/${ETHEREUM}/rig7`]) {
    const talk = new TestTalk()
      .client(request(target, '', ask))
      .server(chunked({ id: 1, result: work }))
      .client(request(target, '', submit))
      .server(chunked({ id: 2, result: true }));
    const seen = watch(packetsOf(talk.segments)).at(-1);
    assert.ok(seen?.kind === 'stratum');
    assert.deepEqual([seen.dialect, seen.carrier, seen.phase], ['getwork', 'http', 'shares']);
    assert.equal(seen.login, ETHEREUM);
  }
});

test('an eth-proxy session without its login is known by its workers', () => {
  const poll = { worker: '', jsonrpc: '2.0', params: [], id: 3, method: 'eth_getWork' };
  const talk = new TestTalk(undefined, false)
    .lines('client', poll)
    .lines('server', { id: 0, jsonrpc: '2.0', result: work });
  const seen = watch(packetsOf(talk.segments)).at(-1);
  assert.ok(seen?.kind === 'stratum');
  assert.deepEqual([seen.dialect, seen.phase], ['eth-proxy', 'served']);
});

test('getwork as Bitcoin had it', () => {
  const head = `Authorization: Basic ${btoa('gang.rig1:x')}\r\nUser-Agent: cgminer 3\r\nX-Mining-Extensions: midstate\r\n`;
  const talk = new TestTalk()
    .client(request('/', head, { method: 'getwork', params: [], id: 1 }))
    .server(chunked({ id: 1, error: null, result: { data: HASH.repeat(4), target: HASH } }))
    .client(request('/', head, { method: 'getwork', params: [HASH.repeat(4)], id: 1 }));
  const seen = watch(packetsOf(talk.segments)).at(-1);
  assert.ok(seen?.kind === 'stratum');
  assert.deepEqual([seen.dialect, seen.phase, seen.shares], ['getwork', 'shares', 1]);
  assert.deepEqual([seen.login, seen.agent], ['gang.rig1', 'cgminer 3']);
  assert.equal(bitsOfSignal(seen), 24, 'who logs in for work is a miner');
});

test('Stratum v2: the opening frame in the open, and a handshake by its looks alone', () => {
  const text = (value: string): Buffer =>
    Buffer.from(`${String.fromCharCode(value.length)}${value}`);
  const body = Buffer.concat([
    Buffer.from([0, 2, 0, 2, 0, 1, 0, 0, 0]),
    text('pool.example'),
    Buffer.from([0x05, 0x0d]),
    ...['Maker', 'S9', 'fw1', 'rig7'].map(text),
  ]);
  const frame = Buffer.concat([Buffer.from([0, 0, 0, body.length, 0, 0]), body]);
  const [open] = watch(packetsOf(new TestTalk().client(frame).segments));
  assert.ok(open?.kind === 'stratum');
  assert.deepEqual([open.dialect, open.phase, open.agent], ['stratum-v2', 'asked', 'Maker']);

  const prng = new Prng(3);
  const sealed = new TestTalk().client(prng.bytes(64)).server(prng.bytes(234));
  const [shape] = watch(packetsOf(sealed.client(prng.bytes(100)).segments));
  assert.ok(shape?.kind === 'stratum');
  assert.deepEqual([shape.dialect, shape.phase], ['stratum-v2', 'shape']);
  assert.ok(bitsOfSignal(shape) <= 2, 'it is hardly evidence');
});

function dnsQuery(name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
}

test('the name of a pool in DNS, in TLS, in HTTP and at a proxy is told once', () => {
  const resolver = { address: [10, 0, 0, 1], port: 53 };
  const asked = [0, 1, 2].map(() => udpPacket(CLIENT, resolver, dnsQuery('EU.pool.example')));
  const [dns, ...more] = watch(asked);
  assert.ok(dns?.kind === 'pool-name');
  assert.deepEqual([dns.via, dns.name, dns.pool], ['dns', 'eu.pool.example', 'pool.example']);
  assert.equal(dns.client, '10.0.0.2:51000');
  assert.deepEqual(more, []);
  assert.deepEqual(watch([udpPacket(CLIENT, resolver, dnsQuery('example.com'))]), []);

  const http = new TestTalk().client('GET / HTTP/1.1\r\nHost: eu.pool.example:80\r\n\r\n');
  const proxy = new TestTalk().client('CONNECT eu.pool.example:443 HTTP/1.1\r\n\r\n');
  for (const [talk, via] of [
    [http, 'http'],
    [proxy, 'proxy'],
  ] as const) {
    const [seen] = watch(packetsOf(talk.segments));
    assert.ok(seen?.kind === 'pool-name' && seen.via === via, via);
  }
});

test('a proxy of the operator\u2019s private list is known by its address, and not named', () => {
  const ends = { client: CLIENT, server: { address: [203, 0, 113, 9], port: 443 } };
  const [seen, ...more] = watch(packetsOf(new TestTalk().client('hello\n').segments, ends));
  assert.ok(seen?.kind === 'pool-name' && seen.via === 'address');
  assert.deepEqual([seen.name, seen.pool, more.length], ['', '', 0]);
});

test('a request and a hello are known wherever their first bytes are cut', () => {
  const said = [
    'POST / HTTP/1.1\r\nHost: eu.pool.example\r\n\r\n',
    'CONNECT pool.example:1 HTTP/1.1\r\n\r\n',
  ];
  for (const text of said) {
    for (let cut = 1; cut < 40; cut++) {
      const talk = new TestTalk().client(text.slice(0, cut)).client(text.slice(cut));
      assert.equal(watch(packetsOf(talk.segments))[0]?.kind, 'pool-name', `${text} at ${cut}`);
    }
  }
});

test('a SYN that comes again takes nothing back', () => {
  const [session] = SESSIONS;
  const talk = new TestTalk();
  for (const { from, message } of session?.lines ?? []) talk.lines(from, message);
  const [syn, answer, ...rest] = talk.segments;
  assert.ok(syn !== undefined && answer !== undefined);
  const again = [syn, answer, ...rest.slice(0, 3), syn, answer, ...rest.slice(3)];
  const seen = watch(packetsOf(again)).at(-1);
  assert.ok(seen?.kind === 'stratum' && seen.phase === 'shares');
});

test('a flow behind TLS that moves as a miner moves, and those that do not', () => {
  const record = (length: number): Buffer =>
    Buffer.concat([Buffer.from([23, 3, 3, length >> 8, length & 255]), Buffer.alloc(length)]);
  const mining = new TestTalk().client(record(300)).server(record(2_000));
  for (let i = 0; i < 20; i++) {
    mining.wait(18_000).server(record(350));
    if (i % 3 === 0) mining.wait(5_000).client(record(240)).server(record(90));
  }
  const seen = watch(packetsOf(mining.segments)).findLast(({ kind }) => kind === 'flow');
  assert.ok(seen?.kind === 'flow');
  assert.equal(seen.cipher, 'tls');
  assert.ok(seen.pushes >= 15 && seen.echoes >= 4 && seen.lastedSeconds > 300);
  assert.ok(seen.bytesPerSecond > 10 && seen.bytesPerSecond < 60);
  assert.ok(bitsOfSignal(seen) < 6, 'alone it suspects nobody');

  const download = new TestTalk().client(record(300));
  for (let i = 0; i < 100; i++) download.server(record(16_000)).wait(1_500);
  const poll = new TestTalk();
  for (let i = 0; i < 40; i++) poll.client(record(300)).server(record(300)).wait(10_000);
  for (const talk of [download, poll]) assert.deepEqual(watch(packetsOf(talk.segments)), []);
});

test('memory is bounded under a flood, what gives way is counted, and a session survives it', () => {
  const seen: string[] = [];
  const watching = new PacketWatch(testNames, ({ signal }) => void seen.push(signal.kind));
  const flood = (count: number, said: string): void => {
    for (let i = 0; i < count; i++) {
      const talk = new TestTalk();
      if (said !== '') talk.client(said);
      const address = [10, 9, i >> 8, i & 255];
      const ends = { client: { address, port: 1_024 + (i % 60_000) }, server: SERVER };
      for (const packet of packetsOf(talk.segments, ends)) watching.add(packet);
    }
  };
  const session = SESSIONS[0];
  assert.ok(session !== undefined);
  const talk = new TestTalk();
  for (const { from, message } of session.lines) talk.lines(from, message);
  const [half, rest] = [talk.segments.slice(0, 4), talk.segments.slice(4)];
  for (const packet of packetsOf(half)) watching.add(packet);
  flood(3 * quietFlowsMax, '');
  for (const packet of packetsOf(rest)) watching.add(packet);
  assert.ok(seen.includes('stratum'), 'connections without a byte push out no session');
  flood(2 * flowsMax, '{"id":1,"method":"mining.sub');
  assert.ok(watching.flows <= flowsMax + quietFlowsMax);
  assert.ok(watching.lost >= flowsMax);
  assert.ok(watching.heldBytes > 0 && watching.heldBytes < 1024 * flowsMax);
  watching.end();
  assert.equal(watching.heldBytes, 0, 'nothing is kept of flows that are over');
});
