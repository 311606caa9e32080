import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from './duration.ts';

test('lengths of time as GitLab takes them', () => {
  const durations = {
    '3600': 3_600,
    '3600 seconds': 3_600,
    '1h 30m': 5_400,
    '1h30m': 5_400,
    '2 hours and 20 minutes': 8_400,
    '1 day, 2 hrs': 93_600,
    '1.5h': 5_400,
    '1 week': 604_800,
    '1 mo': 2_592_000,
    '10 30s': 40,
  };
  for (const [text, seconds] of Object.entries(durations)) {
    assert.equal(parseDuration(text), seconds, text);
  }
});

test('what is no length of time', () => {
  const texts = ['', 'never', '1 fortnight', '$TIMEOUT', 'h', '1..2h', '0', '-', '1h '.repeat(50)];
  for (const text of texts) assert.equal(parseDuration(text), null, text);
});
