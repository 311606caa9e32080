import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { StratumSignal } from '../../model/signal.ts';
import {
  bytesOf,
  cutSegments,
  packetsOf,
  SERVER,
  type TestSegment,
  TestTalk,
} from './test-capture.ts';
import { SESSIONS, type TestSession } from './test-sessions.ts';
import { watch } from './test-watch.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 60);

/** What was told of the one flow last. */
function last(segments: readonly TestSegment[]): StratumSignal {
  const signal = watch(packetsOf(segments)).findLast(({ kind }) => kind === 'stratum');
  assert.ok(signal?.kind === 'stratum', 'a session was seen');
  return signal;
}

/** JSON with the keys in another order and blanks where JSON has them. */
function written(value: unknown, order: number, blank: string): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => written(item, order, blank));
    return `[${blank}${items.join(`${blank},${blank}`)}${blank}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => {
    return `${JSON.stringify(key)}${blank}:${blank}${written(item, order, blank)}`;
  });
  const turn = entries.length === 0 ? 0 : order % entries.length;
  const turned = [...entries.slice(turn), ...entries.slice(0, turn)];
  if (order % 2 === 1) turned.reverse();
  return `{${blank}${turned.join(`${blank},${blank}`)}${blank}}`;
}

interface Variation {
  readonly order: number;
  readonly blank: string;
  readonly newline: string;
  readonly cuts: readonly number[];
  readonly handshake: boolean;
  /** Messages of one end that stand together are sent as one. */
  readonly together: boolean;
}

const variation: fc.Arbitrary<Variation> = fc.record({
  order: fc.nat(12),
  blank: fc.constantFrom('', ' ', '\t', '  ', '\n', '\r\n '),
  newline: fc.constantFrom('\n', '\r\n', '', ' \n\n'),
  cuts: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
  handshake: fc.boolean(),
  together: fc.boolean(),
});

function talkOf({ lines }: TestSession, how: Variation): TestTalk {
  const talk = new TestTalk(undefined, how.handshake);
  let kept = '';
  lines.forEach(({ from, message }, i) => {
    kept += written(message, how.order, how.blank) + how.newline;
    if (how.together && lines[i + 1]?.from === from) return;
    talk[from](kept);
    kept = '';
  });
  return talk;
}

function expectSession(seen: StratumSignal, session: TestSession): void {
  const { dialect, phase, shares, login, agent } = session;
  assert.deepEqual(
    { dialect: seen.dialect, phase: seen.phase, shares: seen.shares },
    { dialect, phase, shares },
    session.what,
  );
  assert.equal(seen.login, login);
  assert.equal(seen.agent, agent);
  assert.equal(seen.client, '10.0.0.2:51000');
  assert.equal(seen.server, '192.0.2.7:3333');
}

for (const session of SESSIONS) {
  const { what } = session;

  test(`${what}: read as it is`, () => {
    const talk = new TestTalk();
    for (const { from, message } of session.lines) talk.lines(from, message);
    const signals = watch(packetsOf(talk.close().segments)).filter(
      ({ kind }) => kind === 'stratum',
    );
    assert.ok(signals.length <= 4, 'a flow is told of as it gets further, not for every packet');
    expectSession(last(talk.segments), session);
  });

  test(`${what}: in any order of keys, with blanks, cut anywhere, many in a segment`, () => {
    const property = fc.property(variation, (how) => {
      const talk = talkOf(session, how);
      expectSession(last(cutSegments(talk.segments, how.cuts)), session);
    });
    fc.assert(property, { numRuns });
  });

  test(`${what}: segments come twice and out of order`, () => {
    const property = fc.property(variation, fc.array(fc.nat(3)), (how, moves) => {
      const cut = cutSegments(talkOf(session, { ...how, handshake: true }).segments, how.cuts);
      expectSession(last(shuffled(cut, moves)), session);
    });
    fc.assert(property, { numRuns });
  });

  test(`${what}: between broken lines and other messages`, () => {
    const noise = ['{"id":1,"method":"min\n', '{"a":{"b":[\n', 'hello\n', '{"id":7}\n', '}{]\n'];
    const property = fc.property(fc.array(fc.nat(noise.length), { minLength: 4 }), (turns) => {
      const talk = new TestTalk();
      session.lines.forEach(({ from, message }, i) => {
        talk[from](noise[turns[i % turns.length] ?? 0] ?? '');
        talk.lines(from, message);
      });
      const seen = last(talk.segments);
      assert.deepEqual([seen.dialect, seen.phase], [session.dialect, session.phase]);
    });
    fc.assert(property, { numRuns });
  });

  test(`${what}: in a WebSocket, and through proxies`, () => {
    const inner = session.lines.map(({ from, message }) => ({
      from,
      bytes: bytesOf(`${JSON.stringify(message)}\n`),
    }));
    const socks = new TestTalk()
      .client(Uint8Array.of(5, 1, 0))
      .server(Uint8Array.of(5, 0))
      .client(Buffer.concat([Uint8Array.of(5, 1, 0, 3, 12), bytesOf('a.b.example.'), NUL2]))
      .server(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
    const socks4 = new TestTalk()
      .client(Buffer.concat([Uint8Array.of(4, 1, 13, 5, 0, 0, 0, 1, 0), bytesOf('h.example\0')]))
      .server(Uint8Array.of(0, 90, 0, 0, 0, 0, 0, 0));
    const tunnel = new TestTalk()
      .client('CONNECT h.example:3333 HTTP/1.1\r\nHost: h.example:3333\r\n\r\n')
      .server('HTTP/1.1 200 Connection established\r\n\r\n');
    for (const talk of [socks, socks4, tunnel]) {
      for (const { from, bytes } of inner) talk[from](bytes);
      const seen = last(talk.segments);
      assert.deepEqual([seen.dialect, seen.phase], [session.dialect, session.phase]);
      assert.equal(seen.carrier, 'proxy');
    }
    const balanced = new TestTalk().client('PROXY TCP4 10.0.0.2 192.0.2.7 51000 3333\r\n');
    for (const { from, bytes } of inner) balanced[from](bytes);
    assert.equal(last(balanced.segments).phase, session.phase);
    const web = new TestTalk()
      .client('GET /proxy HTTP/1.1\r\nHost: w.example\r\nUpgrade: websocket\r\n\r\n')
      .server('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
    for (const { from, bytes } of inner) web[from](frame(bytes, from === 'client'));
    const seen = last(cutSegments(web.segments, [7, 30, 111]));
    assert.equal(seen.phase, session.phase);
    assert.equal(seen.carrier, 'websocket');
  });
}

const NUL2 = Uint8Array.of(13, 5);

/** A frame of a WebSocket, masked when the client sends it. */
function frame(payload: Uint8Array, isClient: boolean): Uint8Array {
  const size =
    payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  const mask = isClient ? [1, 2, 3, 4] : [];
  const head = [0x81, (size[0] ?? 0) | (isClient ? 0x80 : 0), ...size.slice(1), ...mask];
  const masked = payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return Buffer.concat([Uint8Array.from(head), isClient ? masked : payload]);
}

/** Swaps neighbours of one direction and repeats some, as a network does. */
function shuffled(segments: readonly TestSegment[], moves: readonly number[]): TestSegment[] {
  const list = [...segments];
  moves.forEach((move, i) => {
    const at = (i * 2) % Math.max(1, list.length - 1);
    const [a, b] = [list[at], list[at + 1]];
    if (a === undefined || b === undefined) return;
    const mayMove = a.bytes.length > 0 && b.bytes.length > 0;
    if (move === 1 && mayMove && a.from === b.from) [list[at], list[at + 1]] = [b, a];
    if (move === 2) list.splice(at, 0, a);
  });
  return list;
}

test('a session whose beginning was missed is read from any message on', () => {
  for (const session of SESSIONS) {
    session.lines.forEach((_, i) => {
      const rest = session.lines.slice(i);
      const hasWords = rest.some(({ message }) => 'method' in message || 'type' in message);
      const isTelling = rest.some(({ message }) => message['method'] !== 'keepalived');
      if (!hasWords || !isTelling || i > 3) return;
      const talk = new TestTalk(undefined, false);
      for (const { from, message } of rest) talk.lines(from, message);
      assert.equal(last(talk.segments).phase, session.phase, `${session.what} from ${i}`);
    });
  }
});

test('which end is the client is told by the words when nobody saw the connection open', () => {
  const session = SESSIONS.find(({ dialect }) => dialect === 'monero');
  assert.ok(session !== undefined);
  const talk = new TestTalk(undefined, false);
  for (const { from, message } of session.lines) talk.lines(from, message);
  // A pool on a high port, a miner on a low one: ports would say the opposite.
  const ends = {
    client: { address: [10, 0, 0, 2], port: 1025 },
    server: { ...SERVER, port: 61_000 },
  };
  const signals = watch(packetsOf(talk.segments, ends));
  const [seen] = signals;
  assert.ok(seen?.kind === 'stratum');
  assert.deepEqual([seen.client, seen.server], ['10.0.0.2:1025', '192.0.2.7:61000']);
});
