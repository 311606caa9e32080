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

/** The same where quotes and backslashes keep blanks together, as `env -S` and `xargs` read it. */
export function quotedWords(text: string, most = Number.MAX_SAFE_INTEGER): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length && words.length < most; at++) {
    const c = text[at] as string;
    const isEscape = c === '\\' && quote !== "'";
    if (isEscape) word = (word ?? '') + (text[++at] ?? '');
    else if (quote !== '') {
      if (c === quote) quote = '';
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= '';
    } else if (!' \t\r\n'.includes(c)) word = (word ?? '') + c;
    else if (word !== null) {
      words.push(word);
      word = null;
    }
  }
  return word === null || words.length >= most ? words : [...words, word];
}
