/** Runs in a network namespace of its own: a flow over loopback is cut, a second one is not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { nftAdd, nftDelete } from './cut-flow.ts';

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
server.close();
process.exit(0);

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
