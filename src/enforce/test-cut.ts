/**
 * Runs in a network namespace of its own: a flow over loopback is cut, a second one is not, and
 * when an enforcer undoes its last cut nothing of ours is left.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRef } from '../model/signal.ts';
import { nftAdd, nftDelete } from './cut-flow.ts';
import { Enforcer } from './enforcer.ts';
import { openJournal } from './journal.ts';
import { perform } from './perform.ts';

spawnSync('ip', ['link', 'set', 'lo', 'up']);
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.pipe(socket);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const port = (server.address() as AddressInfo).port;

const cut = await open();
const kept = await open();
const flow = [`127.0.0.1:${cut.localPort}`, `127.0.0.1:${port}`] as const;
for (let i = 0; i < 2; i++) assert.equal(nft(nftAdd(...flow, 60) ?? ''), 0);
const error = once(cut, 'error');
cut.write('share');
const said = await Promise.race([error, sleep(2_000)]);
assert.ok(Array.isArray(said), 'the flow goes on');
assert.equal((said[0] as NodeJS.ErrnoException).code, 'ECONNRESET');
await echoes(kept);
assert.equal(nft(nftDelete(...flow) ?? ''), 0);
assert.notEqual(nft(nftDelete(...flow) ?? ''), 0);
await byEnforcer();
await withoutNft();
server.close();
process.exit(0);

/** Two cuts; with the last of them the table goes. */
async function byEnforcer(): Promise<void> {
  const journal = join(mkdtempSync(join(tmpdir(), 'cut-')), 'measures.ndjson');
  const log = () => {};
  const enforcer = new Enforcer({
    layout: { version: 2, root: '/', roots: {}, treeName: '' },
    journal: openJournal(journal, 'boot'),
    log: { debug: log, info: log, warn: assert.fail, error: assert.fail },
    dryRun: false,
    uptimeMs: () => 0,
    coresOf: () => 1,
  });
  for (const port of [50_001, 50_002]) {
    const measure = { kind: 'cut', client: `127.0.0.1:${port}`, server: '127.0.0.1:9' } as const;
    const job = `lab/local/${port}` as JobRef;
    enforcer.enforce(job, [{ measure, rule: 'test', ttlSeconds: 60, reason: 'odd' }]);
  }
  assert.match(tables(), /davylamp/);
  enforcer.undo('lab/local/50001' as JobRef, 'test');
  assert.match(tables(), /davylamp/, 'one is still cut');
  enforcer.undo(null, 'test');
  assert.equal(tables(), '');
}

/** A folder of programs in which there is no nft. */
async function withoutNft(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cut-'));
  const ss = spawnSync('sh', ['-c', 'command -v ss'], { encoding: 'utf8' }).stdout.trim();
  symlinkSync(ss, join(folder, 'ss'));
  const [client, kept] = [await open(), await open()];
  const error = once(client, 'error');
  const pair = { client: `127.0.0.1:${client.localPort}`, server: `127.0.0.1:${port}` };
  const layout = { version: 2, root: '/', roots: {}, treeName: '' } as const;
  process.env['PATH'] = folder;
  const script = nftAdd(pair.client, pair.server, 60) ?? '';
  assert.ok(perform({ kind: 'nft', script, flow: pair }, layout).ok);
  assert.ok(!perform({ kind: 'nft', script, flow: pair }, layout).ok, 'it is gone');
  const said = await Promise.race([error, sleep(2_000)]);
  assert.equal(Array.isArray(said) && (said[0] as NodeJS.ErrnoException).code, 'ECONNABORTED');
  await echoes(kept);
}

function tables(): string {
  return spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' }).stdout;
}

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  await echoes(socket);
  return socket;
}

async function echoes(socket: Socket): Promise<void> {
  socket.write('hello');
  const answer = await Promise.race([once(socket, 'data'), sleep(2_000)]);
  assert.ok(Array.isArray(answer), 'the flow does not answer');
}

function nft(script: string): number | null {
  const { status, stderr } = spawnSync('nft', ['-f', '-'], { input: script, encoding: 'utf8' });
  if (status !== 0) process.stderr.write(stderr);
  return status;
}
