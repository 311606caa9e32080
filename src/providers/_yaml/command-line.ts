import type { YamlNode } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import { commandOfWords } from '../_text/command-words.ts';
import { joinSources } from '../_text/source-builder.ts';
import { textsIn, type YamlReading } from './yaml-reading.ts';

/** A command line given as a text or as a list of words; null where there is none. */
export function commandLineOf(nodes: readonly YamlNode[], reading: YamlReading): SourceText | null {
  const { path } = reading.draft;
  const lines = nodes.flatMap((node) => {
    // `entrypoint: [""]` is how an image's own entry point is switched off.
    const texts = textsIn(node, reading, 'a command').filter(({ text }) => text !== '');
    // An alias may stand for a long line in many places: what has no room is not put together.
    if (!reading.draft.fits(texts.reduce((sum, { text }) => sum + text.length, 0))) return [];
    return node.kind === 'sequence' && texts.length > 0 ? [commandOfWords(path, texts)] : texts;
  });
  return lines.length === 0 ? null : joinSources(path, lines, ' ');
}
