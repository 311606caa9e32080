/**
 * Live packets by both ways of the kernel, in a network of its own (`unshare -n`), where a server
 * and a client of ours speak stratum over the loopback. A lane of its own in `.ci/run`: it needs
 * tcpdump, nftables and the right to make a network.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { knownNames } from '../src/cli/known-names.ts';
import { realClock } from '../src/main/real-clock.ts';
import type { Signal } from '../src/model/signal.ts';
import { PUBLIC_INDICATORS } from '../src/scanner/indicators/indicators.ts';
import { packetSource } from '../src/sensor/packets/packet-source.ts';
import { SESSIONS } from '../src/sensor/packets/test-sessions.ts';

const known = knownNames(PUBLIC_INDICATORS);
spawnSync('ip', ['link', 'set', 'lo', 'up']);
const interfaces = spawnSync('ip', ['-o', 'link'], { encoding: 'utf8' }).stdout;
assert.ok(!/ eth0[:@]/.test(interfaces), 'run this under `unshare -n`');

async function listening(
  onSocket: (socket: Socket) => void,
): Promise<{ port: number; close(): void }> {
  const server = createServer(onSocket).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  return { port, close: () => server.close() };
}

/** A miner's session over real sockets, each message in pieces of a few bytes. */
async function mine(piece: number): Promise<void> {
  const lines = SESSIONS.find(({ dialect }) => dialect === 'monero')?.lines ?? [];
  let pool: Socket | null = null;
  const server = await listening((socket) => {
    pool = socket;
    socket.resume().on('error', () => {});
  });
  const client = connect(server.port, '127.0.0.1');
  client.setNoDelay(true).resume();
  await new Promise((resolve) => client.once('connect', resolve));
  await sleep(20);
  for (const { from, message } of lines) {
    const text = `${JSON.stringify(message)}\n`;
    for (let at = 0; at < text.length; at += piece) {
      (from === 'client' ? client : (pool as Socket | null))?.write(text.slice(at, at + piece));
      await sleep(2);
    }
  }
  client.end();
  server.close();
}

/** Both sides say `rounds` words in turns, as a database and its client do; one more after `then`. */
async function talk(rounds: number, then: () => Promise<void> = async () => {}): Promise<void> {
  const server = await listening((socket) =>
    socket.setNoDelay(true).on('data', (bytes) => socket.write(bytes)),
  );
  const client = connect(server.port, '127.0.0.1');
  client.setNoDelay(true);
  await new Promise((resolve) => client.once('connect', resolve));
  const say = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      client.write(Buffer.alloc(100, 0x80));
      await new Promise((resolve) => client.once('data', resolve));
    }
  };
  await say(rounds);
  await then();
  await say(1);
  client.destroy();
  server.close();
}

/** Many bytes at once: what a build downloads. */
async function download(bytes: number): Promise<void> {
  const server = await listening((socket) => socket.end(Buffer.alloc(bytes, 0x80)));
  const client = connect(server.port, '127.0.0.1').resume();
  await new Promise((resolve) => client.once('close', resolve));
  server.close();
}

async function open(times: number): Promise<void> {
  const server = await listening((socket) => socket.on('error', () => {}).end());
  for (let i = 0; i < times; i++) {
    const client = connect(server.port, '127.0.0.1').resume();
    client.on('error', () => {});
    await new Promise((resolve) => client.once('close', resolve));
  }
  server.close();
}

/** More packets than the kernel can keep while tcpdump is held. */
async function overrun(): Promise<void> {
  const socket = createSocket('udp4').on('error', () => {});
  const send = (): Promise<void> =>
    new Promise((resolve) => socket.send(Buffer.alloc(1_000), 53, '127.0.0.1', () => resolve()));
  signalTcpdump('STOP');
  for (let i = 0; i < 20_000; i++) await send();
  signalTcpdump('CONT');
  await sleep(500);
  signalTcpdump('USR1');
  await sleep(500);
  socket.close();
}

/** Only the one that this process started. */
function signalTcpdump(signal: string): void {
  spawnSync('pkill', [`-${signal}`, '-P', String(process.pid), '-x', 'tcpdump']);
}

/** What opens and closes one flow. */
const ENDS = 4;

test('nflog: of a busy flow the first packets, its end, and what it says after a pause', async (t) => {
  const source = packetSource({ known, clock: realClock, method: 'nflog', interface: 'lo' });
  const started = await source.start(() => {});
  t.after(() => source.stop());
  assert.ok(started.ok, started.ok ? '' : started.error.message);
  const count = async (of: () => Promise<void>): Promise<number> => {
    const before = source.health().events;
    await of();
    await sleep(1_500);
    return source.health().events - before;
  };
  // Two openings, two ends, and of each direction all that was said.
  const short = await count(() => talk(9));
  assert.equal(short, ENDS + 2 * 10);
  const long = await count(() => talk(20_000));
  const paused = await count(() => talk(20_000, () => sleep(3_000)));
  // 30 of each direction at once, and at most 2 a second more.
  const most = (seconds: number): number => ENDS + 2 * (30 + 2 * seconds);
  assert.ok(long >= ENDS + 2 * 30 && long <= most(10), `${long} packets of a busy flow`);
  assert.ok(paused >= ENDS + 2 * 31 && paused <= most(13), `${paused} packets of one that paused`);
  process.stdout.write(`nflog: ${short}, ${long} and ${paused} packets of flows that talk\n`);
});

for (const method of ['nflog', 'afpacket'] as const) {
  test(`${method}: a session is seen, a download costs nothing, tcpdump may die`, async () => {
    const seen: Signal[] = [];
    const source = packetSource({ known, clock: realClock, method, interface: 'lo' });
    const started = await source.start(({ signal }) => void seen.push(signal));
    assert.ok(started.ok, started.ok ? '' : started.error.message);
    await mine(120);
    await sleep(1_500);
    const session = seen.findLast(({ kind }) => kind === 'stratum');
    assert.ok(session?.kind === 'stratum', `${JSON.stringify(source.health())}`);
    assert.deepEqual([session.dialect, session.phase], ['monero', 'shares']);

    const before = source.health().events;
    await download(200 * 1024 * 1024);
    await sleep(1_500);
    const packets = source.health().events - before;
    assert.ok(packets < 1_000, `200 MiB came to ${packets} packets`);

    await open(2_000);
    signalTcpdump('KILL');
    await sleep(300);
    assert.equal(source.health().state, 'failed');
    await sleep(6_500);
    assert.equal(source.health().state, 'running', source.health().problem);
    const count = seen.length;
    await mine(500);
    await sleep(1_500);
    assert.ok(seen.length > count, 'it sees again');

    // nftables lets so little of one flow through that there is nothing to lose.
    if (method === 'afpacket') {
      await overrun();
      assert.ok(source.health().lost > 0, 'what the kernel dropped is counted');
    }
    const health = source.health();
    process.stdout.write(`${method}: ${packets} packets of 200 MiB; ${JSON.stringify(health)}\n`);
    await source.stop();
    assert.equal(source.health().state, 'stopped');
    const tables = spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' }).stdout;
    assert.ok(!tables.includes('davylamp'), 'no table is left behind');
    const told = seen.length;
    await mine(500);
    await sleep(500);
    assert.equal(seen.length, told, 'nothing is told after the end');
  });
}
