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
    return process.stdin;
  },
};

// A reader that goes away early (`davylamp scan | head`) is no error of ours, and the exit code
// still says what was found.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
