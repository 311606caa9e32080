/** Maps and indexes as other languages write them, from a cursor that stands at their beginning. */
import type { CodeCursor } from './code-cursor.ts';
import { type CodeValue, listOf } from './code-values.ts';

/** Reads a value at the cursor. */
type Read = () => CodeValue;

/** `{"a": 1, b: 2}`, from behind its brace. */
export function keyedList(cursor: CodeCursor, read: Read): CodeValue {
  const keys = new Map<string, number>();
  const items: CodeValue[] = [];
  while (cursor.at < cursor.tokens.length && !cursor.skipMark('}')) {
    const before = cursor.at;
    const key = cursor.peek();
    const isKeyed = cursor.isMark(':', 1) || cursor.isMark('=>', 1);
    if (isKeyed && key !== undefined) keys.set(key.text, items.length);
    if (isKeyed) cursor.at += 2;
    if (!cursor.skipMark(',')) items.push(read());
    if (cursor.at === before) cursor.at++;
  }
  return keys.size > 0 ? { ...listOf(items), keys } : listOf(items);
}

/** `[1]`, `[1:5]`, `[::-1]`, `["a"]`: what stands between the colons, null for nothing. */
export function boundsAt(cursor: CodeCursor, read: Read): readonly CodeValue[] {
  cursor.at++;
  const bounds: CodeValue[] = [null];
  while (cursor.at < cursor.tokens.length && !cursor.isMark(']')) {
    const before = cursor.at;
    if (cursor.skipMark(':')) bounds.push(null);
    else if (cursor.skipMark('::')) bounds.push(null, null);
    else bounds[bounds.length - 1] = read();
    if (cursor.at === before) cursor.at++;
  }
  cursor.skipMark(']');
  return bounds;
}
