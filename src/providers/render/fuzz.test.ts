import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { scanFileBytesMax } from '../../base/limits.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { renderReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100);

test('any variation of a Blueprint is read or said to be unread', () => {
  const texts = fixturesIn(join(import.meta.dirname, 'fixtures'), '.yaml');
  checkReader(renderReader, texts, runs, elapsedMs);
});

test('Blueprints made to cost much are read in time, and what is left out is said', () => {
  const bomb = HOSTILE_YAML['a bomb of aliases'] ?? '';
  const groups = `envVarGroups: [{name: g, envVars: [${'{key: a, value: b},'.repeat(20_000)}]}]\n`;
  const shared = `${groups}services: [${'{envVars: [{fromGroup: g}]},'.repeat(9_000)}]\n`;
  const itself =
    'services: &s [*s, {name: a, startCommand: *s}]\nprojects: &p [{environments: *p}]\n';
  const lists = `{key: [${'a,'.repeat(20_000)}], value: [${'b,'.repeat(20_000)}]}`;
  const product = `services: [{envVars: [${lists}]}]\n`;
  for (const text of [product, `${bomb}services: [{startCommand: *b25}]\n`, shared, itself]) {
    const { unread } = timed(renderReader, text, text.slice(0, 20), elapsedMs);
    assert.ok(unread.length > 0, text.slice(0, 20));
  }
});

test('whether a text is a Blueprint is told in time', () => {
  const before = elapsedMs();
  for (const line of ['\n', 'services:\n', '- type: \n', 'x']) {
    const text = `services:\n${line.repeat(scanFileBytesMax / line.length)}`;
    assert.equal(renderReader.byContent?.recognises(text), false);
  }
  assert.ok(elapsedMs() - before < 2_000);
});
