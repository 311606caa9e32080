/** What Perl makes of a text by `s/a/b/g` and `tr/a-z/b-za/`. */
import { applySed } from './sed.ts';
import { transliterate } from './transliterate.ts';

/** The text after the edit, or null when that is not known. */
export function edited(
  text: string,
  edit: string,
  spend: (units: number) => boolean,
): string | null {
  const from = edit.startsWith('tr') ? 2 : 1;
  const divider = edit[from];
  if (edit.startsWith('s')) {
    return applySed(edit, text, { isExtended: true, isQuiet: false, isWhole: true, spend });
  }
  const [, of, to, flags] = divider === undefined ? [] : edit.slice(from).split(divider);
  if (of === undefined || to === undefined || flags !== '') return null;
  return transliterate([of, to], text);
}
