import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { Compile } from 'typebox/compile';
import { nameLengthMax, requestMsMax } from '../base/limits.ts';
import { ERROR_CODES } from '../model/error-codes.ts';
import { admin, adminKey, createWorld, problemIn } from './api-world.test.ts';
import { ProblemSchema } from './problem.ts';

const main = await createWorld();
const { api } = main;

test('docs/reference/errors.md explains every code, with its status, and no other', () => {
  const path = new URL('../../docs/reference/errors.md', import.meta.url);
  const rows = [...readFileSync(path, 'utf8').matchAll(/^\| `([a-z-]+)` \| (\d+) \| (.+) \|$/gm)];
  const documented = rows.map(([, code, status]) => [code, Number(status)]);
  const known = Object.entries(ERROR_CODES).map(([code, { status }]) => [code, status]);
  assert.deepEqual(documented, known);
});

test('an address that is not there, or not an address, is a problem', async () => {
  for (const url of ['/', '/v2/events', '/v1/events/', '/v1/keys/a/b', '/v1/__proto__']) {
    assert.equal(problemIn(await api.inject({ url }), 404)['code'], 'not-found');
  }
  problemIn(await api.inject({ url: '/v1/decisions/%ff', headers: admin }), 400);
  const long = `/v1/decisions/${'x'.repeat(nameLengthMax * 4)}`;
  problemIn(await api.inject({ url: long, headers: admin }), 404);
  const typed = { method: 'POST', url: '/nowhere', payload: '{', headers: admin } as const;
  problemIn(await api.inject(typed), 404);
});

test('another method is refused with the ones that are allowed', async () => {
  const put = { method: 'PUT', url: '/v1/events', payload: 'x' } as const;
  const answer = await api.inject({ ...put, headers: { 'content-type': 'image/png' } });
  assert.equal(problemIn(answer, 405)['code'], 'method-not-allowed');
  assert.equal(answer.headers['allow'], 'POST');
  const keys = await api.inject({ method: 'DELETE', url: '/v1/keys' });
  assert.deepEqual(String(keys.headers['allow']).split(', ').sort(), ['GET', 'HEAD', 'POST']);
});

test('a bug is a problem too, and tells the caller nothing of the inside', async () => {
  const world = main.with({
    metrics: { contentType: 'text/plain', text: () => Promise.reject(new TypeError('at line 7')) },
  });
  const answer = await world.api.inject('/metrics');
  assert.equal(problemIn(answer, 500)['code'], 'internal');
  assert.ok(!answer.body.includes('line 7'));
  const line = world.lines.find(({ level }) => level === 'error');
  assert.equal(line?.fields['message'], 'at line 7');
  assert.equal(line?.fields['correlationId'], answer.headers['x-correlation-id']);
});

const CHUNKED = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';

async function exchange(bytes: string): Promise<string> {
  const { port } = api.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}

test('what is not HTTP is answered with a problem as well', async () => {
  await api.listen({ host: '127.0.0.1', port: 0 });
  const shape = Compile(ProblemSchema);
  const broken = [
    'nonsense\r\n\r\n',
    'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n',
    `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${adminKey}\r\n${CHUNKED}zzz\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
  ];
  for (const bytes of broken) {
    const [head = '', body = ''] = (await exchange(bytes)).split('\r\n\r\n');
    assert.match(head, /^HTTP\/1.1 400 /);
    assert.match(head, /application\/problem\+json/);
    assert.deepEqual(shape.Errors(JSON.parse(body)), []);
  }
  assert.equal(api.server.requestTimeout, requestMsMax);
});
