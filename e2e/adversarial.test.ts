/**
 * Every way to hide that we know, in every dialect, through the readers and the scanner as a
 * repository would be scanned. What is hidden is a miner once and something innocent once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../src/model/finding.ts';
import type { Dialect } from '../src/model/job-definition.ts';
import { READERS } from '../src/providers/registry.ts';
import { createScanner } from '../src/scanner/scanner.ts';
import { WRAPS, wrapped } from './adversarial/dialects.ts';
import { HELD_OUT } from './adversarial/held-out.ts';
import { innocents, miners, type Payload } from './adversarial/payload.ts';
import { TECHNIQUES, type Technique } from './adversarial/techniques.ts';

/** Of all cases, the share that must be found, and found with who is paid. */
const FOUND_MIN = 0.95;
const CONFIRMED_MIN = 0.85;

const ALL: readonly Technique[] = [...TECHNIQUES, ...HELD_OUT];
const scanner = createScanner({ readers: READERS });
const dialects = Object.keys(WRAPS) as Dialect[];

interface Judged {
  readonly technique: string;
  readonly dialect: Dialect;
  readonly payload: string;
  readonly verdict: Verdict;
}

test('miners are found however they are hidden, in every dialect', (t) => {
  const judged = judgeAll(miners(7));
  const confirmed = judged.filter(({ verdict }) => verdict === 'confirmed').length;
  const suspected = judged.filter(({ verdict }) => verdict === 'suspected').length;
  const share = (count: number): string => `${((count / judged.length) * 100).toFixed(1)} %`;
  t.diagnostic(
    `${judged.length} cases: ${share(confirmed)} confirmed, ${share(suspected)} suspected`,
  );
  for (const line of missed(judged)) t.diagnostic(line);
  assert.ok(dialects.length >= 10);
  assert.ok((confirmed + suspected) / judged.length >= FOUND_MIN, 'confirmed or suspected');
  assert.ok(confirmed / judged.length >= CONFIRMED_MIN, 'confirmed');
});

test('the same ways to write something innocent accuse nobody', () => {
  const judged = judgeAll(innocents());
  const accused = judged.filter(({ verdict }) => ['confirmed', 'suspected'].includes(verdict));
  assert.deepEqual(accused, []);
});

function judgeAll(payloads: readonly Payload[]): readonly Judged[] {
  return ALL.flatMap((technique, i) =>
    dialects.map((dialect, j): Judged => {
      const payload = payloads[(i + j) % payloads.length];
      assert.ok(payload);
      const verdict = judge(technique, dialect, payload);
      return { technique: technique.name, dialect, payload: payload.name, verdict };
    }),
  );
}

/** The worst verdict on the definition and on what it runs. */
function judge(technique: Technique, dialect: Dialect, payload: Payload): Verdict {
  const wrap = WRAPS[dialect];
  assert.ok(wrap);
  const hidden = technique.hide(payload);
  const files = hidden.files ?? {};
  const { path, text } = wrapped(wrap, hidden);
  const reader = READERS.find((one) => one.dialect === dialect);
  assert.ok(reader, dialect);
  const reports = scanner.scanFile(reader, path, text, (other) => files[other] ?? null);
  const order: readonly Verdict[] = ['confirmed', 'suspected', 'unchecked', 'clear'];
  return order.find((verdict) => reports.some((one) => one.verdict === verdict)) ?? 'clear';
}

/** What was not found, a line for each technique: in which dialects, with which verdict. */
function missed(judged: readonly Judged[]): readonly string[] {
  const weak = judged.filter(({ verdict }) => verdict !== 'confirmed');
  return [...Map.groupBy(weak, ({ technique }) => technique)].map(([technique, cases]) => {
    const where = cases.map(({ dialect, verdict }) => `${dialect} ${verdict}`);
    return `${technique}: ${where.join(', ')}`;
  });
}
