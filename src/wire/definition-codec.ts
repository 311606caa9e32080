import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { ok, type Result } from '../base/result.ts';
import type { DefinitionInput, SourceFile } from '../model/definition-input.ts';
import { DIALECTS, isDialect } from '../model/job-definition.ts';
import { type WireProblem, wireProblem } from './check-shape.ts';

/**
 * The definition in the data of a decoded `job.requested`. Null when there is none, or no file in
 * it. An event that only tells may name a dialect that we cannot read; one that asks may not.
 */
export function decodeDefinition(data: JsonObject): Result<DefinitionInput | null, WireProblem> {
  const definition = data['definition'];
  if (!isObject(definition)) return ok(null);
  const { dialect, files } = definition;
  if (typeof dialect !== 'string' || !isDialect(dialect)) {
    return wireProblem('/data/definition/dialect', `must be one of ${DIALECTS.join(', ')}`);
  }
  const sources = Array.isArray(files) ? files.map(sourceFile).filter((file) => file !== null) : [];
  return ok(sources.length === 0 ? null : { kind: 'files', dialect, files: sources });
}

function sourceFile(value: Json): SourceFile | null {
  if (!isObject(value)) return null;
  const { path, text } = value;
  return typeof path === 'string' && typeof text === 'string' ? { path, text } : null;
}
