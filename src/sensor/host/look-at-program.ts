/** The first look at a process: its file, its name and how it was called. */
import { closeSync, openSync, readSync } from 'node:fs';
import { procFileBytesMax, signalTextLengthMax } from '../../base/sensor-limits.ts';
import type { EpochMs } from '../../base/time.ts';
import type { BinaryTrait, Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import { readKernelFile, readKernelLink } from '../kernel-file.ts';
import { binaryTraits, fileName, isPacked } from '../procfs/binary-traits.ts';

/** Bytes of a program that tell whether it is packed. */
const HEAD_BYTES = 65_536;
const WORDS_MAX = 512;

/** What a process shows by its program; null when it is gone, or a thread of the kernel. */
export function lookAtProgram(
  proc: string,
  pid: number,
  known: KnownNames,
  at: EpochMs,
): readonly Signal[] | null {
  const file = readKernelLink(`${proc}/${pid}/exe`);
  if (file === null) return null;
  const name = (readKernelFile(`${proc}/${pid}/comm`) ?? '').trimEnd();
  const words = wordsOf(readKernelFile(`${proc}/${pid}/cmdline`) ?? '');
  const traits = binaryTraits({ name, called: words[0] ?? '', file });
  const mines = [fileName(file), name].some((one) => known.isMiner(one));
  const all: readonly BinaryTrait[] = mines ? [...traits, 'known-miner'] : traits;
  const said = known.readCommandLine(words);
  return [
    ...all.map((trait) => binarySignal(trait, name, file, at)),
    ...(said === null
      ? []
      : [
          {
            kind: 'command-line',
            at,
            job: null,
            source: 'procfs',
            program: fileName(file).slice(0, signalTextLengthMax),
            ...said,
          } as const,
        ]),
  ];
}

/** A closer look at a busy program. Through `/proc`, for its file may be deleted. */
export function lookAtFile(proc: string, pid: number, at: EpochMs): Signal | null {
  const file = readKernelLink(`${proc}/${pid}/exe`);
  const head = file === null ? null : readHead(`${proc}/${pid}/exe`);
  if (file === null || head === null || !isPacked(head)) return null;
  const name = (readKernelFile(`${proc}/${pid}/comm`) ?? '').trimEnd();
  return binarySignal('packed', name, file, at);
}

function binarySignal(trait: BinaryTrait, name: string, file: string, at: EpochMs): Signal {
  const path = file.slice(0, signalTextLengthMax);
  return { kind: 'binary', at, job: null, source: 'procfs', trait, name, path };
}

function wordsOf(cmdline: string): readonly string[] {
  return cmdline.slice(0, procFileBytesMax).split('\0', WORDS_MAX);
}

function readHead(path: string): Uint8Array | null {
  const head = new Uint8Array(HEAD_BYTES);
  try {
    const file = openSync(path, 'r');
    try {
      return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
