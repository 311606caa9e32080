/** Makes archives for tests, honest and otherwise. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface TestEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** Tar: `0` a file, `2` a symbolic link, `5` a folder, `x` a pax header, `L` a long name. */
  readonly type?: string;
  readonly link?: string;
  /** What the archive says, where that is not true. */
  readonly claimedSize?: number;
}

export function tarOf(entries: readonly TestEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(1024)]);
}

function tarEntry({ name, content = '', type = '0', link = '', claimedSize }: TestEntry): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, 'utf8');
  header.write('0000644', 100, 'latin1');
  header.write((claimedSize ?? bytes.length).toString(8).padStart(11, '0'), 124, 'latin1');
  header.write(type, 156, 'latin1');
  header.write(link, 157, 100, 'utf8');
  header.write('ustar\u000000', 257, 'latin1');
  header.write('        ', 148, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, bytes, Buffer.alloc(-bytes.length & 511)]);
}

/** `LENGTH KEY=VALUE\n`; the length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (`${length}`.length + rest > length) length++;
  return `${length} ${key}=${value}\n`;
}

export interface ZipOptions {
  readonly method?: number;
  readonly flags?: number;
  readonly mode?: number;
  readonly offset?: number;
}

export function zipOf(entries: readonly (TestEntry & ZipOptions)[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = zipLocal(entry);
    centrals.push(zipCentral(entry, entry.offset ?? offset));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function packed({ content = '', method = 8 }: TestEntry & ZipOptions): Buffer {
  return method === 8 ? deflateRawSync(Buffer.from(content)) : Buffer.from(content);
}

function zipLocal(entry: TestEntry & ZipOptions): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(Buffer.byteLength(entry.name), 26);
  return Buffer.concat([header, Buffer.from(entry.name), packed(entry)]);
}

function zipCentral(entry: TestEntry & ZipOptions, offset: number): Buffer {
  const { name, content = '', method = 8, flags = 0, mode = 0o100644, claimedSize } = entry;
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(flags, 8);
  header.writeUInt16LE(method, 10);
  header.writeUInt32LE(crc32(content), 16);
  header.writeUInt32LE(packed(entry).length, 20);
  header.writeUInt32LE(claimedSize ?? Buffer.byteLength(content), 24);
  header.writeUInt16LE(Buffer.byteLength(name), 28);
  header.writeUInt32LE((mode << 16) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, Buffer.from(name)]);
}
