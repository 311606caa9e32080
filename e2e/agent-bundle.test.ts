/** The agent as one file: small, and running far from any checkout. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../bench/lab/agent-process.ts';

/** 251 KiB when it was first measured; what doubles it should be seen. */
const BYTES_MAX = 400 * 1_024;

test('one file that needs nothing beside it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-agent-'));
  const file = join(folder, 'davylamp-agent.mjs');
  const build = join(import.meta.dirname, '../tools/build-agent.ts');
  const built = spawnSync(process.execPath, [build, file], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
  assert.ok(statSync(file).size <= BYTES_MAX, `${statSync(file).size} bytes`);
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [file, ...words], { encoding: 'utf8', cwd: folder });
  assert.match(run('--version').stdout, /^davylamp-agent \d/);
  assert.match(run('--help').stdout, /--server URL/);
  const wrong = run('--servr', 'x');
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /did you mean/i);
});

test('the same process with a small heap, and a record that was sent to its socket', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-agent-'));
  const socketPath = join(folder, 'records.sock');
  const policy = join(folder, 'agent.yaml');
  writeFileSync(
    policy,
    `dry-run: true\nsensors: [cgroup]\nlisten: ${socketPath}\nrecords: {falco: http}\n`,
  );
  const words = ['--policy', policy, '--state', join(folder, 'state'), '--log-level', 'debug'];
  const agent = new AgentProcess(folder, words);
  t.after(() => agent.end('SIGKILL'));
  await agent.watches();
  const commandLine = readFileSync(`/proc/${agent.child.pid}/cmdline`, 'latin1').split('\0');
  assert.ok(commandLine.includes('--max-semi-space-size=1'), commandLine.join(' '));
  const sent = request({ socketPath, path: '/falco', method: 'POST' }, (response) => {
    assert.equal(response.statusCode, 204);
    response.resume();
  });
  const rule = 'Detect outbound connections to common miner pool ports';
  sent.end(
    JSON.stringify({ time: new Date().toISOString(), rule, output: 'x', output_fields: {} }),
  );
  const isSeen = () =>
    agent.lines.some(({ msg, signal }) => msg === 'signal' && `${signal}`.includes(rule));
  for (let i = 0; i < 100 && !isSeen(); i++) await sleep(50);
  assert.ok(isSeen(), 'no signal came of it');
  await agent.end();
});
