/**
 * Reads an archive, whatever it is packed with. What it is says its first bytes, not its name. It
 * is unpacked as it streams by, and an archive that expands without end is given up early.
 */
import { readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { archiveInflatedBytesMax, archiveRatioMax, KIB, MIB } from '../../base/limits.ts';
import { type ArchiveBudget, ArchiveContents } from './archive-contents.ts';
import { TarReader } from './tar.ts';
import { type RandomAccess, readZip } from './zip.ts';

/** Up to here a high ratio is a small file of zeros, and costs nothing. */
const RATIO_BYTES_MIN = 64 * MIB;
/** How far back zstd may refer: 128 MiB, what `zstd --long` makes and decoders take by default. */
const ZSTD_WINDOW_LOG_MAX = 27;

const HEAD_LENGTH = 512;
const CHUNK_BYTES = 256 * KIB;

type Packing = 'gzip' | 'zstd' | 'zip' | 'tar';

export interface ArchiveInput {
  /** The first 512 bytes, or all where there are fewer. */
  readonly head: Buffer;
  /** All bytes in their order. */
  stream(): AsyncIterable<Buffer>;
  /** The bytes at any place, which zip needs. */
  random(): Promise<RandomAccess>;
}

export interface ArchiveOptions {
  readonly budget: ArchiveBudget;
  readonly isExcluded: (path: string) => boolean;
}

/** What an archive is by its first bytes, or null when it is none. */
export function packingOf(head: Buffer): Packing | null {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  if (head.length >= 4 && head[0] === 0x50 && head[1] === 0x4b) return 'zip';
  return head.toString('latin1', 257, 262) === 'ustar' ? 'tar' : null;
}

/** Everything in the archive that may be read. Never rejects over what the archive holds. */
export async function readArchive(
  input: ArchiveInput,
  { budget, isExcluded }: ArchiveOptions,
): Promise<ArchiveContents> {
  const contents = new ArchiveContents(budget, isExcluded);
  const packing = packingOf(input.head);
  if (packing === 'zip') readZip(await input.random(), contents);
  // Old tar archives have no mark, so what is none of the others may be one.
  else await readTar(input, packing, contents);
  return contents;
}

async function readTar(
  input: ArchiveInput,
  packing: Exclude<Packing, 'zip'> | null,
  contents: ArchiveContents,
): Promise<void> {
  const reader = new TarReader(contents);
  const packed = { bytes: 0 };
  let bytes = 0;
  try {
    for await (const chunk of unpacked(counted(input.stream(), packed), packing)) {
      bytes += chunk.length;
      if (isEndless(bytes, packed.bytes)) contents.stop('it expands without end');
      if (!reader.push(chunk)) return;
    }
  } catch (error) {
    contents.stop(`it cannot be unpacked: ${(error as Error).message}`);
  }
  reader.end();
}

function isEndless(bytes: number, packedBytes: number): boolean {
  if (bytes > archiveInflatedBytesMax) return true;
  return bytes > RATIO_BYTES_MIN && bytes > packedBytes * archiveRatioMax;
}

async function* counted(
  stream: AsyncIterable<Buffer>,
  packed: { bytes: number },
): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    packed.bytes += chunk.length;
    yield chunk;
  }
}

function unpacked(stream: AsyncIterable<Buffer>, packing: Packing | null): AsyncIterable<Buffer> {
  if (packing !== 'gzip' && packing !== 'zstd') return stream;
  const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX };
  const unpacking = packing === 'gzip' ? createGunzip() : createZstdDecompress({ params });
  // What goes wrong in here is thrown to whoever reads `unpacking`.
  pipeline(stream, unpacking).catch(() => {});
  return unpacking;
}

/** An archive that is in memory: a nested one. */
export function archiveInMemory(bytes: Buffer): ArchiveInput {
  return {
    head: bytes.subarray(0, HEAD_LENGTH),
    async *stream() {
      yield bytes;
    },
    random: async () => ({
      size: bytes.length,
      read: (at, length) => (at < 0 ? bytes.subarray(0, 0) : bytes.subarray(at, at + length)),
    }),
  };
}

/** An archive on disk. Whoever opened the file closes it. */
export function archiveInFile(file: number, size: number): ArchiveInput {
  const read = (at: number, length: number): Buffer => {
    // Places in an archive are an attacker's: they may lie before it or far behind its end.
    return at < 0 || at > size ? Buffer.alloc(0) : readAt(file, at, Math.min(length, size - at));
  };
  return {
    head: read(0, HEAD_LENGTH),
    async *stream() {
      for (let at = 0; ; ) {
        const chunk = read(at, CHUNK_BYTES);
        if (chunk.length === 0) return;
        yield chunk;
        at += chunk.length;
      }
    },
    random: async () => ({ size, read }),
  };
}

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  for (let read = -1; read !== 0 && filled < bytes.length; filled += read) {
    read = readSync(file, bytes, filled, bytes.length - filled, at + filled);
  }
  return bytes.subarray(0, filled);
}
