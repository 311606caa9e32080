import { spawn } from 'node:child_process';
import { fail, ok, type Result } from '../../base/result.ts';
import type { SensorProblem } from '../../ports/sensor-source.ts';

const SAID_LENGTH_MAX = 4_096;

/** Runs a program to its end with a text on its standard input. */
export function runOnce(
  program: string,
  args: readonly string[],
  input: string,
): Promise<Result<void, SensorProblem>> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('latin1').on('data', (text: string) => {
      said = `${said}${text}`.slice(0, SAID_LENGTH_MAX);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      const message = isMissing ? `${program} is not installed` : error.message;
      resolve(fail({ code: isMissing ? 'missing' : 'failed', message }));
    });
    child.once('close', (code) => {
      const isDenied = /permission|not permitted/i.test(said);
      const message = `${program}: ${said.trim().slice(0, 200)}`;
      resolve(code === 0 ? ok(undefined) : fail({ code: isDenied ? 'denied' : 'failed', message }));
    });
    // A program that is not there cannot be written to.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
