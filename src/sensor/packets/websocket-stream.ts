/**
 * One direction of a WebSocket (RFC 6455): two bytes, a longer length if needed, a mask if the
 * client speaks, the payload. Text and binary payloads are handed on; a message may be cut into
 * frames anywhere. What is compressed is not read.
 */
export class WebSocketStream {
  #head: number[] = [];
  #left = 0;
  #mask: readonly number[] = [];
  #masked = 0;
  #isData = false;
  readonly #onData: (bytes: Uint8Array) => void;

  constructor(onData: (bytes: Uint8Array) => void) {
    this.#onData = onData;
  }

  gap(): void {
    // Where the next frame begins cannot be found again; a frame a packet is the likely case.
    this.#head = [];
    this.#left = 0;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const piece = bytes.subarray(at, at + this.#left);
        this.#left -= piece.length;
        at += piece.length;
        if (this.#isData) this.#onData(this.#unmask(piece));
      } else {
        this.#head.push(bytes[at++] as number);
        if (this.#head.length === headLength(this.#head)) this.#enter();
      }
    }
  }

  #enter(): void {
    const [first = 0, second = 0] = this.#head;
    const size = second & 0x7f;
    const extra = size === 126 ? 2 : size === 127 ? 8 : 0;
    const length = this.#head.slice(2, 2 + extra).reduce((sum, byte) => sum * 256 + byte, 0);
    this.#left = extra === 0 ? size : length;
    this.#mask = (second & 0x80) === 0 ? [] : this.#head.slice(2 + extra, 6 + extra);
    this.#masked = 0;
    const opcode = first & 0x0f;
    // Continuation, text, binary; the second bit says that it is compressed.
    this.#isData = opcode <= 2 && (first & 0x40) === 0;
    this.#head = [];
  }

  #unmask(piece: Uint8Array): Uint8Array {
    if (this.#mask.length === 0) return piece;
    const from = this.#masked;
    this.#masked += piece.length;
    return piece.map((byte, i) => byte ^ (this.#mask[(from + i) % 4] as number));
  }
}

function headLength(head: readonly number[]): number {
  const second = head[1];
  if (second === undefined) return 2;
  const size = second & 0x7f;
  return 2 + (size === 126 ? 2 : size === 127 ? 8 : 0) + ((second & 0x80) === 0 ? 0 : 4);
}
