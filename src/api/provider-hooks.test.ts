import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decideMsMax, longBodyBytesMin } from '../base/limits.ts';
import { realClock } from '../main/real-clock.ts';
import type { Answer } from '../pipeline/request.ts';
import type { Clock } from '../ports/clock.ts';
import { gitlab } from '../providers/gitlab/index.ts';
import type { ApiDeps } from './api.ts';
import {
  admin,
  createWorld,
  hookBytesMax,
  hookPath,
  problemIn,
  secret,
  type World,
} from './api-world.test.ts';

const main = await createWorld();
const { api, lines, store } = main;

function call(
  payload: string | Buffer,
  { world = { api }, ...headers }: Record<string, unknown> & { world?: Pick<World, 'api'> } = {},
) {
  const given = { 'x-secret': secret, ...headers } as Record<string, string>;
  return world.api.inject({ method: 'POST', url: hookPath, headers: given, payload });
}

test('an authentic call gets the decision in the words of the hook', async () => {
  const yes = await call('ada');
  assert.equal(yes.statusCode, 200);
  assert.equal(yes.body, 'allow');
  const no = await call('miner-1');
  assert.equal(no.statusCode, 406);
  const id = String(no.headers['x-decision']);
  assert.match(id, /^dec_[0-9a-f]{32}$/);
  const found = await api.inject({ url: `/v1/decisions/${id}`, headers: admin });
  assert.equal(found.json().subject, 'generic/miner-1');
  assert.equal(found.json().action, 'deny');
});

test('the content type of an authentic call does not matter', async () => {
  const types = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', '???', ''];
  for (const type of types) {
    assert.equal((await call('miner', { 'content-type': type })).statusCode, 406, type);
  }
  // Nothing at all: no body, no type.
  const empty = { method: 'POST', url: hookPath, headers: { 'x-secret': secret } } as const;
  assert.equal((await api.inject(empty)).statusCode, 200);
});

test('a wrong or missing token is 401, counted, and says what the provider does then', async () => {
  for (const headers of [{}, { 'x-secret': 'wrong' }]) {
    const before = lines.length;
    const answer = await api.inject({ method: 'POST', url: hookPath, headers, payload: 'ada' });
    problemIn(answer, 401);
    const [line] = lines.slice(before);
    assert.equal(line?.level, 'warn');
    assert.equal(line?.fields['effect'], 'the job is admitted');
  }
  const text = (await api.inject('/metrics')).body;
  assert.match(text, /davylamp_wrong_credentials_total\{surface="generic"\} 2\n/);
});

test('without a secret every call is 401, and the log names the variable', async () => {
  const world = main.with({ secrets: {} });
  problemIn(await call('ada', { world, 'x-secret': '' }), 401);
  assert.equal(world.lines[0]?.fields['variable'], 'DAVYLAMP_GENERIC_SECRET');
});

test('past the limit of wrong tokens the log falls silent, and a right one passes', async () => {
  const world = main.with({ limits: { wrongCredentialsPerMinuteMax: 3 } });
  for (let i = 0; i < 5; i++) {
    const answer = await call('ada', { world, 'x-secret': 'wrong' });
    problemIn(answer, 401);
    assert.equal(answer.headers['connection'], i < 3 ? 'keep-alive' : 'close');
  }
  assert.equal(world.lines.filter(({ level }) => level === 'warn').length, 3);
  assert.equal((await call('ada', { world })).statusCode, 200);
});

test('a body over the limit is decided by the policy, as too large', async () => {
  assert.equal((await call('a'.repeat(hookBytesMax))).statusCode, 200);
  const answer = await call('a'.repeat(hookBytesMax + 1));
  assert.equal(answer.statusCode, 406);
  const id = String(answer.headers['x-decision']);
  const found = await api.inject({ url: `/v1/decisions/${id}`, headers: admin });
  assert.equal(found.json().facts['input.problem'], 'too-large');
});

