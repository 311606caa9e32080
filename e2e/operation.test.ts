/** What an operator does: reload the policy, drain, restart, start twice by mistake. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { drainMsMax } from '../src/base/limits.ts';
import {
  call,
  GITLAB_SECRET,
  gitlabBody,
  startServer,
  temporaryDirectory,
  validate,
} from './server-process.ts';

const ROOT = join(import.meta.dirname, '..');

function policyFile(action: string): string {
  return `version: 1
priorBits: -10
defaults: {sign-up: allow, admission: allow, run: allow, spend: deny}
rules:
  - id: everything
    at: [admission]
    mode: live
    when: 'true'
    action: ${action}
    reason: "A rule for the test."
`;
}

test('SIGHUP loads a good policy, and a bad one never replaces it', async (t) => {
  const directory = temporaryDirectory(t);
  const policy = join(directory, 'policy.yaml');
  writeFileSync(policy, policyFile('allow'));
  const server = await startServer(join(directory, 'data'), ['--policy', policy]);
  t.after(() => server.end('SIGKILL'));
  assert.equal((await validate(server, gitlabBody(['make a']))).status, 200);

  writeFileSync(policy, policyFile('deny'));
  server.child.kill('SIGHUP');
  await server.says('the policy was loaded');
  assert.equal((await validate(server, gitlabBody(['make b']))).status, 406);

  writeFileSync(policy, policyFile('maybe'));
  server.child.kill('SIGHUP');
  await server.says('the policy file was refused');
  assert.equal((await validate(server, gitlabBody(['make c']))).status, 406);
});

test('SIGHUP before the server listens loads the policy when it does', async (t) => {
  // Where the machine has other things to do, the signal may come too late: then once more.
  for (let attempt = 0; attempt < 5; attempt++) {
    const output = await hangUpEarly(t);
    if (output === null) continue;
    assert.match(output, /listens on/);
    assert.match(output, /the policy was loaded/);
    return;
  }
  assert.fail('five servers listened before they got the signal');
});

/** What a server says that gets SIGHUP during its start; null when it listened before. */
async function hangUpEarly(t: TestContext): Promise<string | null> {
  const data = join(temporaryDirectory(t), 'data');
  const child = spawn(
    process.execPath,
    ['src/main/cli.ts', 'serve', '--data', data, '--listen', '127.0.0.1:0'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  // The key is made first of all; the database and its thread come after it.
  while (!existsSync(join(data, 'identifier-key'))) await sleep(1);
  if (output.includes('listens on')) return null;
  child.kill('SIGHUP');
  const isEnd = (): boolean => child.exitCode !== null || child.signalCode !== null;
  while (!output.includes('the policy was loaded') && !isEnd()) await sleep(10);
  assert.equal(child.signalCode, null);
  child.kill('SIGKILL');
  return output;
}

test('a policy path that leads to a pipe holds nobody up, and bytes that are no text are refused', async (t) => {
  const directory = temporaryDirectory(t);
  const policy = join(directory, 'policy.yaml');
  writeFileSync(policy, policyFile('deny'));
  const server = await startServer(join(directory, 'data'), ['--policy', policy]);
  t.after(() => server.end('SIGKILL'));

  rmSync(policy);
  execFileSync('mkfifo', [policy]);
  server.child.kill('SIGHUP');
  await server.says('it is no regular file');
  assert.equal((await validate(server, gitlabBody(['make a']))).status, 406);

  rmSync(policy);
  const text = policyFile('allow').replace('A rule', 'A r\xffle');
  writeFileSync(policy, Buffer.from(text, 'latin1'));
  server.child.kill('SIGHUP');
  await server.says('it is not UTF-8');
  assert.equal((await validate(server, gitlabBody(['make b']))).status, 406);
});

test('SIGTERM answers what has arrived and ends with 0', async (t) => {
  const server = await startServer(temporaryDirectory(t));
  t.after(() => server.end('SIGKILL'));
  const calls = Array.from({ length: 50 }, (_, i) =>
    validate(server, gitlabBody([`make ${i}`], i)),
  );
  await Promise.race(calls);
  const ended = server.end('SIGTERM');
  const settled = await Promise.allSettled(calls);
  const answers = settled.flatMap((call) =>
    call.status === 'fulfilled' ? [call.value.status] : [],
  );
  assert.ok(answers.length > 0);
  assert.ok(
    answers.every((status) => status === 200),
    `${answers}`,
  );
  assert.equal(await ended, 0);
});

test('callers that connect and say no more do not keep it from its end', async (t) => {
  const data = temporaryDirectory(t);
  const server = await startServer(data);
  t.after(() => server.end('SIGKILL'));
  const port = Number(new URL(server.url).port);
  const hook = 'POST /providers/gitlab/validate HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n';
  const begun = ['', 'GET / HT', `${hook}X-Gitlab-Token: ${GITLAB_SECRET}\r\n\r\n{`];
  for (const text of begun) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    if (text !== '') socket.write(text);
  }
  await validate(server, gitlabBody(['make']));
  const started = performance.now();
  assert.equal(await server.end('SIGTERM'), 0);
  const elapsedMs = performance.now() - started;
  assert.ok(elapsedMs < drainMsMax / 2, `${elapsedMs} ms`);
  const left = readdirSync(data).filter((name) => name.endsWith('-wal'));
  assert.deepEqual(left, [], 'the store was closed');
});

test('a second server on the same data says so and leaves it alone', async (t) => {
  const data = temporaryDirectory(t);
  const server = await startServer(data);
  t.after(() => server.end('SIGKILL'));
  const second = spawnSync(
    process.execPath,
    ['src/main/cli.ts', 'serve', '--data', data, '--listen', '127.0.0.1:0'],
    { cwd: ROOT, encoding: 'utf8', timeout: 20_000 },
  );
  assert.equal(second.status, 1);
  assert.match(second.stderr, /another/);
  assert.equal((await validate(server, gitlabBody(['make']))).status, 200);
});

test('a data directory that cannot be made ends the start, with why', () => {
  for (const key of ['', 'a'.repeat(64)]) {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['src/main/cli.ts', 'serve', '--data', '/proc/nope/deeper', '--listen', '127.0.0.1:0'],
      {
        cwd: ROOT,
        encoding: 'utf8',
        timeout: 20_000,
        env: { ...process.env, DAVYLAMP_IDENTIFIER_KEY: key },
      },
    );
    assert.equal(status, 1, stderr);
    assert.match(stderr, /ENOENT.* '\/proc\/nope'/);
  }
});

