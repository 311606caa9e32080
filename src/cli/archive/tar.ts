/**
 * Reads a tar archive as it streams by: blocks of 512 bytes, a header for each entry and then its
 * content, filled up to whole blocks. Understands ustar, GNU long names and pax headers.
 *
 * State machine: header ──► content (kept or passed over) ──► header … ──► two empty blocks: end.
 */
import { archiveNameLengthMax } from '../../base/limits.ts';
import type { ArchiveContents } from './archive-contents.ts';

const BLOCK = 512;
/** A long name or a pax header is kept up to this length; a longer one is no honest name. */
const EXTENSION_BYTES_MAX = 16 * archiveNameLengthMax;
const SIZE_MAX = 2 ** 52;
const utf8 = new TextDecoder();

/** What is being read, how much of it is still to come, and what follows it up to a block. */
type State =
  | { readonly kind: 'header' }
  | {
      readonly kind: 'content';
      readonly type: string;
      readonly path: string | null;
      readonly bytes: Buffer | null;
      filled: number;
      left: number;
      readonly padding: number;
    };

/** Fields that a pax header or a GNU long name sets for the next entry. */
interface Extension {
  path?: string;
  linkPath?: string;
  size?: number;
}

export class TarReader {
  readonly #contents: ArchiveContents;
  readonly #header = Buffer.alloc(BLOCK);
  #filled = 0;
  #padding = 0;
  #state: State = { kind: 'header' };
  #next: Extension = {};
  #emptyBlocks = 0;

  constructor(contents: ArchiveContents) {
    this.#contents = contents;
  }

  /** Takes the next bytes. Returns false when the rest does not matter. */
  push(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length && !this.#contents.stopped && this.#emptyBlocks < 2) {
      if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, chunk.length - at);
        this.#padding -= skipped;
        at += skipped;
      } else if (this.#state.kind === 'header') at += this.#readHeader(chunk, at);
      else at += this.#readContent(this.#state, chunk, at);
    }
    return !this.#contents.stopped && this.#emptyBlocks < 2;
  }

  end(): void {
    const isBetween = this.#state.kind === 'header' && this.#filled === 0;
    if (!isBetween && this.#emptyBlocks < 2) this.#contents.stop('it ends in the middle of a file');
  }

  #readHeader(chunk: Buffer, at: number): number {
    const taken = Math.min(BLOCK - this.#filled, chunk.length - at);
    chunk.copy(this.#header, this.#filled, at, at + taken);
    this.#filled += taken;
    if (this.#filled === BLOCK) {
      this.#filled = 0;
      this.#begin(this.#header);
    }
    return taken;
  }

  #begin(header: Buffer): void {
    if (header.every((byte) => byte === 0)) {
      this.#emptyBlocks++;
      return;
    }
    this.#emptyBlocks = 0;
    const type = String.fromCharCode(header[156] ?? 0);
    const isExtension = type === 'x' || type === 'L' || type === 'K';
    const isAboutNext = isExtension || type === 'g';
    const own = numberAt(header, 124, 12);
    const size = isAboutNext ? own : (this.#next.size ?? own);
    if (!hasRightSum(header) || size === null || size > SIZE_MAX) {
      this.#contents.stop('it is no tar archive from some place on');
      return;
    }
    // Folders, links and devices have no content, whatever their size says.
    const left = isAboutNext || isFile(type) ? size : 0;
    const path = isAboutNext ? null : this.#pathOf(header, type, size);
    const bytes = this.#bytesFor(path, isExtension, left);
    this.#state = { kind: 'content', type, path, bytes, filled: 0, left, padding: -left & 511 };
    if (left === 0) this.#finish(this.#state);
  }

  /** Where the content goes: nowhere when it is not wanted. */
  #bytesFor(path: string | null, isExtension: boolean, size: number): Buffer | null {
    if (!isExtension) return path === null ? null : Buffer.allocUnsafe(size);
    if (size <= EXTENSION_BYTES_MAX) return Buffer.allocUnsafe(size);
    this.#contents.stop('it has a name that is too long');
    return null;
  }

  /** The path under which a file or link is taken; links are settled at once. */
  #pathOf(header: Buffer, type: string, size: number): string | null {
    const name = this.#next.path ?? nameOf(header);
    const target = this.#next.linkPath ?? textAt(header, 157, 100);
    this.#next = {};
    if (isFile(type)) return this.#contents.wants(name, size);
    if (type === '5') this.#contents.addFolder(name);
    if (type !== '1' && type !== '2') return null;
    const path = this.#contents.wants(name, 0);
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    if (path !== null) this.#contents.addLink(path, type === '1' ? target : folder + target);
    return null;
  }

  #readContent(state: Extract<State, { kind: 'content' }>, chunk: Buffer, at: number): number {
    const taken = Math.min(state.left, chunk.length - at);
    if (state.bytes !== null) chunk.copy(state.bytes, state.filled, at, at + taken);
    state.filled += taken;
    state.left -= taken;
    if (state.left === 0) this.#finish(state);
    return taken;
  }

  #finish({ type, path, bytes, padding }: Extract<State, { kind: 'content' }>): void {
    this.#state = { kind: 'header' };
    this.#padding = padding;
    if (bytes === null) return;
    if (path !== null) this.#contents.add(path, bytes);
    else if (type === 'L') this.#next.path = cString(bytes);
    else if (type === 'K') this.#next.linkPath = cString(bytes);
    else this.#next = { ...this.#next, ...paxFields(bytes) };
  }
}

function isFile(type: string): boolean {
  return type === '0' || type === '\0' || type === '7';
}

/** The sum of all bytes of the header, its own field counted as blanks. */
function hasRightSum(header: Buffer): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (header[i] ?? 0);
  return numberAt(header, 148, 8) === sum;
}

function nameOf(header: Buffer): string {
  const name = textAt(header, 0, 100);
  const prefix = textAt(header, 257, 5) === 'ustar' ? textAt(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textAt(header: Buffer, at: number, length: number): string {
  return cString(header.subarray(at, at + length));
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return utf8.decode(end === -1 ? bytes : bytes.subarray(0, end));
}

/** Octal digits, or for large numbers a first bit of 1 and then big-endian bytes. */
function numberAt(header: Buffer, at: number, length: number): number | null {
  const first = header[at] ?? 0;
  if ((first & 0x80) !== 0) {
    let value = first & 0x7f;
    for (let i = at + 1; i < at + length; i++) value = value * 256 + (header[i] ?? 0);
    return value;
  }
  const digits = textAt(header, at, length).trim();
  if (digits === '') return 0;
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

/** `LENGTH KEY=VALUE\n`, one after the other; the length counts itself. */
function paxFields(bytes: Buffer): Extension {
  const fields: Extension = {};
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const length = blank === -1 ? 0 : Number(bytes.toString('latin1', at, blank));
    if (!Number.isInteger(length) || length < blank - at + 3) break;
    const record = utf8.decode(bytes.subarray(blank + 1, at + length - 1));
    const equals = record.indexOf('=');
    const value = record.slice(equals + 1);
    const key = record.slice(0, equals);
    if (key === 'path') fields.path = value;
    else if (key === 'linkpath') fields.linkPath = value;
    else if (key === 'size' && /^\d{1,15}$/.test(value)) fields.size = Number(value);
    at += length;
  }
  return fields;
}
