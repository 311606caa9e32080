import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { drainArrivalMsMax } from '../base/limits.ts';
import { adminKey, createWorld, hookPath, jobEvent, secret, type World } from './api-world.test.ts';
import { Connections } from './connections.ts';

const main = await createWorld();
/** On a busy machine. */
const LATE_MS_MAX = 700;

async function dial(world: World, text: string): Promise<Socket> {
  if (!world.api.server.listening) await world.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = world.api.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  await sleep(50);
  return socket;
}

/** What the socket is sent until it is closed. */
async function allOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  if (!socket.closed) await once(socket, 'close');
  return text;
}

async function closingMs(world: World): Promise<number> {
  const started = performance.now();
  await world.api.close();
  return performance.now() - started;
}

function head(path: string, length: number, header: string): string {
  const type = 'Content-Type: application/json';
  const lines = [`POST ${path} HTTP/1.1`, 'Host: x', type, `Content-Length: ${length}`, header];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

test('a connection that says nothing, or no more, does not hold up the end', async () => {
  const world = main.with({});
  const silent = await dial(world, '');
  const idle = await dial(world, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  const closed = Promise.all([once(silent, 'close'), once(idle.resume(), 'close')]);
  const elapsedMs = await closingMs(world);
  assert.ok(elapsedMs < LATE_MS_MAX, `${elapsedMs} ms`);
  await closed;
});

test('a request that is not whole holds up the end for a second', async () => {
  const begun = {
    'half a head': ['GET /heal', /^$/],
    'half the next head': ['GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /heal', /^HTTP\/1.1 200 /],
    'half a body': [`${head('/v1/events', 99, `Authorization: Bearer ${adminKey}`)}{`, /^$/],
    // The call of a provider has an earlier deadline than that.
    'half the body of a call': [`${head(hookPath, 99, `X-Secret: ${secret}`)}a`, /^HTTP\/1.1 406 /],
  } as const;
  for (const [name, [text, answer]] of Object.entries(begun)) {
    const world = main.with({});
    const socket = await dial(world, text);
    const [elapsedMs, answered] = await Promise.all([closingMs(world), allOf(socket)]);
    assert.ok(elapsedMs > drainArrivalMsMax - 50, `${name}: ${elapsedMs} ms`);
    assert.ok(elapsedMs < drainArrivalMsMax + LATE_MS_MAX, `${name}: ${elapsedMs} ms`);
    assert.match(answered, answer, name);
  }
});

test('nothing is kept of a request that is answered', async (t) => {
  const connections = new Connections();
  const begun: (ServerResponse | null)[] = [];
  const server = createServer((request, response) => {
    begun.push(connections.answerOn(request.socket));
    response.end();
  });
  connections.watch(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const accepted = once(server, 'connection');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const [theirs] = await accepted;
  await once(socket, 'data');
  assert.deepEqual(
    begun.map((answer) => answer === null),
    [false],
  );
  assert.equal(connections.answerOn(theirs), null);
});

test('what is being answered gets its answer, however long that takes', async () => {
  const { pipeline } = main.deps;
  const world = main.with({
    pipeline: {
      ingest: (events, receivedAt) => pipeline.ingest(events, receivedAt),
      queue: (request) => pipeline.queue(request),
      links: (question) => pipeline.links(question),
      ready: () => pipeline.ready(),
      async decide(request) {
        await sleep(drainArrivalMsMax + 200);
        return pipeline.decide(request);
      },
    },
  });
  const body = JSON.stringify(jobEvent('slow'));
  const bearer = `Authorization: Bearer ${adminKey}`;
  const slow = await dial(world, head('/v1/decisions', body.length, bearer) + body);
  const late = await dial(world, head('/v1/decisions', body.length, bearer) + body.slice(0, 9));
  const answers = Promise.all([allOf(slow), allOf(late)]);
  const ended = world.api.close();
  await sleep(drainArrivalMsMax / 2);
  late.write(body.slice(9));
  for (const answer of await answers) assert.match(answer, /^HTTP\/1.1 200 /);
  await ended;
});