test('a restart keeps decisions and keys; the first key is made once', async (t) => {
  const data = temporaryDirectory(t);
  const first = await startServer(data, [], { DAVYLAMP_ADMIN_KEY: '' });
  const key = /shown only now[^:]*: (\S+)/.exec(first.output())?.[1] ?? '';
  assert.ok(key.length > 20, first.output());
  const { decision } = await validate(first, gitlabBody(['make']));
  assert.equal(await first.end('SIGTERM'), 0);

  const second = await startServer(data, [], { DAVYLAMP_ADMIN_KEY: '' });
  t.after(() => second.end('SIGKILL'));
  assert.doesNotMatch(second.output(), /shown only now/);
  assert.match(second.output(), /Admin key: one of those stored/);
  const response = await fetch(new URL(`/v1/decisions/${decision}`, second.url), {
    headers: { authorization: `Bearer ${key}` },
  });
  assert.equal(response.status, 200);
});

test('a first start that cannot listen makes no key, so that the next one shows it', async (t) => {
  const data = temporaryDirectory(t);
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const failed = spawnSync(
    process.execPath,
    ['src/main/cli.ts', 'serve', '--data', data, '--listen', `127.0.0.1:${port}`],
    {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, DAVYLAMP_ADMIN_KEY: '' },
    },
  );
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /cannot listen/);

  const server = await startServer(data, [], { DAVYLAMP_ADMIN_KEY: '' });
  t.after(() => server.end('SIGKILL'));
  const key = /shown only now[^:]*: (\S+)/.exec(server.output())?.[1] ?? '';
  assert.ok(key.length > 20, server.output());
  const response = await fetch(new URL('/v1/keys', server.url), {
    headers: { authorization: `Bearer ${key}` },
  });
  assert.equal(response.status, 200);
});

test('the same event is one decision; another body under its id is a conflict', async (t) => {
  const server = await startServer(temporaryDirectory(t));
  t.after(() => server.end('SIGKILL'));
  const event = {
    specversion: '1.0',
    source: 'e2e',
    id: '1',
    type: 'job.requested',
    subject: 'gitlab/7/job-1',
    time: '2026-01-01T00:00:00Z',
    data: {
      project: 'p',
      definition: { dialect: 'shell', files: [{ path: 'a.sh', text: 'make' }] },
    },
  };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => call(server, '/v1/decisions', { body: event })),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
  const other = { ...event, data: { project: 'q' } };
  assert.equal((await call(server, '/v1/decisions', { body: other })).status, 409);
});
