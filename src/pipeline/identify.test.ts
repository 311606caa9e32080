import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../base/json.ts';
import { accountKeyLengthMax, accountsShownMax, sharedValuesPerEventMax } from '../base/limits.ts';
import { BUILTIN_NETWORKS } from '../linker/identifiers/builtin-networks.ts';
import { displayOf } from '../linker/identifiers/display.ts';
import { isDisposable } from '../linker/identifiers/disposable-domains.ts';
import { ACCOUNT_FIELDS, eventValues } from '../linker/identifiers/event-values.ts';
import { templateBands } from '../linker/identifiers/job-template.ts';
import { parseNetworks } from '../linker/identifiers/networks.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { Event, EventType } from '../model/event.ts';
import { bareReport, type DefinitionReport } from '../model/finding.ts';
import { createIdentify } from './identify.ts';
import type { Shown } from './links.ts';
import { jobRequest } from './test-world.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300);
const KEY = new Uint8Array(32).fill(7);
const KNOWLEDGE = { networks: parseNetworks(BUILTIN_NETWORKS).table, isDisposable };

interface Asked {
  readonly event: Event;
  readonly definition: DefinitionInput | null;
  readonly report: DefinitionReport | null;
}

/** Kinds and displays in order, from the values themselves. */
function fromValues({ event, definition, report }: Asked): readonly string[] {
  const texts = definition?.kind === 'files' ? definition.files.map(({ text }) => text) : [];
  const job = definition === null ? null : { report, bands: templateBands(texts) };
  return eventValues(event, job, KNOWLEDGE).flatMap((value) => [value.kind, displayOf(value)]);
}

function withoutDigests(shown: Shown): readonly string[] {
  return shown.filter((_, i) => i % 3 !== 1);
}

const SCRIPTS = ['make', 'npm ci && npm run build && npm test -- --coverage && npm publish'];

/** One report a script, as the scan's cache gives; the second mines for somebody. */
const REPORTS: readonly DefinitionReport[] = SCRIPTS.map((_, i) => ({
  ...bareReport('clear', { path: 'job.sh', dialect: 'shell' }),
  verdict: i === 0 ? 'clear' : 'confirmed',
  identifiers: i === 0 ? [] : [{ kind: 'payout', value: 'somebody', coin: 'monero' }],
}));

const fieldValue = fc.oneof(
  fc.constantFrom<JsonObject[string]>(
    '192.0.2.10',
    '8.8.8.8',
    '2001:db8::1',
    'ada.lovelace42@example.com',
    'Brave-Otter-482',
    '',
    '2 ab',
    '2',
  ),
  fc.constantFrom<JsonObject[string]>(2, 5, true, null),
  fc.constantFrom<JsonObject[string]>(
    [{ kind: 'card', value: 'card 1234567890' }],
    [{ kind: 'phone', value: '+49 30 12345' }, 7],
  ),
);

const accountFields: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom<string>(...ACCOUNT_FIELDS),
  fieldValue,
  { maxKeys: 4 },
);

const asked: fc.Arbitrary<Asked> = fc
  .record({
    type: fc.constantFrom<EventType>(
      'job.requested',
      'job.requested',
      'account.created',
      'account.verified',
      'instrument.added',
      'project.created',
    ),
    account: accountFields,
    nested: fc.boolean(),
    script: fc.option(fc.nat(SCRIPTS.length - 1)),
    scanned: fc.boolean(),
  })
  .map(({ type, account, nested, script, scanned }) => {
    const own = { fingerprint: '1234567890', files: ['a', 'b', 'c', 'd', 'e'] };
    const data = nested ? { ...own, account } : { ...own, ...account };
    const { event, definition } = jobRequest('1', SCRIPTS[script ?? 0] ?? '', { data });
    const report = scanned ? (REPORTS[script ?? 0] ?? null) : null;
    return { event: { ...event, type }, definition: script === null ? null : definition, report };
  });

test('what is remembered is what would be made', () => {
  const remembering = createIdentify(KEY);
  fc.assert(
    fc.property(asked, (one) => {
      const { event, definition, report } = one;
      const made = createIdentify(KEY)(event, definition, report);
      assert.deepEqual(remembering(event, definition, report), made);
      assert.deepEqual(remembering(event, definition, report), made);
      assert.deepEqual(withoutDigests(made), fromValues(one));
    }),
    { numRuns },
  );
});

test('fields that run into one another are not confused', () => {
  const identify = createIdentify(KEY);
  const show = (data: JsonObject) =>
    withoutDigests(identify({ ...jobRequest('1', '', { data }).event }, null, null));
  assert.deepEqual(show({ ip: '8.8.8.8' }), show({ currentIp: '8.8.8.8' }));
  assert.deepEqual(show({ userAgent: '5' }), ['user-agent', '5']);
  assert.deepEqual(show({ userAgent: 5 }), []);
  assert.deepEqual(show({ userAgent: '1 x' }), ['user-agent', '1 x']);
  assert.deepEqual(show({ userAgent: 'x' }), ['user-agent', 'x']);
  assert.deepEqual(show({ username: '\n\n\n3 abc', userAgent: 'abc' }), ['user-agent', 'abc']);
});

test('a value that account and event both show stands once, and the limit holds for both', () => {
  const identify = createIdentify(KEY);
  const card = { kind: 'card', value: 'visa 1234' };
  const rest = Array.from({ length: sharedValuesPerEventMax }, (_, i) => ({
    kind: 'device',
    value: `device number ${i}`,
  }));
  const show = (identifiers: readonly JsonObject[]) => {
    const data = { kind: 'visa', fingerprint: '1234', account: { identifiers } };
    return identify(
      { ...jobRequest('1', '', { data }).event, type: 'instrument.added' },
      null,
      null,
    );
  };
  assert.equal(show([card]).length, 3);
  assert.equal(show([]).length, 3);
  assert.equal(show(rest.slice(0, 5)).length, 18);
  assert.equal(show(rest).length, 3 * sharedValuesPerEventMax);
});

test('more accounts than are remembered, and one of very long fields', () => {
  const identify = createIdentify(KEY);
  const show = (data: JsonObject) => identify(jobRequest('1', '', { data }).event, null, null);
  const first = show({ userAgent: 'first' });
  assert.equal(show({ userAgent: 'first' }), first, 'remembered');
  for (let i = 0; i < accountsShownMax; i++) show({ userAgent: `${i}` });
  assert.notEqual(show({ userAgent: 'first' }), first, 'made again');
  assert.deepEqual(show({ userAgent: 'first' }), first);
  const long = { ip: '8.8.8.8', email: 'x'.repeat(accountKeyLengthMax) };
  assert.notEqual(show(long), show(long));
  assert.deepEqual(show(long), show(long));
});
