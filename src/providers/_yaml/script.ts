import type { YamlNode } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import { joinSources } from '../_text/source-builder.ts';
import { textsIn, type YamlReading } from './yaml-reading.ts';

/**
 * The lines of a script as one text, for providers that run them in one shell: what one line sets
 * the next one sees. Null where there is none, or where it is longer than a definition may be.
 */
export function scriptIn(nodes: readonly YamlNode[], reading: YamlReading): SourceText | null {
  const lines = nodes.flatMap((node) => textsIn(node, reading, 'a command'));
  const length = lines.reduce((sum, line) => sum + line.text.length + 1, 0);
  if (lines.length === 0 || !reading.draft.fits(length)) return null;
  return joinSources(reading.draft.path, lines, '\n');
}
