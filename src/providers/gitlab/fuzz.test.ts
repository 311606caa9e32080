import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { isObject, type Json } from '../../base/json.ts';
import { answerMsMax, MIB, nameLengthMax, validateBodyBytesMax } from '../../base/limits.ts';
import { Prng } from '../../base/prng.ts';
import { writeEvent } from '../../model/event.ts';
import { FACTS } from '../../model/fact.ts';
import { formatSubject, parseSubject } from '../../model/ids.ts';
import { wholeText } from '../../model/test-whole-text.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { mutate } from '../_fuzz/test-mutations.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { gitlabReader } from './definition.ts';
import { gitlab } from './index.ts';
import { validateOf } from './validate.ts';

const validate = validateOf(gitlab.name);

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 4;
const FIXTURES = join(import.meta.dirname, 'fixtures');
const BODIES = fixturesIn(FIXTURES, '.json');

/** What the hook promises for any body at all. */
function checkAdmission(body: Uint8Array | null, name: string): string {
  const before = elapsedMs();
  const request = { headers: {}, body, correlationId: 'c', receivedAt: 1 };
  const { event, definition, problem } = validate.admit(request);
  const tookMs = elapsedMs() - before;
  assert.ok(tookMs < answerMsMax, `${name} took ${tookMs} ms`);
  const known: readonly string[] = FACTS['input.problem'].values;
  assert.ok(known.includes(problem), problem);
  assert.ok(problem !== '' || definition !== null, 'a definition or a problem');
  assert.ok(event.id.length <= nameLengthMax);
  assert.deepEqual(parseSubject(formatSubject(event.subject)), event.subject);
  assert.deepEqual(JSON.parse(JSON.stringify(event)), event, 'the event is JSON');
  assert.equal(wholeText(writeEvent(event)), JSON.stringify(event.data));
  const anew = validateOf(gitlab.name).admit(request);
  const once = definition === null ? null : { ...definition, recurs: false };
  assert.deepEqual({ event, definition: once, problem }, anew, `${name}: known or not`);
  return problem;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

test('any variation of a pipeline file is read or said to be unread', () => {
  checkReader(gitlabReader, fixturesIn(FIXTURES, '.yml'), runs, elapsedMs);
});

test('any variation of a body around builds that are known', () => {
  for (const [i, body] of BODIES.entries()) {
    for (let seed = 0; seed < runs; seed++) {
      checkAdmission(bytesOf(body), `body ${i}`);
      const prng = new Prng(seed * 100 + i);
      const at = prng.below(body.length);
      const pieces = ['"builds":[', '"builds":', '[', ']', '}', ',', '"', '"builds":[],', ' '];
      const piece = pieces[prng.below(pieces.length)] ?? '';
      checkAdmission(
        bytesOf(body.slice(0, at) + piece + body.slice(at)),
        `${i}, ${seed}: ${piece}`,
      );
    }
  }
});

test('a count that is minus zero is an event as any other', () => {
  const counted =
    BODIES[0]?.replace(/"total_builds_count":\s*\d+/, '"total_builds_count":-0') ?? '';
  assert.match(counted, /:-0/);
  checkAdmission(bytesOf(counted), 'minus zero');
});

test('any variation of a body is an event and a definition or a problem', () => {
  for (const [i, body] of BODIES.entries()) {
    for (let seed = 0; seed < runs; seed++) {
      const prng = new Prng(seed * 100 + i);
      checkAdmission(bytesOf(mutate(body, prng)), `body ${i}, seed ${seed}`);
      const bytes = bytesOf(body);
      bytes[prng.below(bytes.length)] = prng.below(256);
      checkAdmission(bytes, `body ${i}, seed ${seed}, one byte`);
    }
  }
});

const SWAPS: readonly Json[] = [
  ...[null, true, 0, -1, 1.5, 1e300, '', 'text', '\u0000', 'a/b', '../..', 'x'.repeat(10_000)],
  ...[[], {}, [[]], { id: 1 }, ['a', 1, null], { name: 'x' }],
];

/** The value with each part swapped for something else now and then. */
function swapped(value: Json, prng: Prng): Json {
  if (prng.below(12) === 0) return prng.pick(SWAPS);
  if (Array.isArray(value)) return value.map((item: Json) => swapped(item, prng));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, swapped(item, prng)]);
  return Object.fromEntries(entries.filter(() => prng.below(20) !== 0));
}

test('any types in the place of those that GitLab documents', () => {
  const problems = new Set<string>();
  for (const [i, body] of BODIES.entries()) {
    for (let seed = 0; seed < runs; seed++) {
      const mutant = swapped(JSON.parse(body), new Prng(seed * 100 + i));
      problems.add(checkAdmission(bytesOf(JSON.stringify(mutant)), `body ${i}, seed ${seed}`));
    }
  }
  assert.deepEqual([...problems].sort(), ['', 'wrong-shape']);
});

test('the largest bodies of the worst kinds are taken in time', () => {
  const filled = (head: string, part: string, tail: string): Uint8Array => {
    const room = validateBodyBytesMax - head.length - tail.length;
    return bytesOf(head + part.repeat(Math.floor(room / part.length)) + tail);
  };
  const user = '{"user":{"id":1},"builds":';
  const bodies = [
    filled(`${user}[`, '{},', '{}]}'),
    filled(`${user}[`, '1,', '1]}'),
    filled(`${user}[{"script":[`, '"",', '""]}]}'),
    filled(`${user}[{"script":["`, '\\n', '"]}]}'),
    filled(`${user}[{"name":"`, '\\u001b', '"}]}'),
    filled(`${user}[{"services":[`, '"a",', '"b"]}]}'),
    filled('', '[', ''),
    filled('"', '\\', ''),
  ];
  for (const [i, body] of bodies.entries()) checkAdmission(body, `body ${i} of 8 MiB`);
  assert.ok((bodies[0]?.length ?? 0) > 7 * MIB);
});

test('files made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries(HOSTILE_YAML)) {
    const { jobs, unread } = timed(gitlabReader, text, name, elapsedMs);
    assert.ok(unread.length > 0 || jobs.length > 0, name);
  }
});
