import { spawn } from 'node:child_process';
import { fail, ok, type Result } from '../base/result.ts';
import { hostProgramMsMax } from '../base/sensor-limits.ts';
import type { SensorProblem } from '../ports/sensor-source.ts';

const SAID_LENGTH_MAX = 4_096;

/** Runs a program with a text on its standard input, to its end or for as long as it may take. */
export function runOnce(
  program: string,
  args: readonly string[],
  input: string,
  msMax = hostProgramMsMax,
): Promise<Result<void, SensorProblem>> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      signal: AbortSignal.timeout(msMax),
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr.setEncoding('latin1').on('data', (text: string) => {
      said = `${said}${text}`.slice(0, SAID_LENGTH_MAX);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      const what = error.code === 'ABORT_ERR' ? `not done in ${msMax} ms` : error.message;
      const message = isMissing ? `${program} is not installed` : `${program}: ${what}`;
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
