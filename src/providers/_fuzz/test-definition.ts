/** What tests of readers ask of a definition, and whether its words stand where it says. */
import assert from 'node:assert/strict';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf, type SourceText } from '../../model/source-text.ts';

export function texts(sources: readonly SourceText[] | undefined): readonly string[] {
  return (sources ?? []).map(({ text }) => text);
}

/** Shell and text of each command. */
export function commandsOf(job: Job | undefined): readonly (readonly [string, string])[] {
  return (job?.commands ?? []).map(({ shell, source }) => [shell, source.text] as const);
}

export function variablesOf(job: Job | undefined): readonly string[] {
  return (job?.environment ?? []).map(({ name, value }) => `${name}=${value.text}`);
}

export function jobNamed(definition: JobDefinition, name: string): Job {
  const job = definition.jobs.find((each) => each.name === name);
  assert.ok(job, `no job ${name} among ${definition.jobs.map((each) => each.name).join(', ')}`);
  return job;
}

/** Every text of a definition that has a place. */
function sourcesOf({ jobs }: JobDefinition): readonly SourceText[] {
  return jobs.flatMap((job) => [
    ...job.commands.map(({ source }) => source),
    ...job.environment.map(({ value }) => value),
    ...job.images,
    ...job.remoteCode,
    ...job.filesRun,
  ]);
}

/** Each of these words stands in some text of the definition, and in the file where it says. */
export function checkPlaces(
  definition: JobDefinition,
  file: string,
  words: readonly string[],
): void {
  const lines = file.split('\n');
  const sources = sourcesOf(definition);
  for (const word of words) {
    const source = sources.find(({ text }) => text.includes(word));
    assert.ok(source, `no text holds ${word}`);
    const at = source.text.indexOf(word);
    const { line, column, endLine, endColumn } = placeOf(source, at, at + word.length);
    assert.equal(endLine, line, word);
    assert.equal(lines[line - 1]?.slice(column - 1, endColumn - 1), word, source.text);
  }
}
