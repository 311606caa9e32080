import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Json, type JsonObject, parseJson } from '../base/json.ts';
import { bodyBytesMax, listItemsMax, nameLengthMax, textLengthMax } from '../base/limits.ts';
import { EVENT_TYPES, type EventType } from '../model/event.ts';
import { decodeEvent } from './event-codec.ts';
import { DATA_SCHEMAS } from './event-schema.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

const account = {
  username: 'ada',
  email: 'ada@example.org',
  ip: '192.0.2.7',
  userAgent: 'Mozilla/5.0',
  plan: 'free',
  identifiers: [{ kind: 'ssh-key', value: 'SHA256:abc' }],
};
const context = {
  account: {
    username: 'ada',
    email: 'ada@example.org',
    createdAt: '2026-11-01T10:00:00Z',
    plan: 'free',
    trial: false,
    signIns: 3,
    similarCards: 1,
    similarCardHolders: 1,
  },
  projectCreatedAt: '2026-11-02 10:00:00 UTC',
  projectVisibility: 'public',
  jobsAlive: 0,
  images: ['node:24'],
};

/** Every field of every type, as someone would send it. */
const FULL: Readonly<Record<EventType, JsonObject>> = {
  'account.created': account,
  'account.login': account,
  'account.verified': account,
  'instrument.added': { kind: 'card', fingerprint: 'f1', funding: 'prepaid', country: 'NL' },
  'project.created': { project: 'ada/site', visibility: 'public', fork: false, files: 3 },
  'job.requested': {
    project: 'ada/site',
    definition: {
      dialect: 'github',
      files: [{ path: '.github/workflows/ci.yml', text: 'on: push' }],
    },
    vcpu: 2,
    timeoutSeconds: 3600,
    fanOut: 4,
    trigger: 'push',
    ...context,
  },
  'job.started': { vcpu: 2, ...context },
  'job.finished': { vcpuSeconds: 120.5, status: 'success' },
  'job.observed': { signals: [{ kind: 'stratum', port: 3333 }] },
  'credit.granted': { amount: 50 },
  'credit.spent': { amount: 0.25 },
  'challenge.completed': { challenge: 'phone', result: 'passed' },
  'review.labelled': { label: 'miner', reason: 'pool login in the log' },
};

function event(type: EventType, data: Json = FULL[type], more: JsonObject = {}): JsonObject {
  const envelope = { specversion: '1.0', id: 'e-1', source: 'https://ci.example.com', type };
  const subject = 'generic/ada/job-1';
  return { ...envelope, subject, time: '2026-11-22T10:00:00.5Z', data, ...more };
}

function problemOf(value: Json): { field: string; message: string } {
  const decoded = decodeEvent(value);
  assert.ok(!decoded.ok, 'the event should be refused');
  assert.equal(decoded.error.code, 'bad-request');
  if (decoded.error.field !== '') assert.ok(decoded.error.message.includes(decoded.error.field));
  return decoded.error;
}

test('an event of every type is read, with every field that its type has', () => {
  for (const type of EVENT_TYPES) {
    assert.deepEqual(
      Object.keys(FULL[type]).sort(),
      Object.keys(DATA_SCHEMAS[type].properties).sort(),
    );
    const decoded = decodeEvent(event(type));
    assert.ok(decoded.ok, `${type}: ${decoded.ok ? '' : decoded.error.message}`);
    assert.deepEqual(decoded.value.data, FULL[type]);
  }
});

test('the fields of the envelope arrive where they belong', () => {
  const decoded = decodeEvent(event('credit.spent', { amount: 1 }, { traceparent: '00-1' }));
  assert.ok(decoded.ok);
  const { bodyHash, ...rest } = decoded.value;
  assert.match(bodyHash, /^[0-9a-f]{64}$/);
  assert.deepEqual(rest, {
    source: 'https://ci.example.com',
    id: 'e-1',
    type: 'credit.spent',
    subject: { provider: 'generic', account: 'ada', job: 'job-1' },
    time: Date.UTC(2026, 10, 22, 10, 0, 0, 500),
    data: { amount: 1 },
  });
});

test('every field of data may be missing, and unknown ones are kept', () => {
  for (const type of EVENT_TYPES) {
    const decoded = decodeEvent(event(type, { colour: ['red'] }));
    assert.ok(decoded.ok);
    assert.deepEqual(decoded.value.data, { colour: ['red'] });
  }
});

test('the hash is of all that was sent, in any order of keys', () => {
  const sent = event('credit.spent');
  const hash = (value: JsonObject) => {
    const decoded = decodeEvent(value);
    assert.ok(decoded.ok);
    return decoded.value.bodyHash;
  };
  const turned = Object.fromEntries(Object.entries(sent).reverse());
  assert.equal(hash(turned), hash(sent));
  assert.notEqual(hash({ ...sent, traceparent: '00-1' }), hash(sent));
  assert.notEqual(hash({ ...sent, data: { amount: 2 } }), hash(sent));
});

