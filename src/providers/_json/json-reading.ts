import type { YamlNode } from '../../base/yaml.ts';
import type { Dialect, JobDefinition } from '../../model/job-definition.ts';
import { DefinitionDraft } from '../_text/job-draft.ts';
import { LineStarts } from '../_text/line-starts.ts';
import { YamlReading } from '../_yaml/yaml-reading.ts';
import { parseJsonTree } from './json-tree.ts';

/** Reads a JSON file of `dialect`, as `readYaml` does a YAML one. */
export function readJson(
  dialect: Dialect,
  path: string,
  text: string,
  fill: (root: YamlNode, reading: YamlReading) => void,
): JobDefinition {
  const draft = new DefinitionDraft(dialect, path);
  if (text.trim() === '') return draft.build();
  const parsed = parseJsonTree(text);
  if (!parsed.ok) {
    const { code, message, offset } = parsed.error;
    const lines = new LineStarts(text.slice(0, offset));
    const line = lines.lineOf(offset);
    const sentence = `${code} at ${line}:${offset - lines.startOf(line) + 1}: ${message}`;
    if (code === 'not-json') draft.say(sentence);
    else draft.giveUp(sentence);
    return draft.build();
  }
  const reading = new YamlReading(draft, parsed.value);
  reading.sayProblems();
  const root = parsed.value.documents[0]?.root;
  if (root?.kind === 'map') fill(root, reading);
  else if (root) reading.sayMisfit(root, 'a definition');
  return draft.build();
}
