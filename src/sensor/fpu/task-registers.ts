/**
 * Opens the iterator of `rounding.bpf.c`:
 *
 *   bpftool pins it on the BPF file system   14 MB for 20 ms, once
 *   it is opened and the pin removed         the open file holds it, and a killed agent's is closed
 *   it is opened again for each read         by `/proc/self/fd`, for a pass cannot be begun anew
 *
 * So nothing stays behind, and two agents have nothing in common. Only an agent that is killed
 * within those 20 ms leaves its pin; the next one that starts removes whatever is older than a
 * loader may take.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../base/result.ts';
import { hostProgramMsMax, procFileBytesMax } from '../../base/sensor-limits.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SensorProblem } from '../../ports/sensor-source.ts';
import { readKernelBytes } from '../kernel-file.ts';
import { runOnce } from '../run-once.ts';
import { ROUNDING_OBJECT } from './rounding-object.ts';
import { type RoundingRecords, readRoundingRecords } from './rounding-records.ts';

export interface TaskRegisters {
  /** All threads of the host, compared with the read before; null when the kernel refuses. */
  read(): RoundingRecords | null;
  /** Whether the read before was cut off: more threads than are read. */
  readonly isCut: boolean;
  close(): void;
}

export interface TaskRegistersOptions {
  readonly clock: Clock;
  /** Of the agent's own, for the program's text while it is loaded. */
  readonly folder: string;
  readonly fileSystem?: string;
}

const FILE_SYSTEM = '/sys/fs/bpf';
const FILE_SYSTEM_TYPE = 0xcafe_4a11;
const PIN = 'davylamp-';

export async function openTaskRegisters(
  options: TaskRegistersOptions,
): Promise<Result<TaskRegisters, SensorProblem>> {
  const { clock, folder, fileSystem = FILE_SYSTEM } = options;
  const mounted = await mountBpf(fileSystem);
  if (!mounted.ok) return mounted;
  removeOldPins(fileSystem, clock.now());
  const file = await openIterator(folder, join(fileSystem, `${PIN}${process.pid}`));
  if (!file.ok) return file;
  const registers = new OpenRegisters(file.value);
  if (registers.read()?.isSound) return ok(registers);
  registers.close();
  return fail({ code: 'failed', message: 'this kernel keeps registers where they are not found' });
}

class OpenRegisters implements TaskRegisters {
  isCut = false;
  readonly #file: number;
  #switches: ReadonlyMap<number, number> = new Map();

  constructor(file: number) {
    this.#file = file;
  }

  read(): RoundingRecords | null {
    const bytes = readKernelBytes(`/proc/self/fd/${this.#file}`);
    if (bytes === null) return null;
    this.isCut = bytes.length >= procFileBytesMax;
    const records = readRoundingRecords(bytes, process.pid, this.#switches);
    this.#switches = records.switches;
    return records;
  }

  close(): void {
    closeSync(this.#file);
  }
}

async function openIterator(folder: string, pin: string): Promise<Result<number, SensorProblem>> {
  const object = join(folder, 'rounding.bpf.o');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const left of [object, pin]) rmSync(left, { force: true });
    // A new file, so that nobody's link is followed.
    writeFileSync(object, Buffer.from(ROUNDING_OBJECT, 'base64'), { mode: 0o600, flag: 'wx' });
    const pinned = await runOnce('bpftool', ['iter', 'pin', object, pin], '');
    return pinned.ok ? ok(openSync(pin, 'r')) : pinned;
  } catch (error) {
    return fail({ code: 'failed', message: (error as Error).message });
  } finally {
    rmSync(object, { force: true });
    rmSync(pin, { force: true });
  }
}

/** systemd mounts it on all hosts; a container has to be given it. */
async function mountBpf(fileSystem: string): Promise<Result<void, SensorProblem>> {
  if (isMounted(fileSystem)) return ok(undefined);
  return runOnce('mount', ['-t', 'bpf', 'bpf', fileSystem], '');
}

function isMounted(fileSystem: string): boolean {
  try {
    return statfsSync(fileSystem).type === FILE_SYSTEM_TYPE;
  } catch {
    return false;
  }
}

function removeOldPins(fileSystem: string, now: number): void {
  try {
    for (const name of readdirSync(fileSystem)) {
      const path = join(fileSystem, name);
      if (!name.startsWith(PIN)) continue;
      if (now - statSync(path).mtimeMs > 2 * hostProgramMsMax) rmSync(path);
    }
  } catch {
    // Another agent was faster, or it may not be read: then nothing can be pinned either.
  }
}
