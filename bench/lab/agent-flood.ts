/**
 * Floods: short-lived processes, connections, headers and bytes that no protocol has, all at a running agent.
 * What it has to show: it lives, its memory is bounded, and what it did not see is counted. The full
 * size is 10,000 processes and 50,000 connections in a minute; `FLOOD_SCALE` makes it smaller.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestCgroup, writableLayout } from '../../src/sensor/cgroup/test-cgroup.ts';
import type { Measurement } from '../measure.ts';
import { AgentProcess } from './agent-process.ts';
import { LAB_POLICY } from './lab-policy.ts';

const PROCESSES = 10_000;
const CONNECTIONS = 50_000;
const SECONDS = 60;
const DATAGRAMS = 20_000;
const MALFORMED = 20_000;

export async function agentFlood(): Promise<Measurement> {
  const scale = Number(process.env['FLOOD_SCALE'] ?? 1);
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-flood-'));
  writeFileSync(join(folder, 'policy.yaml'), LAB_POLICY);
  const state = join(folder, 'state');
  const words = ['--policy', join(folder, 'policy.yaml'), '--state', state, '--dry-run'];
  const agent = new AgentProcess(folder, words);
  await agent.watches();
  const startedMs = performance.now();
  await Promise.all([
    forks(PROCESSES * scale),
    connections(CONNECTIONS * scale),
    nonsense(scale),
    malformed(folder, scale),
  ]);
  const seconds = (performance.now() - startedMs) / 1_000;
  await sleep(6_000);
  const mostBytes = residentBytesMost(agent.child.pid ?? 0);
  const isAlive = agent.child.exitCode === null && agent.child.signalCode === null;
  await agent.end();
  rmSync(folder, { recursive: true });
  const health = agent.lines.findLast(({ msg }) => msg === 'health') ?? {};
  const of = (name: string) => Number((health as Record<string, unknown>)[name]);
  if (!isAlive) throw new Error('the agent did not outlive the flood');
  return {
    name: 'agent-flood',
    settings: { scale, seconds: Math.round(seconds) },
    columns: ['source', 'events', 'lost', 'malformed'],
    rows: [
      ['procfs', of('procfs.events'), of('procfs.lost'), of('procfs.malformed')],
      ['packets', of('packets.events'), of('packets.lost'), of('packets.malformed')],
    ],
    notes: [
      `Most memory resident: ${Math.round(mostBytes / 1e6)} MB, with the node it runs on.`,
      'Lost processes are forks of the whole host, threads too, that no round has met.',
    ],
  };
}

async function forks(count: number): Promise<void> {
  const layout = writableLayout();
  if (layout === null) throw new Error('the bench needs root and cgroups that may be written');
  const job = new TestCgroup(layout, '/davylamp-lab/forks');
  const script = `i=0; while [ $i -lt ${count} ]; do /bin/true; i=$((i+1)); done`;
  await once(job.spawn(['sh', '-c', script], { stdio: 'ignore' }), 'exit');
  await job.remove();
}

/** As many a second whatever the scale, each with a line that begins like a miner's and goes wrong. */
async function connections(count: number): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume();
    socket.end('{"id":1,"result":');
  }).listen(0, '127.0.0.1', 4_096);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const perTick = Math.round(CONNECTIONS / SECONDS / 50);
  for (let sent = 0; sent < count; sent += perTick) {
    for (let i = 0; i < perTick; i++) {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket
        .resume()
        .end(`{"method":"login","params":{"login":${randomBytes(40).toString('hex')}\n`);
    }
    await sleep(20);
  }
  server.close();
}

/** To where names are asked for, and nobody answers. */
async function nonsense(scale: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  for (let sent = 0; sent < DATAGRAMS * scale; sent += 20) {
    for (let i = 0; i < 20; i++) {
      socket.send(randomBytes(1 + ((sent * 7 + i) % 500)), 53, '127.0.0.1', () => {});
    }
    await sleep(10);
  }
  socket.close();
}

/** Segments whose headers cannot be, from a raw socket. */
async function malformed(folder: string, scale: number): Promise<void> {
  const program = join(folder, 'malformed');
  execFileSync('gcc', ['-O1', '-o', program, join(import.meta.dirname, 'malformed.c')]);
  const words = [`${MALFORMED * scale}`, `${SECONDS * scale}`];
  const [code] = await once(spawn(program, words, { stdio: 'inherit' }), 'exit');
  if (code !== 0) throw new Error('no malformed segments could be sent');
}

/** The most that it ever had, by the kernel's own mark. */
function residentBytesMost(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/VmHWM:\s{1,9}(\d{1,15}) kB/.exec(status)?.[1] ?? Number.NaN) * 1_024;
}
