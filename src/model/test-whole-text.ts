import type { DataText } from './event.ts';

/** An event's data as JSON in one part, what its definition says last. */
export function wholeText({ body, definition }: DataText): string {
  if (definition === null || body === '{}') return definition ?? body;
  return `${body.slice(0, -1)},${definition.slice(1)}`;
}
