import { Readable } from 'node:stream';
import type { Terminal } from './command.ts';

/** A terminal that keeps what it is told. */
export function testTerminal(
  directory: string,
  input: readonly Uint8Array[] = [],
): Terminal & { outText: string; errorText: string } {
  const terminal = {
    outText: '',
    errorText: '',
    out(text: string) {
      terminal.outText += text;
    },
    error(text: string) {
      terminal.errorText += text;
    },
    progress: false,
    color: false,
    directory,
    programPath: process.env['PATH'] ?? '',
    input: Readable.from(input),
    now: () => Date.UTC(2026, 10, 23),
  };
  return terminal;
}
