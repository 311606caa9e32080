/**
 * A job that is shaped like a miner: it works without end, and if it is told a port it says so to a
 * pool there. `node proof-loop.ts WORKER PORT|- scrypt|argon2|PROGRAM ARGUMENTS…`. The work is of
 * ordinary libraries, or of a program that prints `share` now and then.
 */
import { spawn } from 'node:child_process';
import * as crypto from 'node:crypto';
import { randomBytes, scryptSync } from 'node:crypto';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const SHARE_MS = 1_000;

if (isMainThread) main(process.argv.slice(2));
else hashForEver(String(workerData));

function main([worker = '', port = '-', work = '', ...words]: readonly string[]): void {
  const submit = port === '-' ? () => {} : openPool(Number(port), worker);
  if (work === 'scrypt' || work === 'argon2') {
    for (const _ of [1, 2]) {
      new Worker(new URL(import.meta.url), { workerData: work }).on('message', submit);
    }
  } else {
    const child = spawn(work, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'share') submit();
      else if (line.startsWith('rate')) console.log(line);
    });
    child.on('exit', (code) => process.exit(code ?? 1));
  }
}

function openPool(port: number, worker: string): () => void {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.resume();
  let id = 1;
  const say = (method: string, params: object) => {
    socket.write(`${JSON.stringify({ id: id++, jsonrpc: '2.0', method, params })}\n`);
  };
  // Nobody's address: it has no checksum.
  const login = { login: 'lab', pass: 'x', agent: 'lab/1.0', rigid: worker, algo: ['rx/0'] };
  socket.once('connect', () => say('login', login));
  return () => {
    const nonce = randomBytes(4).toString('hex');
    say('submit', { id: '1', job_id: 'a1', nonce, result: randomBytes(32).toString('hex') });
  };
}

function hashForEver(work: string): void {
  let told = performance.now();
  for (;;) {
    hash(work);
    if (performance.now() - told < SHARE_MS) continue;
    told = performance.now();
    parentPort?.postMessage('share');
  }
}

function hash(work: string): void {
  const salt = randomBytes(16);
  if (work === 'scrypt') {
    scryptSync(salt, salt, 32, { N: 1_024, r: 1, p: 1 });
    return;
  }
  const options = {
    message: salt,
    nonce: salt,
    parallelism: 1,
    tagLength: 32,
    memory: 512,
    passes: 3,
  };
  crypto.argon2Sync('argon2id', options);
}
