/** Characters of a file that a message shows at most: there are 100 messages, not 100 MiB. */
const SHOWN_MAX = 60;

/** A text of the file as a message shows it: cut, and with its control characters escaped. */
export function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text);
}
