/**
 * Reads a zip archive by its central directory, which stands at the end and says where each entry
 * lies. Understands stored and deflated entries, and the 64-bit sizes of large archives. An entry
 * is inflated only as far as a file may be long.
 */
import { inflateRawSync } from 'node:zlib';
import {
  archiveEntriesMax,
  archiveInflatedBytesMax,
  scanFileBytesMax,
  zipDirectoryBytesMax,
} from '../../base/limits.ts';
import type { ArchiveContents } from './archive-contents.ts';

/** Bytes of a file or of memory, at any place. Past the end there are fewer, or none. */
export interface RandomAccess {
  readonly size: number;
  read(at: number, length: number): Buffer;
}

const END_LENGTH = 22;
const COMMENT_LENGTH_MAX = 0xffff;
const END_SIGNATURE = 0x06054b50;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const END64_SIGNATURE = 0x06064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_LENGTH = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_LENGTH = 30;
const ENCRYPTED_FLAG = 1;
const LINK_MODE = 0o120000;
const MODE_KIND = 0o170000;
const STORED = 0;
const DEFLATED = 8;
const utf8 = new TextDecoder();

interface Entry {
  readonly name: string;
  readonly isEncrypted: boolean;
  readonly isLink: boolean;
  readonly method: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

export function readZip(file: RandomAccess, contents: ArchiveContents): void {
  const directory = directoryOf(file);
  if (directory === null) {
    contents.stop('it is no zip archive, or not a whole one');
    return;
  }
  let inflatedLeft = archiveInflatedBytesMax;
  for (const entry of entriesOf(directory, contents)) {
    if (contents.stopped) return;
    if (entry.name.endsWith('/')) contents.addFolder(entry.name);
    else inflatedLeft -= takeEntry(entry, file, contents);
    if (inflatedLeft < 0)
      contents.stop(`its entries come to more than ${archiveInflatedBytesMax} bytes`);
  }
}

/** Keeps one entry; returns the bytes that this took to read or to unpack. */
function takeEntry(entry: Entry, file: RandomAccess, contents: ArchiveContents): number {
  const path = contents.wants(entry.name, entry.size);
  if (path === null) return 0;
  const read = contentOf(entry, file);
  if (typeof read === 'string') contents.addUnread(path, read);
  else if (entry.isLink) {
    const folder = entry.name.slice(0, entry.name.lastIndexOf('/') + 1);
    contents.addLink(path, folder + utf8.decode(read));
  } else contents.add(path, read);
  return Math.max(entry.size, entry.packedSize);
}

/** The content of an entry, or why there is none. */
function contentOf(entry: Entry, file: RandomAccess): Buffer | string {
  const { isEncrypted, method, packedSize, size, offset } = entry;
  if (isEncrypted) return 'it is encrypted';
  if (method !== STORED && method !== DEFLATED) return `it is packed by method ${method}`;
  const local = file.read(offset, LOCAL_LENGTH);
  if (local.length < LOCAL_LENGTH || local.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    return 'it does not stand where the archive says';
  }
  const start = offset + LOCAL_LENGTH + local.readUInt16LE(26) + local.readUInt16LE(28);
  // Whoever packs more than he unpacks wants memory, not files.
  if (packedSize > size + scanFileBytesMax) return 'its sizes do not fit';
  const packed = file.read(start, packedSize);
  if (packed.length < packedSize) return 'the archive ends in the middle of it';
  if (method === STORED) return packed.length === size ? packed : 'its sizes do not fit';
  try {
    const bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
    return bytes.length === size ? bytes : 'its sizes do not fit';
  } catch {
    return 'it does not unpack to what the archive says';
  }
}

/** The bytes of the central directory, or null. */
function directoryOf(file: RandomAccess): Buffer | null {
  const tailLength = Math.min(file.size, END_LENGTH + COMMENT_LENGTH_MAX);
  const tail = file.read(file.size - tailLength, tailLength);
  for (let at = tail.length - END_LENGTH; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    const place = placeOf(file, tail, at, file.size - tailLength + at);
    if (place === null || place.length > zipDirectoryBytesMax) return null;
    const directory = file.read(place.offset, place.length);
    return directory.length === place.length ? directory : null;
  }
  return null;
}

/** Where the directory lies. Sizes that do not fit into 32 bits stand in a record before. */
function placeOf(
  file: RandomAccess,
  tail: Buffer,
  at: number,
  endOffset: number,
): { offset: number; length: number } | null {
  const length = tail.readUInt32LE(at + 12);
  const offset = tail.readUInt32LE(at + 16);
  if (length !== 0xffffffff && offset !== 0xffffffff) return { offset, length };
  const locator = file.read(endOffset - 20, 20);
  if (locator.length < 20 || locator.readUInt32LE(0) !== END64_LOCATOR_SIGNATURE) return null;
  const record = file.read(Number(locator.readBigUInt64LE(8)), 56);
  if (record.length < 56 || record.readUInt32LE(0) !== END64_SIGNATURE) return null;
  return {
    length: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  };
}

function* entriesOf(directory: Buffer, contents: ArchiveContents): Generator<Entry> {
  for (let at = 0, count = 0; at < directory.length; count++) {
    const isWhole = at + ENTRY_LENGTH <= directory.length;
    if (!isWhole || directory.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      contents.stop('its list of entries breaks off');
      return;
    }
    if (count > archiveEntriesMax) return;
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const nameEnd = at + ENTRY_LENGTH + nameLength;
    const name = utf8.decode(directory.subarray(at + ENTRY_LENGTH, nameEnd));
    const extra = directory.subarray(nameEnd, nameEnd + extraLength);
    yield entryAt(directory, at, name.replaceAll('\\', '/'), extra);
    at = nameEnd + extraLength + directory.readUInt16LE(at + 32);
  }
}

function entryAt(directory: Buffer, at: number, name: string, extra: Buffer): Entry {
  const mode = directory.readUInt32LE(at + 38) >>> 16;
  const sizes = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20)];
  const [size = 0, packedSize = 0, offset = 0] = wide(
    [...sizes, directory.readUInt32LE(at + 42)],
    extra,
  );
  return {
    name,
    isEncrypted: (directory.readUInt16LE(at + 8) & ENCRYPTED_FLAG) !== 0,
    isLink: (mode & MODE_KIND) === LINK_MODE,
    method: directory.readUInt16LE(at + 10),
    packedSize,
    size,
    offset,
  };
}

/** Values of all ones stand as 64 bits in the extra field 1, in this order. */
function wide(values: readonly number[], extra: Buffer): readonly number[] {
  let field = extraField(extra, 1);
  return values.map((value) => {
    if (value !== 0xffffffff || field.length < 8) return value;
    const whole = Number(field.readBigUInt64LE(0));
    field = field.subarray(8);
    return whole;
  });
}

function extraField(extra: Buffer, id: number): Buffer {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, end);
  }
  return Buffer.alloc(0);
}
