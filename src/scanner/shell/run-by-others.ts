/** Texts that a shell or a tool runs by itself, since a variable says so. */
import { IDLE } from './context.ts';
import { variableScript } from './run-variables.ts';
import type { SpecialHost } from './special-commands.ts';
import type { Span } from './syntax-tree.ts';
import type { Field } from './variables.ts';

/** Runs what is assigned to a variable that something runs by itself. */
export function runAssigned(name: string, value: string, host: SpecialHost, span: Span): void {
  const script = variableScript(name, value);
  if (script !== null) host.runScript(script, span, IDLE);
}

/** The same for `export A=b`. */
export function runExported(words: readonly Field[], host: SpecialHost, span: Span): void {
  for (const { text } of words) {
    const equals = text.indexOf('=');
    if (equals > 0) runAssigned(text.slice(0, equals), text.slice(equals + 1), host, span);
  }
}
