/** Where a line of a Makefile assigns, and where it is a rule. */
import type { SourceText } from '../../model/source-text.ts';
import { sliceSource } from '../_text/source-builder.ts';
import { charactersOutside } from './makefile-lines.ts';

export interface Assignment {
  readonly name: SourceText;
  readonly operator: '=' | ':=' | '?=' | '+=' | '!=';
  readonly value: SourceText;
}

/** `NAME = value` in any of its forms, or null. Modifiers such as `export` must be gone already. */
export function assignmentOf(line: SourceText): Assignment | null {
  const { text } = line;
  for (const at of charactersOutside(text, '=:')) {
    if (text[at] === ':') {
      const end = colonsEnd(text, at);
      if (text[end] !== '=') return null;
      return assignment(line, at, ':=', end + 1);
    }
    const before = text[at - 1];
    const isMarked = before === '?' || before === '+' || before === '!';
    if (isMarked) return assignment(line, at - 1, `${before}=`, at + 1);
    return assignment(line, at, '=', at + 1);
  }
  return null;
}

/** `:=`, `::=` and `:::=`. */
function colonsEnd(text: string, at: number): number {
  let end = at;
  while (text[end] === ':' && end - at < 3) end++;
  return end;
}

function assignment(
  line: SourceText,
  nameEnd: number,
  operator: Assignment['operator'],
  valueStart: number,
): Assignment | null {
  const name = trimmed(sliceSource(line, 0, nameEnd));
  const words = [...charactersOutside(name.text, ' \t')];
  if (name.text === '' || words.length > 0) return null;
  return { name, operator, value: trimmed(sliceSource(line, valueStart), operator === '!=') };
}

/** Without blanks in front, and behind where asked: those of a value are its own. */
export function trimmed(source: SourceText, alsoBehind = true): SourceText {
  const { text } = source;
  const start = text.length - text.trimStart().length;
  const end = alsoBehind ? Math.max(start, text.trimEnd().length) : text.length;
  return start === 0 && end === text.length ? source : sliceSource(source, start, end);
}

export interface RuleLine {
  readonly targets: SourceText;
  /** Behind the colon, up to the recipe. */
  readonly rest: SourceText;
  /** The recipe's first line, behind `;`. */
  readonly recipe: SourceText | null;
}

/** `targets: prerequisites; recipe`, or null where no colon stands. */
export function ruleOf(line: SourceText): RuleLine | null {
  const [colon] = charactersOutside(line.text, ':');
  if (colon === undefined) return null;
  const start = line.text[colon + 1] === ':' ? colon + 2 : colon + 1;
  const isGrouped = line.text[colon - 1] === '&';
  const after = sliceSource(line, start);
  const [semicolon] = charactersOutside(after.text, ';');
  return {
    targets: sliceSource(line, 0, isGrouped ? colon - 1 : colon),
    rest: semicolon === undefined ? after : sliceSource(after, 0, semicolon),
    recipe: semicolon === undefined ? null : trimmed(sliceSource(after, semicolon + 1)),
  };
}
