/** Why a text is not all text, or null. */
export function textProblem(text: string): string | null {
  if (text.includes('\ufffd')) return 'holds bytes that are not UTF-8';
  return text.includes('\0') ? 'holds NUL bytes, so it is no text' : null;
}
