import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonValueLengthMax } from '../base/limits.ts';
import type { Facts } from '../model/fact.ts';
import { parseReason } from './reason.ts';

function reasonOf(template: string, facts: Facts): string {
  const reason = parseReason(template, ['admission']);
  assert.ok(reason.ok, template);
  return reason.value(facts);
}

test('facts stand in braces, doubled braces for themselves', () => {
  const facts = { 'scan.rules': ['a', 'b'], 'account.ageHours': 2.123456, 'account.trial': true };
  const template = '{{{scan.rules}}} {account.ageHours} h, trial: {account.trial}';
  assert.equal(reasonOf(template, facts), '{a, b} 2.12 h, trial: yes');
  assert.equal(reasonOf('plain', {}), 'plain');
  assert.equal(reasonOf('{account.plan}', {}), 'unknown');
});

test('a value is cut', () => {
  const long = reasonOf('{account.username}', { 'account.username': 'é'.repeat(1_000_000) });
  assert.equal(long.length, reasonValueLengthMax);
  assert.ok(long.endsWith('é…'));
  const whole = 'x'.repeat(reasonValueLengthMax);
  assert.equal(reasonOf('{account.username}', { 'account.username': whole }), whole);
  const rules = Array.from({ length: 10_000 }, () => 'y'.repeat(1_000));
  assert.equal(reasonOf('{scan.rules}', { 'scan.rules': rules }).length, reasonValueLengthMax);
});

test('a value cannot steer a terminal or a reader', () => {
  const hostile = 'a\u001b[2J\r\n\u202eb\u200bc\u{e0041}\ud800';
  const shown = reasonOf('<{account.username}>', { 'account.username': hostile });
  assert.equal(shown, '<a�[2J���b�c��>');
});

test('a cut never halves a character', () => {
  const username = `${'x'.repeat(reasonValueLengthMax - 2)}😀😀`;
  assert.ok(reasonOf('{account.username}', { 'account.username': username }).isWellFormed());
});
