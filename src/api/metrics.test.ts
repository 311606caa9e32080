import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';

test('metrics.md lists every metric with its kind and labels, and no other', async () => {
  const { counters, text } = createMetrics();
  counters.wrongCredential('v1');
  const lines = (await text()).split('\n');
  const kinds = new Map(
    lines
      .map((line) => line.split(' '))
      .filter(([hash, word]) => hash === '#' && word === 'TYPE')
      .map(([, , name = '', kind = '']) => [kind === 'counter' ? `${name}_total` : name, kind]),
  );
  const path = new URL('../../docs/reference/metrics.md', import.meta.url);
  const rows = readFileSync(path, 'utf8').matchAll(/^\| `(davylamp_\w+)` \| (\w+) \| (.*?) ?\| /gm);
  const documented = [...rows].map(([, name = '', kind = '', labels = '']) => {
    return { name, kind, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label) };
  });
  assert.deepEqual(new Map(documented.map(({ name, kind }) => [name, kind])), kinds);
  for (const { name, labels } of documented) {
    const sample = lines.find((line) => new RegExp(`^${name}(_bucket)?[{ ]`).test(line)) ?? '';
    const found = [...sample.matchAll(/(\w+)="/g)].map(([, label]) => label);
    assert.deepEqual(found.filter((label) => label !== 'le').sort(), labels.sort(), name);
  }
});

test('what is counted is what is shown, in seconds, and ends as OpenMetrics ends', async () => {
  const { counters, text, contentType } = createMetrics(['v1', 'gitlab']);
  counters.decided('admission', 'deny', 'shadow');
  counters.defaulted('spend', 'overload');
  counters.eventsRecorded(3);
  counters.batch(7);
  counters.stage('record', 2);
  counters.answered('admission', 30);
  counters.waiting(12);
  counters.policyReload('refused');
  const shown = await text();
  const expected = [
    'davylamp_decisions_total{checkpoint="admission",action="deny",mode="shadow"} 1',
    'davylamp_decisions_total{checkpoint="admission",action="deny",mode="live"} 0',
    'davylamp_default_answers_total{checkpoint="spend",cause="overload"} 1',
    'davylamp_events_recorded_total 3',
    'davylamp_batch_requests_sum 7',
    'davylamp_stage_seconds_sum{stage="record"} 0.002',
    'davylamp_answer_seconds_sum{checkpoint="admission"} 0.03',
    'davylamp_answer_seconds_bucket{le="0.025",checkpoint="admission"} 0',
    'davylamp_answer_seconds_bucket{le="0.05",checkpoint="admission"} 1',
    'davylamp_waiting_requests 12',
    'davylamp_policy_reloads_total{outcome="refused"} 1',
    'davylamp_wrong_credentials_total{surface="v1"} 0',
    'davylamp_wrong_credentials_total{surface="gitlab"} 0',
  ];
  const lines = new Set(shown.split('\n'));
  assert.deepEqual(
    expected.filter((line) => !lines.has(line)),
    [],
  );
  assert.match(shown, /# EOF\n$/);
  assert.match(contentType, /^application\/openmetrics-text/);
});
