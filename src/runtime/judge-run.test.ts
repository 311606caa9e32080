import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { signalsPerJobMax } from '../base/sensor-limits.ts';
import { HOUR_MS, SECOND_MS } from '../base/time.ts';
import { RUN_LEVELS, type RunVerdict } from '../model/run-verdict.ts';
import { EVIDENCE_GROUPS, groupOf, SIGNAL_KINDS, type Signal } from '../model/signal.ts';
import { bitsLeft, bitsOfSignal } from './bits-of-signal.ts';
import { holdSignal } from './hold-signal.ts';
import { judgeRun } from './judge-run.ts';
import { anySignal, anyTime, SAMPLES, signalsOf } from './test-signals.ts';
import { CIRCUMSTANTIAL, CPU_LASTED_SECONDS_MIN, LIFETIMES } from './weights.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300);
const anySignals = fc.array(anySignal, { maxLength: 12 });

function severity({ level }: RunVerdict): number {
  return RUN_LEVELS.indexOf(level);
}

test('nothing seen is nothing', () => {
  assert.deepEqual(judgeRun([], 0), { level: 'none', bits: 0, reasons: [] });
});

test('each kind weighs something, is of a group and has a sentence', () => {
  assert.deepEqual(Object.keys(SAMPLES).sort(), [...SIGNAL_KINDS].sort());
  for (const signal of Object.values(SAMPLES)) {
    const verdict = judgeRun([signal], 0);
    assert.equal(verdict.bits, bitsOfSignal(signal), signal.kind);
    assert.ok(verdict.bits > 0, signal.kind);
    assert.equal(verdict.reasons[0]?.group, groupOf(signal));
    assert.match(verdict.reasons[0]?.sentence ?? '', /^\S.*\.$/);
  }
});

test('a session with shares is mining, one that only asks is not yet', () => {
  const stratum = SAMPLES['stratum'];
  assert.equal(judgeRun([stratum], 0).level, 'mining');
  assert.equal(judgeRun([{ ...stratum, phase: 'served' }], 0).level, 'mining');
  assert.equal(judgeRun([{ ...stratum, phase: 'asked' }], 0).level, 'suspected');
  assert.equal(judgeRun([{ ...stratum, phase: 'asked' }, SAMPLES['cpu']], 0).level, 'mining');
  const polled = { ...stratum, dialect: 'getwork', phase: 'asked', login: '' } as const;
  assert.equal(judgeRun([polled], 0).level, 'none');
  const shape = { ...stratum, dialect: 'stratum-v2', phase: 'shape' } as const;
  assert.equal(judgeRun([shape], 0).level, 'none');
});

test('the same without a word on the wire: RandomX by its memory and its rounding modes', () => {
  const { cpu, memory, rounding, flow } = SAMPLES;
  assert.equal(judgeRun([cpu], 0).level, 'suspected');
  assert.equal(judgeRun([memory], 0).level, 'suspected');
  assert.equal(judgeRun([rounding], 0).level, 'suspected');
  assert.equal(judgeRun([memory, rounding], 0).level, 'mining');
  assert.equal(judgeRun([flow], 0).level, 'none');
  assert.equal(judgeRun([flow, cpu], 0).level, 'suspected');
});

test('interval arithmetic on all cores is not stopped', () => {
  const interval = { ...SAMPLES['rounding'], modes: 2 };
  assert.equal(judgeRun([interval, SAMPLES['cpu']], 0).level, 'suspected');
});

test('a pattern has to last', () => {
  const short = { ...SAMPLES['cpu'], lastedSeconds: CPU_LASTED_SECONDS_MIN - 1 };
  assert.equal(judgeRun([short], 0).bits, 0);
  assert.equal(judgeRun([{ ...SAMPLES['memory'], lastedSeconds: 1 }], 0).bits, 0);
  assert.equal(judgeRun([{ ...SAMPLES['flow'], lastedSeconds: 59 }], 0).bits, 0);
  assert.equal(judgeRun([{ ...SAMPLES['rounding'], samples: 2 }], 0).bits, 0);
});

test('CPU alone, whatever its numbers and however often, never makes more than a suspect', () => {
  const property = fc.property(signalsOf('cpu'), anyTime, (signals, at) => {
    assert.notEqual(judgeRun(signals, at).level, 'mining');
  });
  fc.assert(property, { numRuns });
});

