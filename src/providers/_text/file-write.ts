/**
 * Files that a definition writes without a shell (a ConfigMap that is mounted, `write_files`), as
 * the commands that would write them: what follows a written file then follows these too.
 */
import { sha256Hex } from '../../base/hash.ts';
import type { SourceText } from '../../model/source-text.ts';
import { commandOfWords } from './command-words.ts';
import { SourceBuilder } from './source-builder.ts';

/** `cat > target <<'END'` with the text as the document. */
export function fileWrite(target: SourceText, body: SourceText, isAppended = false): SourceText {
  const builder = new SourceBuilder(body.path);
  const end = delimiterFor(body.text);
  builder.mark(body.segments[1] ?? 1, body.segments[2] ?? 1);
  builder.add(`cat ${isAppended ? '>>' : '>'} `);
  builder.append(commandOfWords(body.path, [target]));
  builder.add(` <<'${end}'\n`);
  if (body.segments.length <= 3 * LINES_MARKED_MAX) builder.append(body);
  else builder.add(body.text);
  builder.add(body.text.endsWith('\n') ? end : `\n${end}`);
  return builder.build();
}

/**
 * A longer file is a payload that nobody points into, and one that is written in many places would
 * cost 8 million marks: 0.6 s.
 */
const LINES_MARKED_MAX = 20_000;

/** `printf %s 'encoded' | base64 -d > target`, with `decoder` for another pipeline. */
export function encodedFileWrite(
  target: SourceText,
  body: SourceText,
  { decoder = 'base64 -d', isAppended = false } = {},
): SourceText {
  const builder = new SourceBuilder(body.path);
  builder.mark(body.segments[1] ?? 1, body.segments[2] ?? 1);
  builder.add('printf %s ');
  builder.append(commandOfWords(body.path, [body]));
  builder.add(` | ${decoder} ${isAppended ? '>>' : '>'} `);
  builder.append(commandOfWords(body.path, [target]));
  return builder.build();
}

/** A word that is no line of the text: nobody writes a text that holds its own hash. */
function delimiterFor(text: string): string {
  return text.includes('END') ? `END_${sha256Hex(text).slice(0, 16)}` : 'END';
}