test('whatever fails inside, the answer is the default in the words of the hook', async () => {
  const failing: readonly [string, ApiDeps['pipeline']['decide']][] = [
    ['rejects', () => Promise.reject(new Error('gone'))],
    ['throws', () => assert.fail('a bug')],
    ['conflicts', () => Promise.resolve({ kind: 'conflict' })],
  ];
  for (const [name, decide] of failing) {
    const pipeline: ApiDeps['pipeline'] = {
      decide,
      ingest: () => assert.fail('nothing to store'),
      queue: () => assert.fail('nobody asks the queue'),
      links: () => assert.fail('nobody asks the queue'),
      ready: () => true,
    };
    for (const action of ['allow', 'hold'] as const) {
      const world = main.with({ pipeline, defaultAction: () => action });
      const answer = await call('ada', { world });
      assert.equal(answer.body, action, name);
      assert.equal(answer.statusCode, action === 'allow' ? 200 : 406);
      const text = (await world.api.inject('/metrics')).body;
      const counted = /default_answers_total\{checkpoint="admission",cause="failure"\} 1\n/;
      assert.match(text, counted, name);
    }
  }
  const broken = await call('throw');
  assert.equal(broken.body, 'hold');
  assert.ok(lines.some(({ fields }) => fields['message'] === 'the hook is broken'));
});

test('overload is answered by the default of the pipeline', async () => {
  const overload: Answer = {
    kind: 'default',
    action: 'allow',
    checkpoint: 'admission',
    id: 'dec_00000000000000000000000000000000' as Extract<Answer, { kind: 'default' }>['id'],
    cause: 'overload',
  };
  const pipeline: ApiDeps['pipeline'] = {
    decide: () => Promise.resolve(overload),
    ingest: () => assert.fail('nothing to store'),
    queue: () => assert.fail('nobody asks the queue'),
    links: () => assert.fail('nobody asks the queue'),
    ready: () => true,
  };
  const world = main.with({ pipeline });
  const answer = await call('miner', { world });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['x-decision'], overload.id);
});

