/** The words between blanks and newlines, at most `most`. */
export function blankWords(text: string, most = Number.MAX_SAFE_INTEGER): readonly string[] {
  const words: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length && words.length < most; at++) {
    if (at < text.length && !' \t\r\n'.includes(text[at] as string)) continue;
    if (at > from) words.push(text.slice(from, at));
    from = at + 1;
  }
  return words;
}
