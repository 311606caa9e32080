import { printable } from '../_text/printable.ts';
import type { Fields } from './fields.ts';
import type { YamlReading } from './yaml-reading.ts';

const NAME_LENGTH_MAX = 80;

/**
 * Whether a file that its name gives to a dialect has keys, and none of the dialect's. Then it may
 * be of another one, for which nobody looks any more: it is said, and its words are not taken for
 * anything.
 */
export function isForeign(
  root: Fields,
  isOwn: (key: string) => boolean,
  what: string,
  reading: YamlReading,
): boolean {
  const keys = [...root.keys()].filter((key) => !key.startsWith('x-'));
  const [first] = keys;
  if (first === undefined || keys.some(isOwn)) return false;
  const name = printable(first, NAME_LENGTH_MAX);
  reading.draft.sayUnknown(`it has none of the keys of ${what}, but \`${name}\`; it was not read`);
  return true;
}
