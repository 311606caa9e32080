import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceText } from '../../model/source-text.ts';
import { isBackgrounded, isSilenced } from './background.ts';
import { durationSeconds, runsPerDay, timeoutSeconds, waitSeconds } from './job-time.ts';
import type { CommandPassage } from './job-view.ts';
import { isPrivateRelay } from './private-relay.ts';
import { programOf } from './program.ts';

/** The command that stands in a script, as it would come to be judged. */
function commandIn(
  script: string,
  command: string,
  layers: readonly string[] = [],
): CommandPassage {
  const source: SourceText = { path: 'a.sh', text: script, segments: [0, 1, 1] };
  const words = command.split(' ');
  const program = programOf(words.map((text) => ({ text, dynamic: false })));
  const start = layers.length > 0 ? 0 : script.indexOf(command);
  const stretch = { source, start, end: start + command.length, layers, order: 0 };
  const { name, arguments: given, kind, byPath, image } = program;
  const seen = { program: name, arguments: given, kind, byPath, image, words };
  return { ...stretch, ...seen, text: command, position: 'executed' };
}

test('durations as sleep and timeout take them', () => {
  for (const [word, seconds] of [
    ['3300', 3_300],
    ['55m', 3_300],
    ['5.5h', 19_800],
    ['1d', 86_400],
    ['infinity', Infinity],
    ['10x', null],
    ['-k', null],
    ['', null],
    ['9'.repeat(40), null],
  ] as const) {
    assert.equal(durationSeconds(word), seconds, word);
  }
});

test('how long a job waits', () => {
  assert.equal(waitSeconds(commandIn('sleep 55m', 'sleep 55m')), 3_300);
  assert.equal(waitSeconds(commandIn('sleep 1h 30m', 'sleep 1h 30m')), 5_400);
  assert.equal(waitSeconds(commandIn('tail -f /dev/null', 'tail -f /dev/null')), Infinity);
  assert.equal(waitSeconds(commandIn('tail -f log', 'tail -f log')), 0);
  for (const loop of [
    'while true; do sleep 60; done',
    'while : ; do\n  echo .\n  sleep 60\ndone',
    'while [ 1 ]; do sleep 60; done',
    'until false; do sleep 60; done',
    'for ((;;)); do sleep 60; done',
    'while sleep 60; do echo .; done',
  ]) {
    assert.equal(waitSeconds(commandIn(loop, 'sleep 60')), Infinity, loop);
  }
  const closed = 'while true; do\n  break\ndone\nsleep 60';
  assert.equal(waitSeconds(commandIn(closed, 'sleep 60')), 60);
  assert.equal(waitSeconds(commandIn('for i in 1 2; do sleep 60; done', 'sleep 60')), 60);
});

test('the timeout that a prefix gives', () => {
  const of = (command: string) => timeoutSeconds(commandIn(command, command));
  assert.equal(of('timeout 350m ./x -t 2'), 21_000);
  assert.equal(of('sudo timeout -k 5 3300 ./x'), 3_300);
  assert.equal(of('./x timeout 3300'), null);
  assert.equal(of('timeout ./x'), null);
});

test('how often a schedule comes round', () => {
  for (const [schedule, runs] of [
    ['*/20 * * * *', 72],
    ['0,15,30,45 * * * *', 96],
    ['0 3 * * *', 1],
    ['0 */6 * * *', 4],
    ['5-59/10 * * * *', 144],
    ['@hourly', 24],
    ['every day', 0],
    ['', 0],
    ['* '.repeat(200), 0],
  ] as const) {
    assert.equal(runsPerDay(schedule), runs, schedule);
  }
  assert.ok(Math.abs(runsPerDay('0 0 * * 1-5') - 5 / 7) < 1e-9);
});

test('what goes on in the background, and without output', () => {
  for (const [script, command, expected] of [
    ['./x -a b &', './x -a b', true],
    ['./x > log 2>&1 &', './x', true],
    ['./x &\nsleep 5', './x', true],
    ['(./x & )', './x', true],
    ['setsid ./x', 'setsid ./x', true],
    ['screen -dmS a ./x', 'screen -dmS a ./x', true],
    ['./x --background', './x --background', true],
    ['./x && ./y', './x', false],
    ['./x > log 2>&1', './x', false],
    ['./x &> log', './x', false],
    ['./x\n./y &', './x', false],
  ] as const) {
    assert.equal(isBackgrounded(commandIn(script, command)), expected, script);
  }
  const layered = commandIn('eval "$A"', './x', ['make\n./x & sleep 3']);
  assert.equal(isBackgrounded(layered), true);
  assert.equal(isSilenced(commandIn('./x > /dev/null 2>&1 &', './x')), true);
  assert.equal(isSilenced(commandIn('./x &>/dev/null', './x')), true);
  assert.equal(isSilenced(commandIn('./x > log', './x')), false);
});

test('addresses that somebody runs for himself', () => {
  for (const word of ['203.0.113.9:443', 'a.duckdns.org:3333', 'tcp://203.0.113.9:443']) {
    assert.ok(isPrivateRelay(word), word);
  }
  for (const word of [
    '203.0.113.9',
    '10.0.0.4:3333',
    '192.168.1.1:80',
    '172.20.0.1:80',
    '100.64.0.1:80',
    '127.0.0.1:80',
    'db.example.com:5432',
    'duckdns.org:443',
    'https://203.0.113.9:443',
    'localhost:3333',
    '1.2.3:80',
  ]) {
    assert.ok(!isPrivateRelay(word), word);
  }
});
