import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Compile } from 'typebox/compile';
import {
  type DecisionRecord,
  type FiredRule,
  LIMIT_NAMES,
  type Limits,
} from '../model/decision.ts';
import type { DefinitionReport, Finding } from '../model/finding.ts';
import { decisionIdOf, parseSubject } from '../model/ids.ts';
import { encodeDecision, encodeRecord } from './decision-codec.ts';
import { DecisionRecordSchema, DecisionSchema } from './decision-schema.ts';

const finding: Finding = {
  rule: 'payout-address',
  title: 'A payout address',
  severity: 'high',
  confidence: 'high',
  position: 'executed',
  bits: 12,
  job: 'build',
  location: { path: '.gitlab-ci.yml', line: 3, column: 5, endLine: 3, endColumn: 99 },
  evidence: './run --user …',
  decoded: ['base64'],
  encodedAt: { path: '.gitlab-ci.yml', line: 3, column: 9, endLine: 3, endColumn: 50 },
  via: ['.gitlab-ci.yml', 'run.sh'],
};
const limits: Required<Limits> = {
  vcpuSeconds: 1,
  concurrency: 1,
  fanOut: 1,
  priority: -1,
  notBeforeSeconds: 60,
  cpuShare: 0.5,
  memoryBytes: 1024,
};
const rule: FiredRule = { id: 'r', action: 'deny', limits, ttlSeconds: 60, reason: 'because' };
const scan: DefinitionReport = {
  path: '.gitlab-ci.yml',
  via: ['a.yml', '.gitlab-ci.yml'],
  dialect: 'gitlab',
  verdict: 'confirmed',
  bits: 12,
  executedBits: 10,
  unchecked: ['an include'],
  broken: false,
  findings: [finding],
  identifiers: [{ kind: 'payout', coin: 'monero', value: '4…' }],
};

function record(): DecisionRecord {
  const subject = parseSubject('gitlab/17/99');
  assert.ok(subject !== null);
  return {
    decision: {
      id: decisionIdOf('gitlab', 'e1'),
      checkpoint: 'admission',
      action: 'deny',
      limits,
      ttlSeconds: 60,
      risk: 0.99,
      bits: 12,
      reasons: ['because'],
      rules: [rule],
      shadow: [rule],
      findings: [finding],
      party: null,
      policy: '0123456789abcdef',
      at: Date.UTC(2026, 10, 22),
    },
    subject,
    event: { source: 'gitlab', id: 'e1' },
    mode: 'live',
    liveAction: 'deny',
    answered: 'decision',
    facts: { 'provider': 'gitlab', 'scan.bits': 12, 'scan.rules': ['payout-address'] },
    scan,
  };
}

test('a decision has the fields of the contract, in its order, and nothing else', () => {
  const { decision } = record();
  const body = encodeDecision({ ...decision, internal: 'x' } as typeof decision);
  assert.deepEqual(Object.keys(body), Object.keys(DecisionSchema.properties));
  assert.equal(body.at, '2026-11-22T00:00:00.000Z');
  assert.deepEqual(Object.keys(body.limits).sort(), [...LIMIT_NAMES].sort());
});

test('what is encoded is what the schemas say', () => {
  const decision = Compile(DecisionSchema);
  const whole = Compile(DecisionRecordSchema);
  const body = JSON.parse(JSON.stringify(encodeRecord(record())));
  assert.deepEqual(whole.Errors(body), []);
  assert.deepEqual(Object.keys(body), Object.keys(DecisionRecordSchema.properties));
  assert.equal(body.subject, 'gitlab/17/99');
  assert.deepEqual(
    decision.Errors(JSON.parse(JSON.stringify(encodeDecision(record().decision)))),
    [],
  );
  assert.ok(!decision.Check({ ...body, action: 'explode' }), 'the schema can refuse');
});
