import assert from 'node:assert/strict';
import { test } from 'node:test';
import { celCostMax, celListMax } from '../../base/limits.ts';
import { checkCel } from './check-cel.ts';
import { celCost } from './cost.ts';
import { parseCel } from './parse-cel.ts';

function costOf(text: string): number {
  const tree = parseCel(text);
  assert.ok(tree.ok, text);
  const report = () => assert.fail(text);
  const term = checkCel(tree.value, text, { checkpoints: ['admission'], report });
  assert.ok(term, text);
  return celCost(term);
}

test('an ordinary condition costs next to nothing', () => {
  assert.ok(costOf('scan.verdict == "confirmed"') < 100);
  assert.ok(costOf('account.ageHours < 24 && account.jobsThisHour > 100') < 20);
});

test('a fold costs its test for each item that there may be', () => {
  const one = costOf('account.username.startsWith("a")');
  const fold = costOf('scan.rules.exists(r, r.startsWith("a"))');
  assert.ok(fold > celListMax * one && fold < celCostMax, `${fold}`);
  assert.ok(costOf('["a", "b"].exists(r, r.startsWith("a"))') < 5 * one);
  assert.ok(costOf('scan.rules.exists(r, ["a", "b"].exists(p, r.startsWith(p)))') < celCostMax);
});

test('what could hold up a decision goes over the bound', () => {
  assert.ok(costOf('scan.rules.all(a, scan.rules.all(b, a != b))') > celCostMax);
  assert.ok(costOf('scan.rules.exists(r, r.matches("a"))') > celCostMax);
  assert.ok(costOf('account.username.matches("[a-z]{40}")') <= celCostMax);
});
