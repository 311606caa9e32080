import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handOverRequestsMax } from '../base/limits.ts';
import { FACT_NAMES } from '../model/fact.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import { type PreparedRequest, prepare } from './candidate.ts';
import { CandidateReader, CandidateWriter } from './candidate-row.ts';
import { jobRequest, scanner } from './test-world.ts';

function candidates(): readonly PreparedRequest[] {
  const mine = `xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 9)}`;
  const definition = { dialect: 'shell', files: [{ path: 'job.sh', text: 'ü\ud800' }] };
  const account = { username: '\ud800\0', signIns: 3, trial: false };
  const data = { account, project: 'p', definition };
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

test('candidates arrive as they were sent, and so they do when they come again', () => {
  const writer = new CandidateWriter();
  const reader = new CandidateReader();
  const sent = candidates();
  const lengths = [1, 2, 3].map(() => {
    for (const candidate of sent) writer.write(candidate);
    assert.equal(writer.rows, sent.length);
    const values = writer.take();
    assert.equal(writer.rows, 0);
    assert.deepEqual(reader.read(structuredClone(values)), sent);
    return JSON.stringify(values).length;
  });
  assert.ok((lengths[1] ?? 0) < (lengths[0] ?? 0), 'what was sent before is sent as a number');
  assert.equal(lengths[1], lengths[2]);
});

test('more rows than one hand-over has', () => {
  const writer = new CandidateWriter();
  const [first] = candidates();
  assert.ok(first);
  const sent = Array.from({ length: handOverRequestsMax + 5 }, (_, number) => ({
    ...first,
    number,
  }));
  for (const candidate of sent) writer.write(candidate);
  assert.deepEqual(new CandidateReader().read(structuredClone(writer.take())), sent);
  assert.deepEqual(writer.take(), []);
});

test('every fact has its own place', () => {
  const [first] = candidates();
  assert.ok(first);
  const facts = Object.fromEntries(FACT_NAMES.map((name, i) => [name, i]));
  const writer = new CandidateWriter();
  writer.write({ ...first, facts });
  assert.deepEqual(new CandidateReader().read(writer.take())[0]?.facts, facts);
});

test('rows of another width, and numbers of what was not sent, are a bug', () => {
  assert.throws(() => new CandidateReader().read([1]), /one width/);
  const [first] = candidates();
  assert.ok(first);
  const writer = new CandidateWriter();
  writer.write(first);
  writer.take();
  writer.write(first);
  assert.throws(() => new CandidateReader().read(writer.take()), /before its number/);
});
