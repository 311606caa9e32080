/**
 * Globs over paths: `*` and `?` inside one folder, `**` over folders, everything else as it stands.
 * A glob without a `/` matches a name at any depth, and one that matches a folder matches what is
 * in it. The operator writes the glob and an attacker the path, so there is no backtracking: each
 * takes at most the product of their lengths.
 */

export interface Glob {
  matches(path: string): boolean;
  /** Whether it matches every path there is. */
  readonly matchesAll: boolean;
}

/** Null for a text without a part, such as what an unset variable leaves: it names nothing. */
export function globOf(text: string): Glob | null {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0) return null;
  const isName = !text.includes('/');
  const wanted = isName ? ['**', ...parts] : parts;
  const inFolder = wanted.filter((part) => part !== '**');
  return {
    matches(path) {
      const names = path.split('/').filter((name) => name !== '' && name !== '.');
      return startsWith(wanted, names);
    },
    // One `*` matches the outermost folder, and with it all that is in it.
    matchesAll: inFolder.length <= 1 && inFolder.every((part) => /^\*+$/.test(part)),
  };
}

/** Whether the parts match all names, or a folder that the rest of the names lie in. */
function startsWith(parts: readonly string[], names: readonly string[]): boolean {
  // reached[i]: the parts so far match the first i names.
  let reached = names.map((_, i) => i === 0).concat(names.length === 0);
  for (const part of parts) {
    const next = reached.map(() => false);
    for (let i = 0; i < reached.length; i++) {
      if (part === '**') next[i] = reached[i] === true || next[i - 1] === true;
      else if (i > 0) next[i] = reached[i - 1] === true && nameMatches(part, names[i - 1] ?? '');
    }
    reached = next;
  }
  return reached.some((isReached, i) => isReached && i > 0);
}

/** `*` and `?` in one name. The latest `*` alone is retried, since it can stand for any rest. */
function nameMatches(part: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  for (let i = 0; i < name.length; ) {
    if (part[at] === '*') {
      star = at++;
      starAt = i;
    } else if (at < part.length && (part[at] === '?' || part[at] === name[i])) {
      at++;
      i++;
    } else if (star !== -1) {
      at = star + 1;
      i = ++starAt;
    } else return false;
  }
  while (part[at] === '*') at++;
  return at === part.length;
}
