/**
 * One direction of an HTTP/1 connection, from whatever byte a message begins at: heads are read,
 * bodies are handed on in pieces without their chunks' lengths. A head that is too long, or bytes
 * that are no head, end the reading.
 */
const HEAD_BYTES_MAX = 16 * 1024;
const HEADERS_MAX = 100;

export interface HttpHead {
  /** `POST / HTTP/1.1`, or `HTTP/1.1 200 OK`. */
  readonly first: string;
  /** Names in lower case. Of those that stand twice the first. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface HttpEvents {
  head(head: HttpHead): void;
  body(bytes: Uint8Array): void;
  /** A message is over; what a body began is cut off here. */
  end(): void;
}

type State = 'head' | 'length' | 'chunk-size' | 'chunk' | 'until-close' | 'lost';

export class HttpStream {
  #state: State = 'head';
  #line: Uint8Array = new Uint8Array(0);
  #left = 0;
  readonly #events: HttpEvents;

  constructor(events: HttpEvents) {
    this.#events = events;
  }

  get isLost(): boolean {
    return this.#state === 'lost';
  }

  get held(): number {
    return this.#line.length;
  }

  /** Bytes are missing: where the next message begins, only a head can tell. */
  gap(): void {
    this.#line = new Uint8Array(0);
    this.#state = 'head';
    this.#events.end();
  }

  /**
   * What is left of the bytes once the switch of protocols that `isOver` speaks of has come, or
   * null.
   */
  push(bytes: Uint8Array, isOver: () => boolean): Uint8Array | null {
    let rest = bytes;
    while (rest.length > 0) {
      rest = this.#step(rest);
      if (isOver()) return rest;
    }
    return null;
  }

  #step(bytes: Uint8Array): Uint8Array {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'chunk-size':
        return this.#readChunkSize(bytes);
      case 'length':
      case 'chunk':
        return this.#readBody(bytes);
      case 'until-close':
        this.#events.body(bytes);
        return EMPTY;
      default:
        return EMPTY;
    }
  }

  #readHead(bytes: Uint8Array): Uint8Array {
    const held = this.#line.length;
    const all = held === 0 ? bytes : Buffer.concat([this.#line, bytes]);
    // A message may be preceded by empty lines.
    let start = 0;
    while (all[start] === 13 || all[start] === 10) start++;
    const end = endOfHead(all, start);
    if (end === null) {
      this.#line = new Uint8Array(all.subarray(start));
      if (this.#line.length > HEAD_BYTES_MAX) this.#lose();
      return EMPTY;
    }
    this.#line = EMPTY;
    const head = parseHead(Buffer.from(all.subarray(start, end)).toString('latin1'));
    if (head === null) {
      this.#lose();
      return EMPTY;
    }
    this.#expectBody(head);
    this.#events.head(head);
    if (this.#state === 'head') this.#events.end();
    return all.subarray(end);
  }

  #expectBody({ first, headers }: HttpHead): void {
    const isAnswer = first.startsWith('HTTP/');
    const status = Number(first.split(' ')[1]);
    const length = Number(headers.get('content-length'));
    const hasNone = isAnswer && (status < 200 || status === 204 || status === 304);
    if (hasNone) this.#state = 'head';
    else if (/chunked/i.test(headers.get('transfer-encoding') ?? '')) this.#state = 'chunk-size';
    else if (headers.has('content-length')) this.#expect('length', length);
    else this.#state = isAnswer ? 'until-close' : 'head';
  }

  #expect(state: 'length' | 'chunk', length: number): void {
    this.#state = length > 0 ? state : 'head';
    this.#left = length;
    if (!Number.isSafeInteger(length) || length < 0) this.#lose();
  }

  #readChunkSize(bytes: Uint8Array): Uint8Array {
    const newline = bytes.indexOf(10);
    const line = Buffer.concat([this.#line, bytes.subarray(0, newline < 0 ? undefined : newline)]);
    if (newline < 0 || line.length > 256) {
      this.#line = line;
      if (line.length > 256) this.#lose();
      return EMPTY;
    }
    this.#line = EMPTY;
    const text = line.toString('latin1').trim();
    const rest = bytes.subarray(newline + 1);
    // Behind each chunk stands an empty line.
    if (text === '') return rest;
    this.#expect('chunk', Number.parseInt(text, 16));
    if (this.#state === 'head') this.#events.end();
    return rest;
  }

  #readBody(bytes: Uint8Array): Uint8Array {
    const length = Math.min(this.#left, bytes.length);
    this.#events.body(bytes.subarray(0, length));
    this.#left -= length;
    if (this.#left === 0) {
      const isChunk = this.#state === 'chunk';
      this.#state = isChunk ? 'chunk-size' : 'head';
      if (!isChunk) this.#events.end();
    }
    return bytes.subarray(length);
  }

  #lose(): void {
    this.#state = 'lost';
    this.#line = EMPTY;
  }
}

const EMPTY = new Uint8Array(0);

/** The offset behind the empty line; lines may end without a carriage return. */
function endOfHead(bytes: Uint8Array, start: number): number | null {
  for (let at = bytes.indexOf(10, start); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return null;
}

function parseHead(text: string): HttpHead | null {
  const [first = '', ...lines] = text.split(/\r?\n/);
  if (!/^HTTP\/1\.\d /.test(first) && !/ HTTP\/1\.\d$/.test(first)) return null;
  const headers = new Map<string, string>();
  for (const line of lines.slice(0, HEADERS_MAX)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return { first, headers };
}

/** Whether a direction begins with a request of HTTP/1. */
export function looksLikeRequest(head: Uint8Array): boolean {
  return REQUEST.test(Buffer.from(head.subarray(0, 16)).toString('latin1'));
}

const REQUEST = /^(?:GET|POST|PUT|CONNECT|HEAD|OPTIONS|PATCH|DELETE) /;

export function looksLikeAnswer(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 7)).toString('latin1') === 'HTTP/1.';
}
