import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunLevel } from '../model/run-verdict.ts';
import type { Signal } from '../model/signal.ts';
import { DEFAULT_RUN_RULES, type JudgedJob, wantedMeasures } from './run-rule.ts';

const stratum: Signal = {
  kind: 'stratum',
  at: 0,
  job: null,
  source: 'packets',
  dialect: 'monero',
  carrier: 'tcp',
  phase: 'shares',
  client: '127.0.0.1:40000',
  server: '127.0.0.1:3333',
  login: '',
  agent: '',
  identifiers: [],
  shares: 1,
};

function job(level: RunLevel, seconds: number, extra: Partial<JudgedJob> = {}): JudgedJob {
  return {
    cgroup: '/j',
    isOwnCgroup: true,
    verdict: { level, bits: 20, reasons: [] },
    signals: [stratum],
    secondsAt: { none: seconds, suspected: seconds, mining: level === 'mining' ? seconds : 0 },
    ...extra,
  };
}

function kinds(of: JudgedJob): string {
  return wantedMeasures(DEFAULT_RUN_RULES, of)
    .map(({ measure, rule }) => `${rule}:${measure.kind}`)
    .join(' ');
}

test('nothing is done to a job that shows nothing', () => {
  assert.equal(kinds(job('none', 9_999)), '');
});

test('a suspect gets less beside others, later at all times, and never more than that', () => {
  assert.equal(kinds(job('suspected', 0)), 'suspected-share:cap');
  assert.equal(kinds(job('suspected', 9_999)), 'suspected-share:cap suspected-long:cap');
});

test('a miner stands still at once and is ended a minute later', () => {
  const now = 'suspected-share:cap mining-freeze:freeze mining-cut:cut';
  assert.equal(kinds(job('mining', 59)), now);
  assert.equal(kinds(job('mining', 60)), `${now} mining-stop:stop`);
});

test('what shares its cgroup with a runner is neither frozen nor ended', () => {
  const shared = job('mining', 60, { isOwnCgroup: false });
  assert.equal(kinds(shared), 'suspected-share:cap mining-cut:cut');
});
