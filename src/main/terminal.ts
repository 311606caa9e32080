import { ReadStream } from 'node:fs';
import { Socket } from 'node:net';
import type { Terminal } from '../cli/command.ts';

/** The real one. */
export const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  progress: process.stderr.isTTY === true,
  color: process.stdout.isTTY === true && !process.env['NO_COLOR'],
  directory: process.cwd(),
  programPath: process.env['PATH'] ?? '',
  now: () => Date.now(),
  // Opening it has effects of its own, so only a command that reads it does.
  get input() {
    const { stdin } = process;
    return stdin instanceof ReadStream || stdin instanceof Socket ? stdin : unreadable();
  },
};

/** Node takes a folder or a disk for an input that is empty, which would be called clear. */
// biome-ignore lint/correctness/useYield: reading it fails before the first piece
async function* unreadable(): AsyncGenerator<never> {
  throw new Error('it is no file, no pipe and no terminal');
}

// A reader that goes away early (`davylamp scan | head`) is no error of ours, and the exit code
// still says what was found.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
