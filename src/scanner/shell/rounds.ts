/** What is said of a loop of more rounds than are followed. */
import { shellRoundsMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';

export const TOO_MANY_ROUNDS = `a loop of more than ${shellRoundsMax} rounds`;

/** Who counts to 600 waits for something; words behind so many others may say anything. */
export function roundsLeft(items: readonly { readonly text: string }[]): string {
  const isCount = items.slice(shellRoundsMax).every(({ text }) => isNumber(text));
  return isCount ? TOO_MANY_ROUNDS : gaveUp(TOO_MANY_ROUNDS);
}

const NUMBER_LENGTH_MAX = 20;

function isNumber(text: string): boolean {
  return text !== '' && text.length <= NUMBER_LENGTH_MAX && Number.isFinite(Number(text));
}
