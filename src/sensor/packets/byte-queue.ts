/**
 * Bytes that arrive in pieces and are taken in records. Kept as one buffer: pieces are joined when
 * a record spans them, so that a file read in 64 KiB pieces is copied once.
 */
export class ByteQueue {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  push(piece: Uint8Array): void {
    const rest = this.#bytes.subarray(this.#at);
    if (rest.length === 0) {
      this.#bytes = piece;
    } else {
      this.#bytes = new Uint8Array(rest.length + piece.length);
      this.#bytes.set(rest);
      this.#bytes.set(piece, rest.length);
    }
    this.#at = 0;
  }

  get length(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next bytes, left in place; null when there are not so many yet. */
  peek(length: number): Uint8Array | null {
    if (length > this.length) return null;
    return this.#bytes.subarray(this.#at, this.#at + length);
  }

  take(length: number): Uint8Array | null {
    const bytes = this.peek(length);
    if (bytes !== null) this.#at += length;
    return bytes;
  }
}
