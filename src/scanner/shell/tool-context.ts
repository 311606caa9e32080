/** What tools see when they are asked what they print. */
import { shellDecodedLengthMax } from '../../base/limits.ts';
import { type Printed, textOfPrinted } from './printed.ts';

/** What a tool can see beside its words. */
export interface ToolContext {
  /** Standard input, or null when it is unknown. */
  readonly input: Printed | null;
  /** The text of a file that was written before. */
  file(path: string): Printed | null;
  unread(problem: string): void;
  /** Takes work off beyond the length of what is read; false when none is left. */
  spend(units: number): boolean;
}

export type Tool = (argument: readonly string[], context: ToolContext) => Printed | null;

export function operandsOf(argument: readonly string[]): readonly string[] {
  return argument.filter((word) => word === '-' || !word.startsWith('-'));
}

/** Files one after the other, or the input when none is named. */
export function contentOf(paths: readonly string[], context: ToolContext): Printed | null {
  const all = paths.length === 0 ? ['-'] : paths;
  let text = '';
  let length = 0;
  for (const path of all) {
    const standard = path === '-' || path === '/dev/stdin' || path === '/dev/fd/0';
    const content = standard ? context.input : context.file(path);
    if (content === null) return null;
    if (all.length === 1) return content;
    text += textOfPrinted(content);
    length += content.length;
    if (length > shellDecodedLengthMax) return text;
  }
  return text;
}
