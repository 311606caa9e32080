/**
 * One agent at a time on one journal: a second one would replace the first one's packet rules, and
 * both would cap the same jobs and undo each other's caps. A socket in the agent's own folder, for
 * any job may take a name of the kernel's and keep the agent away. What a killed agent left behind
 * nobody answers, and is replaced.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** Whether nobody else is there. From then on nobody else is, until this process ends. */
export async function isTheOnlyOne(folder: string): Promise<boolean> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'agent.sock');
  if (await listens(path)) return true;
  if (await answers(path)) return false;
  rmSync(path, { force: true });
  return listens(path);
}

function listens(path: string): Promise<boolean> {
  const server = createServer((socket) => void socket.destroy()).unref();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(path, () => resolve(true));
  });
}

function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