test('a bad envelope is refused by the name of its field', () => {
  const good = event('credit.spent');
  const without = (name: string) =>
    Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  for (const name of Object.keys(good)) assert.equal(problemOf(without(name)).field, `/${name}`);
  const bad: readonly [string, Json][] = [
    ['specversion', '0.3'],
    ['id', ''],
    ['id', 'x'.repeat(nameLengthMax + 1)],
    ['id', 7],
    ['source', 'x'.repeat(nameLengthMax + 1)],
    ['type', 'job.exploded'],
    ['type', '__proto__'],
    ['subject', 'Generic/ada'],
    ['subject', 'generic'],
    ['subject', `generic/${'x'.repeat(nameLengthMax)}`],
    ['time', 'yesterday'],
    ['time', '1969-01-01T00:00:00Z'],
    ['datacontenttype', 'text/xml'],
    ['data', null],
    ['data', []],
  ];
  for (const [name, value] of bad) {
    assert.equal(problemOf({ ...good, [name]: value }).field, `/${name}`, `${name}: ${value}`);
  }
  for (const value of [null, [], 'x', 3]) assert.equal(problemOf(value).field, '');
  for (const type of ['application/json; charset=utf-8', 'application/scan+json']) {
    assert.ok(decodeEvent({ ...good, datacontenttype: type }).ok, type);
  }
});

test('a field of data of the wrong type is refused by its pointer', () => {
  const bad: readonly [EventType, JsonObject, string][] = [
    ['account.created', { username: 7 }, '/data/username'],
    ['account.created', { identifiers: [{ kind: 'x' }] }, '/data/identifiers/0/value'],
    ['instrument.added', { kind: '' }, '/data/kind'],
    ['project.created', { fork: 'yes' }, '/data/fork'],
    ['job.requested', { vcpu: '2' }, '/data/vcpu'],
    ['job.requested', { vcpu: -1 }, '/data/vcpu'],
    ['job.requested', { fanOut: 1.5 }, '/data/fanOut'],
    ['job.requested', { definition: { dialect: 'github' } }, '/data/definition/files'],
    ['job.requested', { account: { trial: 'no' } }, '/data/account/trial'],
    ['job.requested', { account: { createdAt: 'then' } }, '/data/account/createdAt'],
    ['job.requested', { projectCreatedAt: 'then' }, '/data/projectCreatedAt'],
    ['job.started', { images: 'node' }, '/data/images'],
    ['job.finished', { vcpuSeconds: null }, '/data/vcpuSeconds'],
    ['job.observed', { signals: [{}] }, '/data/signals/0/kind'],
    ['credit.spent', JSON.parse('{"amount":1e999}') as JsonObject, '/data/amount'],
  ];
  for (const [type, data, field] of bad) assert.equal(problemOf(event(type, data)).field, field);
});

test('lists and texts have a limit, and what an account writes may be long', () => {
  const many = Array.from({ length: listItemsMax + 1 }, () => ({ kind: 'k', value: 'v' }));
  assert.equal(
    problemOf(event('account.created', { identifiers: many })).field,
    '/data/identifiers',
  );
  assert.equal(problemOf(event('job.observed', { signals: many })).field, '/data/signals');
  const files = many.map(() => ({ path: 'a', text: '' }));
  const definition = { dialect: 'shell', files };
  assert.equal(problemOf(event('job.requested', { definition })).field, '/data/definition/files');
  const long = 'x'.repeat(textLengthMax);
  assert.ok(decodeEvent(event('account.created', { userAgent: long })).ok);
  assert.equal(
    problemOf(event('account.created', { userAgent: `${long}x` })).field,
    '/data/userAgent',
  );
});

test('whatever parses as JSON is read or refused, never thrown at', () => {
  const mutated = fc
    .tuple(fc.constantFrom(...EVENT_TYPES), fc.jsonValue(), fc.nat(), fc.boolean())
    .map(([type, junk, place, inData]) => {
      const base = event(type);
      const target = inData ? { ...FULL[type] } : { ...base };
      const keys = Object.keys(target);
      const key = keys[place % keys.length] ?? 'id';
      const changed = { ...target, [key]: junk };
      return JSON.stringify(inData ? { ...base, data: changed } : changed);
    });
  const property = fc.property(fc.oneof(mutated, fc.json()), (text) => {
    const json = parseJson(text, bodyBytesMax);
    if (!json.ok) return;
    const decoded = decodeEvent(json.value);
    assert.equal(typeof (decoded.ok ? decoded.value.bodyHash : decoded.error.message), 'string');
  });
  fc.assert(property, { numRuns });
});

test('docs/reference/events.md has a section for each type with each of its fields', () => {
  const path = new URL('../../docs/reference/events.md', import.meta.url);
  const text = readFileSync(path, 'utf8');
  const sections = new Map(
    text.split(/^### /m).map((section) => [section.split('\n', 1)[0] ?? '', section]),
  );
  for (const type of EVENT_TYPES) {
    const heading = [...sections.keys()].find((title) => title.includes(`\`${type}\``));
    assert.ok(heading !== undefined, `events.md has no section for ${type}`);
    const rows = [...(sections.get(heading) ?? '').matchAll(/^\| `([A-Za-z.[\]]+)`/gm)];
    const documented = rows.map(([, name = '']) => name.replace(/[.[].*$/, ''));
    assert.deepEqual(
      [...new Set(documented)].sort(),
      Object.keys(DATA_SCHEMAS[type].properties).sort(),
      `the fields of ${type}`,
    );
  }
});
