/** Whatever a policy file holds, loading it answers in time and never throws. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  answerMsMax,
  celTotalLengthMax,
  policyBytesMax,
  policyProblemsMax,
} from '../base/limits.ts';
import { Prng } from '../base/prng.ts';
import { CHECKPOINTS } from '../model/checkpoint.ts';
import type { Facts } from '../model/fact.ts';
import { loadPolicy, testPolicy } from './policy.ts';

const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);
const SEED_TEXT = readFileSync(new URL('../../policies/default.yaml', import.meta.url), 'utf8');

/** Texts that mean something to YAML, to CEL or to the reader of rules. */
const TOKENS = [
  ...['\n', '  ', '\t', '- ', ': ', '? ', '[', ']', '{', '}', ',', '#', '|', '>', '"', "'", '\\'],
  ...['&a ', '*a', '<<: *a', '!!str ', '---\n', '...\n', '%YAML 1.2\n', '\0', '\ufeff', '\u2028'],
  ...['&&', '||', '!', '==', '<', ' in ', '? 1 : 2', '-', '*', '%', '9223372036854775808', '1e999'],
  ...['scan.rules', 'account.ageHours', '.exists(r, ', '.all(x, ', '.map(x, x)', 'has(', 'size('],
  ...[
    '.matches("',
    '(a*)*',
    'a{99999}',
    'null',
    'b"x"',
    '1u',
    '__proto__',
    'constructor',
    '\ud800',
  ],
  ...['live', 'shadow', 'off', 'missing: fire', 'ttl: 1h', 'priorBits: ', 'rules:', 'tests:', '{}'],
];

function mutated(prng: Prng): string {
  let text = SEED_TEXT;
  for (let edits = 1 + prng.below(6); edits > 0; edits--) {
    const from = prng.below(text.length + 1);
    const to = prng.below(3) === 0 ? prng.below(text.length + 1) : from + prng.below(12);
    const [start, end] = [Math.min(from, to), Math.max(from, to)];
    const insert = [prng.pick(TOKENS), text.slice(start, end), '', prng.pick(TOKENS).repeat(40)];
    const kept = prng.below(2) === 0 ? text.slice(start) : text.slice(end);
    text = text.slice(0, start) + prng.pick(insert) + kept;
  }
  return text;
}

function assertLoads(text: string): void {
  const started = process.cpuUsage();
  const loaded = loadPolicy(text);
  if (loaded.ok) {
    testPolicy(loaded.value);
    for (const checkpoint of CHECKPOINTS) loaded.value.judge(checkpoint, HOSTILE);
  } else {
    assert.ok(loaded.error.length > 0 && loaded.error.length <= policyProblemsMax);
    for (const { line, column, message } of loaded.error) {
      assert.ok(line >= 1 && column >= 1 && message.length > 0, `${line}:${column}: ${message}`);
    }
  }
  // The processor's time: the clock would count what other tests do meanwhile.
  const { user, system } = process.cpuUsage(started);
  assert.ok((user + system) / 1_000 < answerMsMax, `${(user + system) / 1_000} ms`);
}

/** Facts of wrong types and sizes, as a bug elsewhere could hand them over. */
const HOSTILE = {
  'account.username': 'x'.repeat(100_000),
  'account.ageHours': Number.NaN,
  'scan.rules': Array.from({ length: 1_000 }, () => 'miner'),
  'scan.verdict': 7,
  'job.fanOut': 'many',
} satisfies Record<string, unknown> as Facts;

test('a file that was edited at random', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => assertLoads(mutated(new Prng(seed)))),
    { numRuns: FUZZ_RUNS },
  );
});

test('a condition of random tokens', () => {
  const condition = fc.array(fc.constantFrom(...TOKENS, 'true', '"a"', '1', ')', '('), {
    maxLength: 30,
  });
  const head = SEED_TEXT.slice(0, SEED_TEXT.indexOf('rules:'));
  fc.assert(
    fc.property(condition, (tokens) => {
      const when = JSON.stringify(tokens.join(' '));
      const rule = `id: a, at: [admission], mode: live, when: ${when}, missing: skip`;
      assertLoads(`${head}rules:\n  - {${rule}, action: hold, reason: a}\n`);
    }),
    { numRuns: FUZZ_RUNS * 5 },
  );
});

test('the slowest conditions that length allows', () => {
  const head = SEED_TEXT.slice(0, SEED_TEXT.indexOf('rules:'));
  const slow = [
    'account.trial ? account.trial : '.repeat(62),
    `${'('.repeat(30)}true${')'.repeat(30)}||`.repeat(29),
    '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],'.repeat(31),
    'a.b.c.d.e.f.g.h || '.repeat(105),
  ];
  for (const text of slow) {
    const rules = Array.from(
      { length: Math.floor(celTotalLengthMax / text.length) },
      (_, i) => `  - {id: r${i}, at: [run], mode: live, when: "${text}", action: hold, reason: a}`,
    );
    assertLoads(`${head}rules:\n${rules.join('\n')}\n`);
  }
});

test('a mebibyte of one thing', () => {
  const head = `${SEED_TEXT.slice(0, SEED_TEXT.indexOf('rules:'))}rules:`;
  const shapes: readonly (readonly [start: string, repeated: string])[] = [
    ['', '- a\n'],
    ['', '---\n'],
    ['', '\0'],
    ['[&a x,', '*a ,'],
    [`${head}\n`, '  - {id: a}\n'],
    [`${head} [{id: a, when: "`, '! '],
    [`${head} [{id: a, reason: "`, '{'],
    [`${head} []\ntests:\n`, '- {}\n'],
  ];
  for (const [start, repeated] of shapes) {
    const text = start + repeated.repeat((policyBytesMax - start.length) / repeated.length);
    // Closed where it was opened, so that the parser reads it to its end.
    assertLoads(start.endsWith('"') ? `${text.slice(0, -4)}"}]\n` : text);
  }
});
