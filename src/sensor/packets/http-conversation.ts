/**
 * Both directions of an HTTP connection: names in requests, JSON in bodies, and what a connection
 * turns into when it switches protocols (a WebSocket, a tunnel through a proxy).
 */
import { type HttpHead, HttpStream } from './http-stream.ts';
import type { Side } from './stratum-session.ts';

export interface HttpSink {
  host(via: 'http' | 'proxy', host: string): void;
  /** What a request says about who sends it. Before its body. */
  request(asker: HttpAsker): void;
  body(from: Side, bytes: Uint8Array): void;
  bodyEnd(from: Side): void;
  /** Behind this all bytes are of another protocol. */
  switched(to: 'websocket' | 'tunnel'): void;
}

export interface HttpAsker {
  /** Words of the path and the query, one of which may name who is paid. */
  readonly words: readonly string[];
  readonly user: string;
  readonly password: string;
  readonly agent: string;
  /** A header that only miners send. */
  readonly mines: boolean;
}

const WORDS_MAX = 16;

export class HttpConversation {
  readonly #client: Side;
  readonly #sink: HttpSink;
  readonly #streams: Readonly<Record<Side, HttpStream>>;
  #asked: 'websocket' | 'tunnel' | null = null;
  #isSwitched = false;

  constructor(client: Side, sink: HttpSink) {
    this.#client = client;
    this.#sink = sink;
    this.#streams = { a: this.#stream('a'), b: this.#stream('b') };
  }

  get held(): number {
    return this.#streams.a.held + this.#streams.b.held;
  }

  get isLost(): boolean {
    return this.#streams.a.isLost && this.#streams.b.isLost;
  }

  gap(from: Side): void {
    this.#streams[from].gap();
  }

  /** Bytes that came behind a switch of protocols in one piece with it, or null. */
  push(from: Side, bytes: Uint8Array): Uint8Array | null {
    return this.#streams[from].push(bytes, () => this.#isSwitched);
  }

  #stream(from: Side): HttpStream {
    return new HttpStream({
      head: (head) => (from === this.#client ? this.#request(head) : this.#answer(head)),
      body: (bytes) => this.#sink.body(from, bytes),
      end: () => this.#sink.bodyEnd(from),
    });
  }

  #request({ first, headers }: HttpHead): void {
    const [method = '', target = ''] = first.split(' ');
    const isTunnel = method === 'CONNECT';
    if (isTunnel) this.#sink.host('proxy', hostOf(target));
    else this.#sink.host('http', hostOf(headers.get('host') ?? ''));
    const isWebSocket = /\bwebsocket\b/i.test(headers.get('upgrade') ?? '');
    this.#asked = isTunnel ? 'tunnel' : isWebSocket ? 'websocket' : null;
    const [user = '', password = ''] = basicOf(headers.get('authorization') ?? '');
    this.#sink.request({
      words: target
        .slice(0, 1024)
        .split(/[/?&=@]/, WORDS_MAX)
        .filter((word) => word !== ''),
      user,
      password,
      agent: headers.get('user-agent') ?? '',
      mines: headers.has('x-mining-extensions') || headers.has('x-mining-hashrate'),
    });
  }

  #answer({ first }: HttpHead): void {
    const status = first.split(' ')[1] ?? '';
    const isSwitch = this.#asked === 'websocket' ? status === '101' : /^2\d\d$/.test(status);
    if (this.#asked === null || !isSwitch) return;
    this.#isSwitched = true;
    this.#sink.switched(this.#asked);
  }
}

/** Without a port. */
export function hostOf(authority: string): string {
  const host = authority.startsWith('[')
    ? authority.slice(1).split(']')[0]
    : authority.split(':')[0];
  return (host ?? '').toLowerCase();
}

function basicOf(authorization: string): readonly string[] {
  const match = /^basic ([A-Za-z0-9+/=]{1,1024})$/i.exec(authorization);
  if (match === null) return [];
  const text = Buffer.from(match[1] ?? '', 'base64').toString('latin1');
  const colon = text.indexOf(':');
  return colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}
