// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates write their variables so.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIB } from '../../base/limits.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { alibabaCloudReader } from './definition.ts';
import { isForm, isRequest } from './recognise.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;
const FIXTURES = join(import.meta.dirname, 'fixtures');

test('any variation of a request or a template is read or said to be unread', () => {
  const fixtures = ['.json', '.http', '.yaml'].flatMap((ending) => fixturesIn(FIXTURES, ending));
  checkReader(alibabaCloudReader, fixtures, runs, elapsedMs);
});

const TEMPLATE = "ROSTemplateFormatVersion: '2015-09-01'\n";
const MARKS = '${!'.repeat(MIB);
const FORM = 'Action=RunInstances&RegionId=x';

/** Requests of a few MiB that are made to cost much. */
const HOSTILE: Readonly<Record<string, string>> = {
  'joins that double': `${TEMPLATE}${doubling(60)}Resources: {M: {UserData: *j59}}\n`,
  'joins of much':
    `${TEMPLATE}x: &x "${'x'.repeat(MIB)}"\nResources: {M: {UserData: {"Fn::Join": ["", ` +
    `[${'*x,'.repeat(900)}]]}}}\n`,
  'one parameter in many places':
    `${TEMPLATE}Parameters: {P: {Default: "${'x'.repeat(MIB)}"}}\n` +
    `Resources: {M: {UserData: {"Fn::Sub": "${'${P}'.repeat(500_000)}"}}}\n`,
  'marks in one text': `${TEMPLATE}Resources: {M: {UserData: {"Fn::Sub": "${MARKS}"}}}\n`,
  'many machines and parameters':
    `${TEMPLATE}Parameters: {${pairs(20_000, 'Default: a')}}\n` +
    `Resources: {${pairs(20_000, 'InstanceType: b')}}\n`,
  'parameters of a query': `${FORM}${'&A.1.B=c'.repeat(400_000)}`,
  'deep parameters of a query': `${FORM}${`&${'A.'.repeat(20)}B=1`.repeat(80_000)}`,
  'one long value of a query': `${FORM}&UserData=${'%41'.repeat(MIB)}`,
  'separators of a query': `${FORM}${'&?'.repeat(2 * MIB - 100)}`,
  'equals signs of a query': `${FORM}&${'='.repeat(4 * MIB - 100)}`,
};

test('requests made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    const { jobs, unread } = timed(alibabaCloudReader, text, name, elapsedMs);
    assert.ok(unread.length > 0 || jobs.length > 0 || name.endsWith('query'), name);
  }
});

test('a text is recognised in time whatever it is', () => {
  for (const part of ['RegionId', 'RegionId ', 'Action=', 'Action=RunInstances', 'InstanceType"']) {
    const text = part.repeat(Math.floor((4 * MIB) / part.length));
    const before = elapsedMs();
    assert.equal(isForm(text) || isRequest(text), false);
    assert.ok(elapsedMs() - before < 400, part);
  }
});

function doubling(count: number): string {
  return Array.from({ length: count }, (_, i) => {
    const below = i === 0 ? 'xxxx' : `*j${i - 1}`;
    return `j${i}: &j${i} {"Fn::Join": ["", [${below}, ${below}]]}\n`;
  }).join('');
}

function pairs(count: number, value: string): string {
  return Array.from({ length: count }, (_, i) => `p${i}: {${value}}`).join(', ');
}
