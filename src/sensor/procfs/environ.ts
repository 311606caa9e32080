/**
 * The environment that a process was started with, of which only the named variables are read: the
 * others may hold secrets. The process may have written over it since.
 */
const VALUE_LENGTH_MAX = 256;

export function readEnviron(
  text: string,
  wanted: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of text.split('\0')) {
    const at = entry.indexOf('=');
    const name = entry.slice(0, at);
    // A name that stands twice counts once, the first time, as it does for a shell.
    if (at <= 0 || !wanted.has(name) || name in found) continue;
    if (entry.length - at <= VALUE_LENGTH_MAX) found[name] = entry.slice(at + 1);
  }
  return found;
}
