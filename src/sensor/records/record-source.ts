/**
 * What another sensor writes, as it writes it: a file that grows and is rotated, a stream such as
 * standard input, or what it sends to the agent's inbox.
 *
 * A file is read from its end on, for what stands in it was told by the agent that ran before. It
 * is looked at once a second: a shorter file has been cut and is read from its beginning; another
 * file under the same name is read once the old one has been read to its end. A file that is not
 * there yet is waited for, and the health says so.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { ok, type Result } from '../../base/result.ts';
import { recordPollMs, recordReadBytesMax } from '../../base/sensor-limits.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import type {
  SensorHealth,
  SensorProblem,
  SensorSource,
  Sighting,
} from '../../ports/sensor-source.ts';
import { ZeekTable } from '../zeek/zeek-table.ts';
import { LineRecording, parseRecord, type ReadLine } from './line-recording.ts';
import type { RecordInbox } from './record-inbox.ts';
import { RECORD_READERS, type RecordSensor } from './record-readers.ts';

export interface RecordSourceOptions {
  readonly sensor: RecordSensor;
  readonly known: KnownNames;
  readonly clock: Clock;
  /** A path, a stream that is read to its end, or an inbox. */
  readonly from: string | AsyncIterable<Uint8Array> | RecordInbox;
}

export function recordSource(options: RecordSourceOptions): SensorSource {
  return new RecordSource(options);
}

/** Enough for the lines that describe a log of Zeek's. */
const DESCRIPTION_BYTES = 64 * 1024;

class RecordSource implements SensorSource {
  readonly name: RecordSensor;
  readonly #options: RecordSourceOptions;
  readonly #table = new ZeekTable();
  #recording: LineRecording | null = null;
  #state: SensorHealth['state'] = 'stopped';
  #problem = '';
  #file: FileHandle | null = null;
  #offset = 0;
  #cancel: (() => void) | null = null;
  #reading: Promise<void> = Promise.resolve();

  constructor(options: RecordSourceOptions) {
    this.#options = options;
    this.name = options.sensor;
  }

  async start(onSignal: (sighting: Sighting) => void): Promise<Result<void, SensorProblem>> {
    const { sensor, known, from } = this.#options;
    const tell = (sighting: Sighting): void => {
      if (this.#state !== 'stopped') onSignal(sighting);
    };
    this.#recording = new LineRecording(RECORD_READERS[sensor](known), tell, this.#readLine);
    this.#state = 'running';
    if (typeof from !== 'string' && 'open' in from) return this.#openInbox(from);
    if (typeof from !== 'string') {
      this.#reading = this.#stream(from);
      return ok(undefined);
    }
    await this.#open(from, true);
    this.#poll(from);
    return ok(undefined);
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#cancel?.();
    const { from } = this.#options;
    if (typeof from === 'string') await this.#reading;
    else if ('open' in from) await from.close(this.name);
    await this.#file?.close();
    this.#file = null;
  }

  health(): SensorHealth {
    const counts = this.#recording?.counts;
    return {
      state: this.#state,
      events: counts?.events ?? 0,
      lost: counts?.lost ?? 0,
      malformed: counts?.malformed ?? 0,
      lastSeenAt: counts?.lastSeenAt ?? null,
      problem: this.#problem,
    };
  }

  /** Zeek writes tables or JSON by setting, and which a line is shows in itself. */
  readonly #readLine: ReadLine = (line) => {
    if (this.name !== 'zeek' || line.startsWith('{')) return parseRecord(line);
    return this.#table.read(line);
  };

  /** A body is whole: its last line needs no line break. */
  async #openInbox(inbox: RecordInbox): Promise<Result<void, SensorProblem>> {
    const opened = await inbox.open(this.name, (body) => {
      this.#recording?.push(body);
      this.#recording?.end();
    });
    if (!opened.ok) {
      this.#state = 'failed';
      this.#problem = opened.error.message;
    }
    return opened;
  }

  async #stream(input: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const bytes of input) {
        if (this.#state === 'stopped') return;
        this.#recording?.push(bytes);
      }
      this.#recording?.end();
      this.#problem = 'the stream has ended';
    } catch (error) {
      this.#problem = (error as Error).message;
    }
    if (this.#state === 'running') this.#state = 'failed';
  }

  #poll(path: string): void {
    this.#cancel = this.#options.clock.after(recordPollMs, () => {
      this.#reading = this.#look(path).then(() => {
        if (this.#state !== 'stopped') this.#poll(path);
      });
    });
  }

  /** Never rejects: a file that cannot be read now may be read later. */
  async #look(path: string): Promise<void> {
    try {
      if (this.#file === null) await this.#open(path, false);
      await this.#readOn();
      if (await this.#isReplaced(path)) {
        await this.#file?.close();
        this.#file = null;
        await this.#open(path, false);
        await this.#readOn();
      }
    } catch (error) {
      this.#problem = (error as Error).message;
    }
  }

  async #open(path: string, fromEnd: boolean): Promise<void> {
    try {
      this.#file = await open(path, 'r');
      this.#problem = '';
    } catch (error) {
      this.#problem = (error as Error).message;
      return;
    }
    this.#offset = fromEnd ? (await this.#file.stat()).size : 0;
    if (fromEnd && this.name === 'zeek') await this.#readDescription(this.#file);
  }

  async #readDescription(file: FileHandle): Promise<void> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(DESCRIPTION_BYTES), 0, null, 0);
    for (const line of buffer.toString('utf8', 0, bytesRead).split('\n', 100)) {
      if (line.startsWith('#')) this.#table.read(line);
    }
  }

  /** At most 64 pieces at a time: what is written faster than that waits for the next look. */
  async #readOn(): Promise<void> {
    if (this.#file === null) return;
    if ((await this.#file.stat()).size < this.#offset) this.#offset = 0;
    const piece = Buffer.alloc(recordReadBytesMax);
    for (let i = 0; i < 64 && this.#state !== 'stopped'; i++) {
      const { bytesRead } = await this.#file.read(piece, 0, piece.length, this.#offset);
      if (bytesRead === 0) return;
      this.#offset += bytesRead;
      this.#recording?.push(piece.subarray(0, bytesRead));
    }
  }

  async #isReplaced(path: string): Promise<boolean> {
    if (this.#file === null) return false;
    const here = await this.#file.stat();
    try {
      const other = await open(path, 'r');
      const there = await other.stat();
      await other.close();
      return there.ino !== here.ino || there.dev !== here.dev;
    } catch {
      // Moved away, and the new one is not there yet.
      return false;
    }
  }
}