test('a slash behind the address of a hook does not matter', async () => {
  const slashed = { method: 'POST', headers: { 'x-secret': secret }, payload: 'miner' } as const;
  assert.equal((await api.inject({ ...slashed, url: `${hookPath}/` })).statusCode, 406);
  const world = main.with({});
  await world.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = world.api.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${hookPath}/`;
  const headers = { 'x-secret': secret };
  assert.equal((await fetch(url, { method: 'POST', headers, body: 'miner' })).status, 406);
  problemIn(await world.api.inject({ method: 'GET', url: `${hookPath}/` }), 405);
});

test('a call to a hook that is not there is logged, so many times and no more', async () => {
  const world = main.with({ limits: { wrongCredentialsPerMinuteMax: 2 } });
  const typo = { method: 'POST', url: '/providers/generic/chek' } as const;
  for (let i = 0; i < 4; i++) problemIn(await world.api.inject(typo), 404);
  problemIn(await world.api.inject('/elsewhere'), 404);
  const said = world.lines.filter(({ level }) => level === 'warn');
  assert.deepEqual(
    said.map(({ fields }) => fields['url']),
    [typo.url, typo.url],
  );
});

test('an unknown provider or hook is not found, and another method not allowed', async () => {
  problemIn(await api.inject({ method: 'POST', url: '/providers/nobody/check' }), 404);
  problemIn(await api.inject({ method: 'POST', url: '/providers/generic/other' }), 404);
  problemIn(await api.inject({ method: 'GET', url: hookPath }), 405);
});

test('GitLab: a pipeline is accepted, refused or unreadable, and answered each time', async () => {
  const world = main.with({ providers: [gitlab], secrets: { gitlab: secret } });
  const ask = (payload: string) =>
    world.api.inject({
      method: 'POST',
      url: '/providers/gitlab/validate',
      headers: { 'x-gitlab-token': secret, 'x-gitlab-correlation-id': '01JD3Y5T8H' },
      payload,
    });
  const builds = [{ name: 'test', stage: 'test', script: ['npm test'] }];
  const good = await ask(JSON.stringify({ user: { id: 17 }, project: { id: 4 }, builds }));
  assert.equal(good.statusCode, 200);
  assert.equal(good.headers['x-correlation-id'], '01JD3Y5T8H');
  for (const bad of ['', '{', 'null', '[]', '\u0000'])
    assert.equal((await ask(bad)).statusCode, 200);
  const { items } = await store.decisions({ provider: gitlab.name, limit: 10 });
  const problems = items.map(({ facts }) => facts['input.problem']);
  assert.deepEqual(problems.sort(), [
    '',
    'not-json',
    'not-json',
    'not-json',
    'wrong-shape',
    'wrong-shape',
  ]);
});

interface Wire {
  readonly out: ClientRequest;
  readonly answer: Promise<IncomingMessage>;
}

async function open(world: World, length: number): Promise<Wire> {
  if (!world.api.server.listening) await world.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = world.api.server.address() as AddressInfo;
  const headers = { 'x-secret': secret, 'content-length': String(length) };
  const out = request({ port, host: '127.0.0.1', method: 'POST', path: hookPath, headers });
  const answer = once(out, 'response').then(([message]: IncomingMessage[]) => {
    assert.ok(message !== undefined);
    return message.resume();
  });
  return { out, answer };
}

/** GitLab on this server, by a clock that the pipeline finds to be late. */
function lateWorld(replaced: Partial<Clock> = {}): World {
  const elapsedMs = (): number => realClock.elapsedMs() - decideMsMax;
  const clock = { ...realClock, elapsedMs, ...replaced };
  return main.with({ providers: [gitlab], secrets: { gitlab: secret }, clock });
}

async function longCall(world: World, user: number) {
  const script = ['make test', '#'.repeat(longBodyBytesMin)];
  return world.api.inject({
    method: 'POST',
    url: '/providers/gitlab/validate',
    headers: { 'x-gitlab-token': secret },
    payload: JSON.stringify({
      user: { id: user },
      project: { id: 1 },
      pipeline: { sha: `${user}`.padStart(40, '0'), type: 'push' },
      builds: [{ name: 'a', script }],
    }),
  });
}

async function recorded(user: number): Promise<Record<string, unknown>> {
  for (let round = 0; round < 100; round++) {
    const url = `/v1/decisions?account=gitlab/${user}`;
    const [item] = (await api.inject({ url, headers: admin })).json().items;
    if (item !== undefined) return item;
    await sleep(20);
  }
  return assert.fail('nothing was recorded');
}

test('a request that comes too late for an answer has the default, and its record says so', async () => {
  const answer = await longCall(lateWorld(), 81);
  assert.equal(answer.statusCode, 406, 'the default of this policy is to hold');
  const record = await recorded(81);
  assert.equal(record['answered'], 'default');
  assert.equal(record['id'], answer.json().decision);
});

test('one long body too many has the default at once', async () => {
  const world = main.with({
    providers: [gitlab],
    secrets: { gitlab: secret },
    limits: { longBodiesBytesMax: 0 },
  });
  const answer = await longCall(world, 83);
  assert.equal(answer.statusCode, 406);
  assert.equal(answer.json().decision, '');
  const text = (await world.api.inject('/metrics')).body;
  assert.match(text, /default_answers_total\{checkpoint="admission",cause="overload"\} 1\n/);
  assert.ok(world.lines.some(({ fields }) => fields['why'] === 'too many long bodies wait'));
});

test('a long body whose turn does not come in time has the default, and is decided after all', async () => {
  let waits = 0;
  const world = lateWorld({
    // The first waits for the body, the second for its turn, which comes behind this.
    after: (ms, task) => {
      if (++waits !== 2) return realClock.after(ms, task);
      const next = setImmediate(task);
      return () => clearImmediate(next);
    },
  });
  const answer = await longCall(world, 82);
  assert.equal(answer.statusCode, 406);
  assert.equal(answer.json().decision, '');
  assert.equal((await recorded(82))['answered'], 'default');
});

test('a caller that writes all of a huge body first still reads its answer', async () => {
  const world = main.with({});
  await world.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = world.api.server.address() as AddressInfo;
  // A bare socket, as GitLab's client: Node's own stops writing once it has seen an answer.
  const socket = connect(port, '127.0.0.1');
  const megabyte = Buffer.alloc(1 << 20, 'a');
  const lengths = `X-Secret: ${secret}\r\nContent-Length: ${megabyte.length * 12}`;
  socket.write(`POST ${hookPath} HTTP/1.1\r\nHost: test\r\n${lengths}\r\n\r\n`);
  for (let i = 0; i < 12; i++) if (!socket.write(megabyte)) await once(socket, 'drain');
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1.1 406 /);
  socket.write('GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n');
  const [next] = await once(socket, 'data');
  assert.match(String(next), /^HTTP\/1.1 200 /, 'the connection is still good');
  socket.destroy();
});

test('a body that does not arrive gets the default by the deadline', async () => {
  const world = main.with({});
  const started = performance.now();
  const { out, answer } = await open(world, 100);
  out.write('ada');
  const message = await answer;
  const elapsedMs = performance.now() - started;
  assert.equal(message.statusCode, 406, 'the default of this policy is hold');
  assert.ok(elapsedMs >= decideMsMax - 20 && elapsedMs < decideMsMax + 1_000, `${elapsedMs} ms`);
  out.destroy();
});

test('a caller that goes away is counted and harms nobody', async () => {
  const world = main.with({});
  const { out, answer } = await open(world, 100);
  answer.catch(() => undefined);
  out.on('error', () => undefined);
  out.write('ada');
  await new Promise((resolve) => setTimeout(resolve, 30));
  out.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(world.lines.some(({ fields }) => fields['why'] === 'the body broke off'));
  assert.equal((await call('ada', { world })).statusCode, 200);
});

/** The head of the answer to a call whose bytes are written as they are. */
async function answerTo(rest: string, world = main.with({})): Promise<string> {
  if (!world.api.server.listening) await world.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = world.api.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST ${hookPath} HTTP/1.1\r\nHost: test\r\nX-Secret: ${secret}\r\n${rest}`);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}