test('all that is circumstantial together never makes more than a suspect', () => {
  const kinds = SIGNAL_KINDS.filter((kind) => CIRCUMSTANTIAL[kind]);
  const property = fc.property(signalsOf(...kinds), anyTime, (signals, at) => {
    assert.notEqual(judgeRun(signals, at).level, 'mining');
  });
  fc.assert(property, { numRuns });
  const all = Object.values(SAMPLES).filter(({ kind }) => CIRCUMSTANTIAL[kind]);
  const { level, bits } = judgeRun(all, 0);
  assert.ok(bits >= 16, `${bits} bits would be enough`);
  assert.equal(level, 'suspected');
});

test('order and repetition change nothing', () => {
  const property = fc.property(anySignals, anyTime, fc.nat(), (signals, at, turn) => {
    const cut = signals.length === 0 ? 0 : turn % signals.length;
    const turned = [...signals.slice(cut), ...signals.slice(0, cut)].reverse();
    assert.deepEqual(judgeRun([...turned, ...signals], at), judgeRun(signals, at));
  });
  fc.assert(property, { numRuns });
});

test('one more signal never makes the job look better', () => {
  const property = fc.property(anySignals, anySignal, anyTime, (signals, more, at) => {
    const [before, after] = [judgeRun(signals, at), judgeRun([...signals, more], at)];
    assert.ok(after.bits >= before.bits);
    assert.ok(severity(after) >= severity(before));
  });
  fc.assert(property, { numRuns });
});

test('groups add, and within a group the strongest counts', () => {
  const property = fc.property(anySignals, anyTime, (signals, at) => {
    const { bits, reasons } = judgeRun(signals, at);
    const sum = EVIDENCE_GROUPS.map((group) => {
      const left = signals.filter((signal) => groupOf(signal) === group);
      const most = Math.max(0, ...left.map((signal) => Math.round(bitsLeft(signal, at) * 10) / 10));
      return most < 0.5 ? 0 : most;
    }).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(bits - sum) < 0.06, `${bits} and ${sum}`);
    assert.equal(new Set(reasons.map(({ group }) => group)).size, reasons.length);
  });
  fc.assert(property, { numRuns });
});

test('evidence fades with the time given, and a clock set back does not unmake it', () => {
  const property = fc.property(anySignal, anyTime, anyTime, (signal, a, b) => {
    const [early, late] = [Math.min(a, b), Math.max(a, b)];
    assert.ok(bitsLeft(signal, late) <= bitsLeft(signal, early));
    assert.equal(bitsLeft(signal, signal.at - HOUR_MS), bitsOfSignal(signal));
  });
  fc.assert(property, { numRuns });
  for (const signal of Object.values(SAMPLES)) {
    const { freshMs, halfLifeMs } = LIFETIMES[signal.kind];
    assert.equal(bitsLeft(signal, freshMs), bitsOfSignal(signal));
    assert.equal(bitsLeft(signal, freshMs + halfLifeMs), bitsOfSignal(signal) / 2);
    assert.equal(judgeRun([signal], 30 * 24 * HOUR_MS).level, 'none');
  }
});

test('a job holds a bounded number of signals, the strongest, one a thing', () => {
  const property = fc.property(fc.array(anySignal, { maxLength: 150 }), (signals) => {
    let held: readonly Signal[] = [];
    for (const signal of signals) held = holdSignal(held, signal, 86_400_000);
    assert.ok(held.length <= signalsPerJobMax);
  });
  fc.assert(property, { numRuns: Math.ceil(numRuns / 10) });
  let held: readonly Signal[] = [SAMPLES['stratum']];
  for (let i = 0; i < 500; i++) {
    held = holdSignal(held, { ...SAMPLES['pool-name'], name: `n${i}` }, SECOND_MS);
  }
  assert.equal(held.length, signalsPerJobMax);
  assert.equal(judgeRun(held, SECOND_MS).level, 'mining', 'a flood pushes nothing strong out');
});

test('the later of two signals on one thing stands for both', () => {
  const early = { ...SAMPLES['stratum'], phase: 'asked' } as const;
  const late = { ...SAMPLES['stratum'], at: 5 };
  assert.deepEqual(holdSignal(holdSignal([], early, 5), late, 5), [late]);
  assert.deepEqual(holdSignal(holdSignal([], late, 5), early, 5), [late], 'in either order');
  const future = { ...late, at: HOUR_MS };
  assert.deepEqual(holdSignal([future], late, 5), [late], 'but not when the clock was set back');
  const faded = holdSignal([SAMPLES['cpu']], { ...late, at: 9 * HOUR_MS }, 9 * HOUR_MS);
  assert.equal(faded.length, 1, 'what has faded is dropped');
});
