import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../base/json.ts';
import {
  repositoryFilesMax,
  sharedValueLengthMax,
  sharedValuesPerEventMax,
} from '../../base/limits.ts';
import { EVENT_TYPES, type Event, type EventType } from '../../model/event.ts';
import { bareReport, type DefinitionReport } from '../../model/finding.ts';
import { SHARED_KINDS } from '../../model/identifier.ts';
import { parseSubject, type Subject } from '../../model/ids.ts';
import { displayOf } from './display.ts';
import { isDisposable } from './disposable-domains.ts';
import { eventValues, type JobSeen } from './event-values.ts';
import { templateBands } from './job-template.ts';
import { parseNetworks } from './networks.ts';
import { repositoryContent } from './repository-content.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const KNOWLEDGE = { networks: parseNetworks('').table, isDisposable };

function event(type: EventType, data: JsonObject): Event {
  const subject = parseSubject('generic/ada') as Subject;
  return { source: 's', id: '1', type, subject, time: 0, data, bodyHash: '' };
}

function valuesOf(
  type: EventType,
  data: JsonObject,
  job: JobSeen | null = null,
): readonly string[] {
  return eventValues(event(type, data), job, KNOWLEDGE).map(
    ({ kind, value }) => `${kind} ${value}`,
  );
}

test('a sign-up says who came from where, and what the provider knows', () => {
  const identifiers = [
    { kind: 'phone', value: '+49 30 1234-567' },
    { kind: 'ssh-key', value: 'SHA256:abc' },
    { kind: 'device', value: 'd1' },
  ];
  const values = valuesOf('account.created', {
    username: 'Brave-Otter-482',
    email: 'ada@example.org',
    ip: '203.0.113.9',
    userAgent: 'browser/1',
    identifiers,
  });
  assert.deepEqual(values, [
    'ip 203.0.113.9',
    'ip-prefix 203.0.113.0/24',
    'email ada@example.org',
    'email-domain example.org',
    'name-grammar Adj-Noun-9{3}',
    'user-agent browser/1',
    'phone 49301234567',
    'key SHA256:abc',
    'device d1',
  ]);
});

test('nobody can send what only the linker or a person says', () => {
  const identifiers = [...SHARED_KINDS, 'constructor', '__proto__'].map((kind) => ({
    kind,
    value: 'x1',
  }));
  const kinds = valuesOf('account.created', { identifiers }).map((text) => text.split(' ')[0]);
  assert.deepEqual(new Set(kinds), new Set(['card', 'phone', 'key', 'device']));
});

test('a mailbox is proven by its verification only', () => {
  const data = { email: 'ada@example.org' };
  assert.ok(!valuesOf('account.login', data).includes('verified-email ada@example.org'));
  assert.ok(valuesOf('account.verified', data).includes('verified-email ada@example.org'));
});

test('an instrument, a project and counts of cards say something', () => {
  assert.deepEqual(valuesOf('instrument.added', { kind: 'card', fingerprint: 'f1' }), [
    'card card f1',
  ]);
  const files = ['a', 'b', 'c', 'd', { path: 'e' }];
  const content = repositoryContent(['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(valuesOf('project.created', { files }), [`repository-content ${content}`]);
  const account = { similarCards: 7, similarCardHolders: 2 };
  assert.deepEqual(valuesOf('job.requested', { account }), ['similar-cards 7 of 2 names']);
  assert.deepEqual(valuesOf('job.requested', { account: { similarCards: 2 } }), []);
});

const COMMANDS = [
  'curl -sL https://example.org/install | sh',
  'tool run all of it and then some more',
];

function report(verdict: DefinitionReport['verdict']): DefinitionReport {
  const identifiers = [
    { kind: 'payout', coin: 'monero', value: '4AB' },
    { kind: 'worker', coin: '', value: 'gh-a-1' },
  ] as const;
  const bare = bareReport('clear', { path: 'ci.yml', dialect: 'gitlab' });
  return { ...bare, verdict, identifiers };
}

test('payouts and mining templates are taken of jobs that mine', () => {
  const of = (verdict: DefinitionReport['verdict']) =>
    valuesOf('job.requested', {}, { report: report(verdict), bands: templateBands(COMMANDS) });
  const mining = of('confirmed');
  assert.ok(mining.includes('payout 4AB') && mining.includes('worker gh-a-1'));
  assert.equal(mining.filter((text) => text.startsWith('mining-template')).length, 6);
  const relayed = of('suspected');
  assert.ok(!relayed.some((text) => text.startsWith('payout') || text.startsWith('worker')));
  assert.equal(relayed.filter((text) => text.startsWith('suspect-template')).length, 6);
  const honest = valuesOf(
    'job.requested',
    {},
    { report: report('clear'), bands: templateBands(COMMANDS) },
  );
  assert.deepEqual(new Set(honest.map((text) => text.split(' ')[0])), new Set(['job-template']));
});

test('whatever an event holds, its values are few and short, and their display is harmless', () => {
  const anyData = fc
    .dictionary(
      fc.constantFrom('username', 'email', 'ip', 'userAgent', 'identifiers', 'account', 'files'),
      fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })),
    )
    .map((data) => data as { readonly [key: string]: Json });
  fc.assert(
    fc.property(fc.constantFrom(...EVENT_TYPES), anyData, (type, data) => {
      const values = eventValues(
        event(type, data),
        { report: null, bands: templateBands(COMMANDS) },
        KNOWLEDGE,
      );
      for (const value of values) {
        assert.ok(value.value.length <= sharedValueLengthMax);
        assert.doesNotMatch(displayOf(value), /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }
    }),
    { numRuns: numRuns * 2 },
  );
});

test('a flood of identifiers, of long ones and of files is cut', () => {
  const identifiers = Array.from({ length: 5_000 }, (_, i) => ({ kind: 'device', value: `d${i}` }));
  assert.equal(valuesOf('account.created', { identifiers }).length, sharedValuesPerEventMax);
  const userAgent = 'x'.repeat(sharedValueLengthMax + 1);
  assert.deepEqual(valuesOf('account.created', { userAgent }), []);
  const many = Array.from({ length: repositoryFilesMax + 1 }, (_, i) => `f${i}`);
  assert.equal(repositoryContent(many), null);
});

test('what is shown of a value is not the value', () => {
  const secret = '4AAbcdefghijklmnopqrstuvwxyz0123456789';
  for (const kind of [
    'payout',
    'worker',
    'card',
    'phone',
    'key',
    'device',
    'job-template',
  ] as const) {
    assert.ok(displayOf({ kind, value: secret }).length <= 9, kind);
  }
  assert.equal(displayOf({ kind: 'email', value: 'ada@example.org' }), 'a…@example.org');
  assert.equal(displayOf({ kind: 'ip', value: '203.0.113.9' }), '203.0.113.…');
  assert.equal(displayOf({ kind: 'ip', value: '2001:db8:1:2::/64' }), '2001:db8:1:…');
});
