/**
 * A look by reading the threads' registers ten times a second. A thread that computes is switched
 * out that often at least, and of a loop that sets all modes three reads in four meet an odd one:
 * nine seconds bring 60 samples of each thread. At a pass of 0.16 ms with 600 threads that is 0.2 %
 * of a core while the look lasts; on a host with so many threads that a pass takes longer there are
 * fewer.
 */
import type { Clock } from '../../ports/clock.ts';
import { LOOK_MS, type Look, type LookEvents } from './look.ts';
import type { TaskRegisters } from './task-registers.ts';

const READ_MS = 100;
/** Of a core, while the look lasts. */
const SHARE_MAX = 0.02;

export class RegisterLook implements Look {
  readonly #registers: TaskRegisters;
  readonly #clock: Clock;
  readonly #events: LookEvents;
  #cancel: (() => void) | null = null;
  #endsMs = 0;
  #samples = 0;

  constructor(registers: TaskRegisters, clock: Clock, events: LookEvents) {
    this.#registers = registers;
    this.#clock = clock;
    this.#events = events;
  }

  get isRunning(): boolean {
    return this.#cancel !== null;
  }

  begin(): void {
    this.#samples = 0;
    this.#endsMs = this.#clock.elapsedMs() + LOOK_MS;
    this.#cancel = this.#clock.after(0, () => this.#read());
  }

  stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    this.#registers.close();
    return Promise.resolve();
  }

  #read(): void {
    const clock = this.#clock;
    const beganMs = clock.elapsedMs();
    this.#tell();
    const nowMs = clock.elapsedMs();
    const waitMs = Math.max(READ_MS, (nowMs - beganMs) / SHARE_MAX);
    if (nowMs + waitMs < this.#endsMs) {
      this.#cancel = clock.after(waitMs, () => this.#read());
      return;
    }
    this.#cancel = null;
    const said = this.#samples > 0 ? '' : 'the registers cannot be read any more';
    this.#events.over(this.#samples, said);
  }

  #tell(): void {
    const events = this.#events;
    const read = this.#registers.read();
    events.malformed(read?.malformed ?? 0);
    if (!read?.isSound || this.#registers.isCut) events.lost(1);
    if (!read?.isSound) return;
    this.#samples++;
    events.samples(1);
    events.modes(read.counts);
  }
}
