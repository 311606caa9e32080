/**
 * The source `fpu`: bpftrace on the kernel's tracepoint, where both are there. Only x86 has it.
 *
 * bpftrace needs 105 MB while it runs and 0.13 s of CPU to begin, so it never runs for long: a look
 * lasts nine seconds and ends by itself, even if the agent was killed meanwhile. Every five seconds
 * the schedule is asked whether another begins.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fail, ok, type Result } from '../../base/result.ts';
import { SECOND_MS } from '../../base/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  SensorHealth,
  SensorProblem,
  SensorSource,
  Sighting,
} from '../../ports/sensor-source.ts';
import { newHealth } from '../host/source-health.ts';
import { createLookSchedule } from './look-schedule.ts';
import { parseTraceLine, REGISTERS, roundingProgram } from './rounding-program.ts';
import { createRoundingTable } from './rounding-table.ts';

export interface FpuOptions {
  readonly clock: Clock;
  /** Who is worth a look now, each by a name of its own. */
  readonly wanted: () => readonly string[];
  /** Where tracefs is mounted. */
  readonly tracing?: string;
  /** Folders in which programs are looked for. */
  readonly programPath: string;
}

const ASK_MS = 5 * SECOND_MS;
/** A look takes 9 s and what bpftrace needs to begin. */
const LATE_MS = 30 * SECOND_MS;
const FAILURES_MAX = 3;
const SAID_LENGTH_MAX = 400;
const TRACING = '/sys/kernel/tracing';
const TRACEPOINT = 'events/x86_fpu/x86_fpu_regs_deactivated';

export class FpuSource implements SensorSource {
  readonly name = 'fpu';
  readonly #options: FpuOptions;
  readonly #health = newHealth();
  readonly #table = createRoundingTable();
  readonly #schedule = createLookSchedule();
  #onSignal: ((sighting: Sighting) => void) | null = null;
  #cancel = (): void => {};
  #child: ChildProcess | null = null;
  #startedMs = 0;
  /** Samples of this run. */
  #samples = 0;
  #failures = 0;
  #form = 0;

  constructor(options: FpuOptions) {
    this.#options = options;
  }

  health(): SensorHealth {
    return { ...this.#health };
  }

  start(onSignal: (sighting: Sighting) => void): Promise<Result<void, SensorProblem>> {
    const { tracing = TRACING, programPath, clock } = this.#options;
    const problem = whatIsMissing(tracing, programPath);
    if (problem !== null) {
      Object.assign(this.#health, { state: 'failed', problem: problem.message });
      return Promise.resolve(fail(problem));
    }
    this.#onSignal = onSignal;
    this.#health.state = 'running';
    this.#cancel = clock.after(0, () => this.#ask());
    return Promise.resolve(ok(undefined));
  }

  async stop(): Promise<void> {
    this.#cancel();
    this.#onSignal = null;
    this.#health.state = 'stopped';
    const child = this.#child;
    if (child === null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGINT');
    await closed;
  }

  #ask(): void {
    const { clock, wanted } = this.#options;
    this.#cancel = clock.after(ASK_MS, () => this.#ask());
    if (this.#health.state !== 'running') return;
    const isLate = clock.elapsedMs() - this.#startedMs > LATE_MS;
    if (this.#child !== null && isLate) this.#child.kill('SIGKILL');
    const isFree = this.#child === null;
    if (isFree && this.#schedule.begins(wanted(), clock.elapsedMs())) this.#begin();
    this.#health.lost += this.#table.takeLost();
    for (const { pid, ...seen } of this.#table.seen(clock.elapsedMs())) {
      this.#schedule.found();
      const at = clock.now();
      const signal = { kind: 'rounding', at, job: null, source: 'fpu', ...seen } as const;
      this.#onSignal?.({ signal, actor: { pid } });
    }
  }

  #begin(): void {
    const program = roundingProgram(REGISTERS[this.#form] ?? REGISTERS[0]);
    const child = spawn('bpftrace', ['-f', 'json', '-e', program], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#startedMs = this.#options.clock.elapsedMs();
    this.#samples = 0;
    let said = '';
    child.stderr.on('data', (piece: Buffer) => {
      said = (said + piece.toString('latin1')).slice(-SAID_LENGTH_MAX);
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#read(line));
    child.on('error', (error) => {
      said = error.message;
    });
    child.on('close', () => this.#ended(child, said.trim()));
  }

  #ended(child: ChildProcess, said: string): void {
    if (this.#child === child) this.#child = null;
    if (this.#samples > 0) return;
    this.#health.problem = said;
    // The other form of the structure is tried before giving up.
    this.#form = (this.#form + 1) % REGISTERS.length;
    if (++this.#failures >= FAILURES_MAX) this.#health.state = 'failed';
  }

  #read(line: string): void {
    if (line === '') return;
    const health = this.#health;
    const { clock } = this.#options;
    const read = parseTraceLine(line);
    if (read.kind === 'malformed') health.malformed++;
    if (read.kind === 'lost') health.lost += read.events;
    if (read.kind === 'modes') this.#table.add(read.counts, clock.elapsedMs());
    if (read.kind !== 'samples') return;
    health.events += Math.max(0, read.total - this.#samples);
    health.lastSeenAt = clock.now();
    this.#samples = read.total;
    this.#failures = 0;
  }
}

function whatIsMissing(tracing: string, programPath: string): SensorProblem | null {
  if (!existsSync(`${tracing}/${TRACEPOINT}`)) {
    const message = `there is no ${tracing}/${TRACEPOINT}: mount tracefs there, on x86`;
    return { code: 'missing', message };
  }
  const isThere = programPath.split(':').some((folder) => existsSync(`${folder}/bpftrace`));
  return isThere ? null : { code: 'missing', message: 'there is no bpftrace on the PATH' };
}
