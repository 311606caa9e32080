import { ReadStream } from 'node:fs';
import { Socket } from 'node:net';
import { EXIT, type Terminal } from '../cli/command.ts';

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

let isOutputLost = false;

// A reader that goes away early (`davylamp scan | head`) is no error of ours, and the exit code
// still says what was found. So it does when a disk is full, but 0 would promise a report.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE' || isOutputLost) return;
  isOutputLost = true;
  process.stderr.write(`davylamp: standard output cannot be written: ${message}\n`);
  process.on('exit', (exitCode) => {
    if (exitCode === EXIT.ok) process.exitCode = EXIT.unread;
  });
});

// There is nobody left to tell, and a lost note must not look like a miner that was found.
process.stderr.on('error', () => undefined);
