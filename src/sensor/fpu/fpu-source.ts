/**
 * The source `fpu`: bpftrace on the kernel's tracepoint, where both are there. It needs 100 MB while
 * it runs and as good as no CPU, so it only runs while somebody is worth it: `isWanted` is asked
 * every five seconds, and a run lasts at least `RUN_MS_MIN`. ARM's kernels have no such tracepoint.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fail, ok, type Result } from '../../base/result.ts';
import { SECOND_MS } from '../../base/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SensorProblem, SensorSource, Sighting } from '../../ports/sensor-source.ts';
import { newHealth } from '../host/source-health.ts';
import { parseTraceLine, REGISTERS, roundingProgram } from './rounding-program.ts';
import { createRoundingTable } from './rounding-table.ts';

export interface FpuOptions {
  readonly clock: Clock;
  readonly isWanted: () => boolean;
  /** Where tracefs is mounted. */
  readonly tracing?: string;
  /** Folders in which programs are looked for. */
  readonly programPath: string;
}

const ASK_MS = 5 * SECOND_MS;
const RUN_MS_MIN = 60 * SECOND_MS;
const FAILURES_MAX = 3;
const TRACEPOINT = 'events/x86_fpu/x86_fpu_regs_deactivated';

export function createFpuSource(options: FpuOptions): SensorSource {
  const { clock, isWanted, tracing = '/sys/kernel/tracing', programPath } = options;
  const health = newHealth();
  const table = createRoundingTable();
  const run = { child: null as ChildProcess | null, sinceMs: 0, failures: 0, form: 0, samples: 0 };
  let onSignal: ((sighting: Sighting) => void) | null = null;
  let cancel = (): void => {};

  const onLine = (line: string): void => {
    if (line === '') return;
    const read = parseTraceLine(line);
    if (read.kind === 'malformed') health.malformed++;
    if (read.kind === 'lost') health.lost += read.events;
    if (read.kind === 'samples') {
      health.events += Math.max(0, read.total - run.samples);
      run.samples = read.total;
      health.lastSeenAt = clock.now();
      run.failures = 0;
    }
    if (read.kind === 'modes') table.add(read.counts, clock.elapsedMs());
  };
  const begin = (): void => {
    const program = roundingProgram(REGISTERS[run.form] ?? REGISTERS[0]);
    const child = spawn('bpftrace', ['-f', 'json', '-e', program], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    Object.assign(run, { child, sinceMs: clock.elapsedMs(), samples: 0 });
    let said = '';
    child.stderr.on('data', (piece: Buffer) => {
      said = (said + piece.toString('latin1')).slice(-400);
    });
    createInterface({ input: child.stdout }).on('line', onLine);
    child.on('error', (error) => {
      health.problem = error.message;
    });
    child.on('close', () => {
      if (run.child === child) run.child = null;
      if (run.samples > 0) return;
      health.problem = said.trim();
      // The other form of the structure is tried before giving up.
      run.form = (run.form + 1) % REGISTERS.length;
      if (++run.failures >= FAILURES_MAX) health.state = 'failed';
    });
  };
  const ask = (): void => {
    cancel = clock.after(ASK_MS, ask);
    if (health.state !== 'running') return;
    const isDue = clock.elapsedMs() - run.sinceMs >= RUN_MS_MIN;
    if (run.child === null && isWanted()) begin();
    else if (run.child !== null && isDue && !isWanted()) run.child.kill('SIGINT');
    health.lost += table.takeLost();
    for (const { pid, ...seen } of table.seen(clock.elapsedMs())) {
      const at = clock.now();
      const signal = { kind: 'rounding', at, job: null, source: 'fpu', ...seen } as const;
      onSignal?.({ signal, actor: { pid } });
    }
  };
  return {
    name: 'fpu',
    start(sink): Promise<Result<void, SensorProblem>> {
      const problem = whatIsMissing(tracing, programPath);
      if (problem !== null) {
        Object.assign(health, { state: 'failed', problem: problem.message });
        return Promise.resolve(fail(problem));
      }
      onSignal = sink;
      health.state = 'running';
      cancel = clock.after(0, ask);
      return Promise.resolve(ok(undefined));
    },
    async stop() {
      cancel();
      onSignal = null;
      health.state = 'stopped';
      const { child } = run;
      if (child === null) return;
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      await closed;
    },
    health: () => ({ ...health }),
  };
}

function whatIsMissing(tracing: string, programPath: string): SensorProblem | null {
  if (!existsSync(`${tracing}/${TRACEPOINT}`)) {
    const message = `there is no ${tracing}/${TRACEPOINT}: mount tracefs there, on x86`;
    return { code: 'missing', message };
  }
  const isThere = programPath.split(':').some((folder) => existsSync(`${folder}/bpftrace`));
  return isThere ? null : { code: 'missing', message: 'there is no bpftrace on the PATH' };
}
