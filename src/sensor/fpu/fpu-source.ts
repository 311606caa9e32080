/**
 * The source `fpu`: rounding modes, which RandomX cannot hide. Only x86 has it.
 *
 * Two ways, tried in turn when it starts: the registers that the kernel keeps of each thread, read
 * through an iterator that bpftool loads once; else bpftrace on the kernel's tracepoint. Either
 * looks for nine seconds; every five seconds the schedule is asked whether a look begins.
 */
import { existsSync } from 'node:fs';
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
import { readKernelLink } from '../kernel-file.ts';
import type { Look, LookEvents } from './look.ts';
import { createLookSchedule } from './look-schedule.ts';
import { RegisterLook } from './register-look.ts';
import { createRoundingTable } from './rounding-table.ts';
import { openTaskRegisters } from './task-registers.ts';
import { TraceLook } from './trace-look.ts';

export interface FpuOptions {
  readonly clock: Clock;
  /** Who is worth a look now, each by a name of its own. */
  readonly wanted: () => readonly string[];
  /** The agent's own. */
  readonly folder: string;
  /** Folders in which programs are looked for. */
  readonly programPath: string;
}

const ASK_MS = 5 * SECOND_MS;
const FAILURES_MAX = 3;
const TYPES = '/sys/kernel/btf/vmlinux';
const TRACEPOINT = '/sys/kernel/tracing/events/x86_fpu/x86_fpu_regs_deactivated';
/** The kernel's own number of the namespace that all others stand in. */
const HOST_PIDS = 'pid:[4026531836]';

export class FpuSource implements SensorSource {
  readonly name = 'fpu';
  readonly #options: FpuOptions;
  readonly #health = newHealth();
  readonly #table = createRoundingTable();
  readonly #schedule = createLookSchedule();
  #way: 'registers' | 'bpftrace' | 'none' = 'none';
  #onSignal: ((sighting: Sighting) => void) | null = null;
  #cancel = (): void => {};
  #look: Look | null = null;
  #failures = 0;
  /** Why it is not the better way. */
  #instead = '';

  constructor(options: FpuOptions) {
    this.#options = options;
  }

  health(): SensorHealth {
    return { ...this.#health, way: this.#way };
  }

  async start(onSignal: (sighting: Sighting) => void): Promise<Result<void, SensorProblem>> {
    const opened = await this.#open();
    if (!opened.ok) {
      Object.assign(this.#health, { state: 'failed', problem: opened.error.message });
      return opened;
    }
    this.#onSignal = onSignal;
    this.#health.state = 'running';
    this.#cancel = this.#options.clock.after(0, () => this.#ask());
    return opened;
  }

  async stop(): Promise<void> {
    this.#cancel();
    this.#onSignal = null;
    this.#health.state = 'stopped';
    await this.#look?.stop();
    this.#look = null;
  }

  async #open(): Promise<Result<void, SensorProblem>> {
    const { clock, folder, programPath } = this.#options;
    if (process.arch !== 'x64') return fail({ code: 'missing', message: 'only x86 has it' });
    if (readKernelLink('/proc/self/ns/pid') !== HOST_PIDS) {
      return fail({ code: 'missing', message: 'the agent does not see the pids of the host' });
    }
    const problem = whyNoRegisters(programPath);
    const registers = problem === null ? await openTaskRegisters({ clock, folder }) : fail(problem);
    if (registers.ok) {
      this.#way = 'registers';
      this.#look = new RegisterLook(registers.value, clock, this.#events());
      return ok(undefined);
    }
    const { code, message } = registers.error;
    const worse = whyNoTrace(programPath);
    if (worse !== null) return fail({ code, message: `${message}; ${worse}` });
    this.#way = 'bpftrace';
    this.#look = new TraceLook(clock, this.#events());
    this.#instead = message;
    this.#health.problem = message;
    return ok(undefined);
  }

  #ask(): void {
    const { clock, wanted } = this.#options;
    this.#cancel = clock.after(ASK_MS, () => this.#ask());
    const look = this.#look;
    if (look === null || this.#health.state !== 'running') return;
    if (!look.isRunning && this.#schedule.begins(wanted(), clock.elapsedMs())) look.begin();
    this.#health.lost += this.#table.takeLost();
    for (const { pid, ...seen } of this.#table.seen(clock.elapsedMs())) {
      this.#schedule.found();
      const at = clock.now();
      const signal = { kind: 'rounding', at, job: null, source: 'fpu', ...seen } as const;
      this.#onSignal?.({ signal, actor: { pid } });
    }
  }

  #events(): LookEvents {
    const health = this.#health;
    const { clock } = this.#options;
    return {
      modes: (counts) => this.#table.add(counts, clock.elapsedMs()),
      samples: (count) => {
        health.events += count;
        health.lastSeenAt = clock.now();
        this.#failures = 0;
      },
      lost: (count) => {
        health.lost += count;
      },
      malformed: (count) => {
        health.malformed += count;
      },
      over: (samples, said) => this.#over(samples, said),
    };
  }

  #over(samples: number, said: string): void {
    if (samples > 0) return;
    this.#health.problem = this.#instead === '' ? said : `${said}; ${this.#instead}`;
    if (++this.#failures >= FAILURES_MAX) this.#health.state = 'failed';
  }
}

function whyNoRegisters(programPath: string): SensorProblem | null {
  if (!existsSync(TYPES)) return { code: 'missing', message: `there is no ${TYPES}` };
  if (isOnPath('bpftool', programPath)) return null;
  return { code: 'missing', message: 'there is no bpftool on the PATH' };
}

function whyNoTrace(programPath: string): string | null {
  if (!isOnPath('bpftrace', programPath)) return 'there is no bpftrace on the PATH';
  return existsSync(TRACEPOINT) ? null : `there is no ${TRACEPOINT}: mount tracefs, on x86`;
}

function isOnPath(program: string, programPath: string): boolean {
  return programPath.split(':').some((folder) => existsSync(`${folder}/${program}`));
}
