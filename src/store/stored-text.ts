/**
 * Text in a form that any database keeps exactly. Names come from outside: a lone surrogate has no
 * UTF-8, so that two different names would become one; PostgreSQL refuses NUL, and SQLite's own
 * functions stop at it. Such a name is stored as its JSON, which escapes both. A name that begins
 * with a quote is stored as JSON too, so that the two forms never meet: different texts stay
 * different, and ordinary ones stay readable.
 */
export function toStoredText(text: string): string {
  const isPlain = !text.startsWith('"') && !text.includes('\0') && text.isWellFormed();
  return isPlain ? text : JSON.stringify(text);
}

export function fromStoredText(stored: string): string {
  // What begins with a quote was written by `toStoredText`, and so is the JSON of a string.
  return stored.startsWith('"') ? (JSON.parse(stored) as string) : stored;
}
