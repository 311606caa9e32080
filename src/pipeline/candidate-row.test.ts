import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FACT_NAMES } from '../model/fact.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import { type PreparedRequest, prepare } from './candidate.ts';
import { type CandidateValue, readPrepared, writePrepared } from './candidate-row.ts';
import { jobRequest, scanner } from './test-world.ts';

function candidates(): readonly PreparedRequest[] {
  const mine = `xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 9)}`;
  const data = { account: { username: '\ud800\0', signIns: 3, trial: false }, project: 'p' };
  const requests = [
    jobRequest('1', 'make'),
    jobRequest('2', mine, { data }),
    jobRequest('3', 'make', { account: 'ü' }),
    { ...jobRequest('4', ''), definition: null, problem: 'not-json', wantsRecord: false },
  ];
  return requests.map((request, i) => {
    const { definition } = request;
    const scan = definition === null ? null : scanner.scan(definition);
    return prepare(request, scan, {
      number: i + 1,
      defaulted: i === 2,
      shown: i === 1 ? ['ip', 'k', '192.0.2.…'] : [],
    });
  });
}

test('candidates arrive as they were sent', () => {
  const sent = candidates();
  const values: CandidateValue[] = [];
  for (const candidate of sent) writePrepared(candidate, values);
  assert.deepEqual(readPrepared(structuredClone(values)), sent);
});

test('every fact has its own place', () => {
  const [first] = candidates();
  assert.ok(first);
  const facts = Object.fromEntries(FACT_NAMES.map((name, i) => [name, i]));
  const values: CandidateValue[] = [];
  writePrepared({ ...first, facts }, values);
  assert.deepEqual(readPrepared(values)[0]?.facts, facts);
});

test('rows of another width are a bug', () => {
  assert.throws(() => readPrepared([1]), /one width/);
});
