import assert from 'node:assert/strict';
import type { Job } from '../../model/job-definition.ts';
import { placeOf, type SourceText } from '../../model/source-text.ts';

/** All texts of a job that stand in its file. */
export function sourcesOf(job: Job): readonly SourceText[] {
  return [
    ...job.commands.map(({ source }) => source),
    ...job.environment.map(({ value }) => value),
    ...job.images,
    ...job.remoteCode,
    ...job.filesRun,
  ];
}

/**
 * Fails unless each word stands in the file where the text that holds it says so. A word must be
 * in one of the texts and on one line.
 */
export function checkPlaces(jobs: readonly Job[], file: string, words: readonly string[]): void {
  const lines = file.split('\n');
  const sources = jobs.flatMap(sourcesOf);
  for (const word of words) {
    const holders = sources.filter(({ text }) => text.includes(word));
    assert.ok(holders.length > 0, `no text holds ${word}`);
    for (const source of holders) {
      const at = source.text.indexOf(word);
      const { line, column, endLine, endColumn } = placeOf(source, at, at + word.length);
      assert.equal(endLine, line, word);
      assert.equal(lines[line - 1]?.slice(column - 1, endColumn - 1), word, source.text);
    }
  }
}
