import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerMsMax } from '../../base/limits.ts';
import { Prng } from '../../base/prng.ts';
import type { DialectReader, JobDefinition } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { mutate } from './test-mutations.ts';

/** The texts of a provider's fixtures whose names end so. */
export function fixturesIn(folder: string, ending: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  assert.ok(names.length > 0, `${folder} has no fixture ${ending}`);
  return names.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** What a reader promises, on `runs` mutations of each text: total, in time, with places. */
export function checkReader(
  reader: DialectReader,
  texts: readonly string[],
  runs: number,
  elapsedMs: () => number,
): void {
  for (const [i, text] of texts.entries()) {
    for (let seed = 0; seed < runs; seed++) {
      const mutant = mutate(text, new Prng(seed * 1_000 + i));
      checkDefinition(timed(reader, mutant, `fixture ${i}, seed ${seed}`, elapsedMs), mutant);
    }
  }
}

/** Reads a text and fails when that takes longer than an answer may. */
export function timed(
  reader: DialectReader,
  text: string,
  name: string,
  elapsedMs: () => number,
): JobDefinition {
  const before = elapsedMs();
  const definition = reader.read('x/y', text);
  const tookMs = elapsedMs() - before;
  assert.ok(tookMs < answerMsMax, `${name} took ${tookMs} ms`);
  return definition;
}

/** There is a job or a reason why not, and every text stands somewhere in the file. */
function checkDefinition({ jobs, unread }: JobDefinition, text: string): void {
  const lines = text.split('\n').length;
  for (const job of jobs) {
    assert.ok(Number.isSafeInteger(job.fanOut) && job.fanOut >= 1);
    const commands = job.commands.map(({ source }) => source);
    const values = job.environment.map(({ value }) => value);
    const parts = [...job.images, ...job.remoteCode, ...job.filesRun];
    for (const source of [...commands, ...values, ...parts]) {
      checkSegments(source, lines);
    }
  }
  assert.ok(unread.every((sentence) => sentence !== '' && sentence.length < 500));
}

function checkSegments({ segments, text }: SourceText, lines: number): void {
  assert.ok(segments.length >= 3 && segments.length % 3 === 0 && segments[0] === 0);
  let last = -1;
  for (let i = 0; i < segments.length; i += 3) {
    const [offset = -1, line = 0, column = 0] = segments.slice(i, i + 3);
    assert.ok(offset > last && offset <= text.length, 'offsets rise');
    assert.ok(line >= 1 && line <= lines && column >= 1, `${line}:${column}`);
    last = offset;
  }
}