test('what a call expects of us does not matter', async () => {
  assert.match(await answerTo('Expect: foo\r\nContent-Length: 3\r\n\r\nada'), /^HTTP\/1.1 200 /);
  const miner = 'Expect: foo\r\nContent-Length: 5\r\n\r\nminer';
  assert.match(await answerTo(miner), /^HTTP\/1.1 406 /);
});

test('what follows a call and is no HTTP costs it nothing', async () => {
  for (const [account, status] of [
    ['ada', 200],
    ['miner', 406],
  ] as const) {
    const rest = `Content-Length: ${account.length}\r\n\r\n${account}garbage\r\n\r\n`;
    assert.match(await answerTo(rest), new RegExp(`^HTTP/1.1 ${status} `));
  }
});

test('a call that waits is answered though the next on its connection breaks', async () => {
  const { pipeline } = main.deps;
  const slow: ApiDeps['pipeline'] = {
    ingest: (events, receivedAt) => pipeline.ingest(events, receivedAt),
    queue: (asked) => pipeline.queue(asked),
    links: (question) => pipeline.links(question),
    ready: () => pipeline.ready(),
    decide: async (asked) => {
      await sleep(100);
      return pipeline.decide(asked);
    },
  };
  const world = main.with({ pipeline: slow });
  await world.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = world.api.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const head = `POST ${hookPath} HTTP/1.1\r\nHost: test\r\n`;
  const first = `${head}X-Secret: ${secret}\r\nContent-Length: 3\r\n\r\nada`;
  socket.write(`${first}${head}Transfer-Encoding: chunked\r\n\r\n3\r\nada\r\nnonsense\r\n`);
  let answers = '';
  socket.on('data', (bytes) => {
    answers += String(bytes);
  });
  await once(socket, 'close');
  assert.deepEqual(answers.match(/HTTP\/1.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 401']);
});

test('a body that stops being HTTP is answered by the default, in the words of the hook', async () => {
  const chunks = 'Transfer-Encoding: chunked\r\n\r\n3\r\nada\r\nnonsense\r\n';
  for (const action of ['allow', 'hold'] as const) {
    const world = main.with({ defaultAction: () => action });
    const answer = await answerTo(chunks, world);
    assert.match(answer, action === 'allow' ? /^HTTP\/1.1 200 / : /^HTTP\/1.1 406 /);
    assert.match(answer, /\r\nconnection: close\r\n/i);
    assert.ok(world.lines.some(({ fields }) => fields['why'] === 'the body broke off'));
  }
});

test('what arrives while the server drains is still answered', async () => {
  const world = main.with({});
  const { out, answer } = await open(world, 3);
  out.write('a');
  await new Promise((resolve) => setTimeout(resolve, 30));
  const closed = world.api.close();
  out.end('da');
  assert.equal((await answer).statusCode, 200);
  await closed;
});

test('the decision of a call is on stable storage when the answer leaves', async () => {
  const answer = await call('miner-stored');
  const { items } = await store.decisions({ limit: 200 });
  assert.ok(items.some(({ decision }) => decision.id === answer.headers['x-decision']));
});
