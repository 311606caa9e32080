/**
 * A look by bpftrace on the kernel's tracepoint. bpftrace needs 105 MB while it runs and 0.13 s of
 * CPU to begin, so it never runs for long; it ends by itself, even if the agent was killed
 * meanwhile.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SECOND_MS } from '../../base/time.ts';
import type { Clock } from '../../ports/clock.ts';
import { LOOK_MS, type Look, type LookEvents } from './look.ts';
import { parseTraceLine, REGISTERS, traceProgram } from './trace-program.ts';

/** What bpftrace may need to begin and to end. */
const LATE_MS = LOOK_MS + 21 * SECOND_MS;
const SAID_LENGTH_MAX = 400;

export class TraceLook implements Look {
  readonly #clock: Clock;
  readonly #events: LookEvents;
  #child: ChildProcess | null = null;
  #samples = 0;
  #form = 0;

  constructor(clock: Clock, events: LookEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  begin(): void {
    const program = traceProgram(REGISTERS[this.#form] ?? REGISTERS[0]);
    const child = spawn('bpftrace', ['-f', 'json', '-e', program], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#samples = 0;
    let said = '';
    child.stderr.on('data', (piece: Buffer) => {
      said = (said + piece.toString('latin1')).slice(-SAID_LENGTH_MAX);
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#read(line));
    const late = this.#clock.after(LATE_MS, () => child.kill('SIGKILL'));
    child.on('error', (error) => {
      said = error.message;
    });
    child.on('close', () => {
      late();
      this.#ended(said.trim());
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGINT');
    await closed;
  }

  #ended(said: string): void {
    this.#child = null;
    // The other form of the structure is tried before giving up.
    if (this.#samples === 0) this.#form = (this.#form + 1) % REGISTERS.length;
    this.#events.over(this.#samples, said);
  }

  #read(line: string): void {
    if (line === '') return;
    const events = this.#events;
    const read = parseTraceLine(line);
    if (read.kind === 'malformed') events.malformed(1);
    if (read.kind === 'lost') events.lost(read.events);
    if (read.kind === 'modes') events.modes(read.counts);
    if (read.kind !== 'samples') return;
    events.samples(Math.max(0, read.total - this.#samples));
    this.#samples = read.total;
  }
}
