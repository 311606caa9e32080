/**
 * Packets as they pass, through tcpdump: it has the rights and the ring buffer, we read what it
 * writes. What the kernel had to drop it counts, and is asked for the count every ten seconds.
 *
 * State machine: `stopped` → `running` → (tcpdump dies) `failed` → `running` after a pause, as long
 * as nobody stops it. Flows that are being read outlive a restart.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fail, ok, type Result } from '../../base/result.ts';
import {
  captureBufferKib,
  captureCountsMs,
  captureRestartMs,
  captureStartMsMax,
  captureStopMsMax,
  livePacketBytesMax,
} from '../../base/sensor-limits.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import type {
  SensorHealth,
  SensorProblem,
  SensorSource,
  Sighting,
} from '../../ports/sensor-source.ts';
import { runOnce } from '../run-once.ts';
import { CaptureReader } from './capture-reader.ts';
import { interfaceFilter, nflogScript, removalScript, WATCH_GROUP } from './kernel-filter.ts';
import { PacketWatch } from './packet-watch.ts';

export interface PacketSourceOptions {
  readonly known: KnownNames;
  readonly clock: Clock;
  /** `auto`: nflog where nftables is to be had. */
  readonly method?: 'auto' | 'nflog' | 'afpacket';
  /** For `afpacket`. */
  readonly interface?: string;
}

export function packetSource(options: PacketSourceOptions): SensorSource {
  return new PacketSource(options);
}

class PacketSource implements SensorSource {
  readonly name = 'packets';
  readonly #options: PacketSourceOptions;
  #state: SensorHealth['state'] = 'stopped';
  #problem = '';
  #watch: PacketWatch | null = null;
  #reader = new CaptureReader();
  #child: ChildProcess | null = null;
  #cancel: (() => void) | null = null;
  /** Of runs of tcpdump that are over, and of this one: it tells its own sum. */
  #droppedBefore = 0;
  #dropped = 0;
  #malformedBefore = 0;
  #hasTable = false;

  constructor(options: PacketSourceOptions) {
    this.#options = options;
  }

  async start(onSignal: (sighting: Sighting) => void): Promise<Result<void, SensorProblem>> {
    this.#watch = new PacketWatch(this.#options.known, onSignal);
    const prepared = await this.#prepare();
    if (!prepared.ok) return prepared;
    const started = await this.#capture(prepared.value);
    if (!started.ok) await this.#removeTable();
    return started;
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#state = 'stopped';
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('close', resolve));
      const late = this.#options.clock.after(captureStopMsMax, () => child.kill('SIGKILL'));
      child.kill('SIGTERM');
      await gone;
      late();
    }
    this.#watch?.end();
    await this.#removeTable();
  }

  health(): SensorHealth {
    const watch = this.#watch;
    return {
      state: this.#state,
      events: watch?.packets ?? 0,
      lost: this.#droppedBefore + this.#dropped + (watch?.lost ?? 0),
      malformed: this.#malformedBefore + this.#reader.malformed + (watch?.malformed ?? 0),
      lastSeenAt: watch?.lastAt ?? null,
      problem: this.#problem,
    };
  }

  /** What tcpdump is to listen to. */
  async #prepare(): Promise<Result<readonly string[], SensorProblem>> {
    const { method = 'auto', interface: device = 'any' } = this.#options;
    const onDevice = ['-i', device, interfaceFilter()];
    if (method === 'afpacket') return ok(onDevice);
    const table = await runOnce('nft', ['-f', '-'], nflogScript());
    this.#hasTable = table.ok;
    if (table.ok) return ok(['-i', `nflog:${WATCH_GROUP}`]);
    return method === 'auto' ? ok(onDevice) : table;
  }

  async #removeTable(): Promise<void> {
    if (this.#hasTable) await runOnce('nft', ['-f', '-'], removalScript());
    this.#hasTable = false;
  }

  /** Resolves when tcpdump listens, or has ended without. */
  #capture(listen: readonly string[]): Promise<Result<void, SensorProblem>> {
    const [flag = '', device = '', ...filter] = listen;
    const size = ['-s', String(livePacketBytesMax), '-B', String(captureBufferKib)];
    const args = [flag, device, '-n', '-U', '-w', '-', ...size, ...filter];
    this.#reader = new CaptureReader();
    const child = spawn('tcpdump', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stdout.on('data', (bytes: Buffer) => this.#read(bytes));
    return new Promise((resolve) => {
      let said = '';
      let isListening = false;
      const late = this.#options.clock.after(captureStartMsMax, () => child.kill('SIGKILL'));
      child.stderr.setEncoding('latin1').on('data', (text: string) => {
        said = `${said}${text}`.slice(-4_096);
        this.#count(text);
        if (isListening || !said.includes('listening on')) return;
        isListening = true;
        late();
        this.#state = 'running';
        this.#problem = '';
        this.#askCounts();
        resolve(ok(undefined));
      });
      const ended = (problem: SensorProblem): void => {
        late();
        this.#over(listen, problem);
        resolve(fail(problem));
      };
      child.once('error', (error) => ended(problemOf(error.message)));
      child.once('close', () => ended(problemOf(said)));
    });
  }

  #read(bytes: Uint8Array): void {
    this.#reader.push(bytes, (packet) => this.#watch?.add(packet));
    if (this.#reader.problem === '') return;
    // What tcpdump writes is a capture; if it no longer is, a new one begins.
    this.#problem = this.#reader.problem;
    this.#child?.kill('SIGKILL');
  }

  #askCounts(): void {
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(captureCountsMs, () => {
      this.#child?.kill('SIGUSR1');
      this.#askCounts();
    });
  }

  /** `12 packets dropped by kernel`, each time the sum so far. */
  #count(text: string): void {
    let dropped = 0;
    let isCount = false;
    for (const match of text.matchAll(/(\d{1,15}) packets? dropped by/g)) {
      dropped += Number(match[1]);
      isCount = true;
    }
    if (isCount) this.#dropped = Math.max(this.#dropped, dropped);
  }

  #over(listen: readonly string[], { message }: SensorProblem): void {
    this.#cancel?.();
    this.#droppedBefore += this.#dropped;
    this.#dropped = 0;
    this.#malformedBefore += this.#reader.malformed;
    if (this.#state !== 'running') return;
    this.#state = 'failed';
    this.#problem = message;
    this.#cancel = this.#options.clock.after(captureRestartMs, () => void this.#again(listen));
  }

  async #again(listen: readonly string[]): Promise<void> {
    const started = await this.#capture(listen);
    if (started.ok || this.#state !== 'failed') return;
    this.#cancel = this.#options.clock.after(captureRestartMs, () => void this.#again(listen));
  }
}

function problemOf(said: string): SensorProblem {
  const [last = ''] = said.trim().split('\n').slice(-1);
  const message = `tcpdump: ${last.slice(0, 200)}`;
  if (/ENOENT/.test(said)) return { code: 'missing', message: 'tcpdump is not installed' };
  const isDenied = /permission|not permitted/i.test(said);
  return { code: isDenied ? 'denied' : 'failed', message };
}
