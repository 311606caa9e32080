/** A TCP connection that is watched: both directions, what is in them and how they move. */
import type { EpochMs } from '../../base/time.ts';
import type { Carrier, PoolNameVia, StratumSignal } from '../../model/signal.ts';
import { FlowReader } from './flow-reader.ts';
import { FlowShape } from './flow-shape.ts';
import { type Endpoint, formatEndpoint, type Segment } from './segment.ts';
import { type Side, StratumSession } from './stratum-session.ts';
import { TcpStream } from './tcp-stream.ts';
import type { TlsHello } from './tls-hello.ts';

export interface NamedHost {
  readonly via: PoolNameVia;
  readonly host: string;
}

export class Flow {
  readonly a: Endpoint;
  readonly b: Endpoint;
  lastAt: EpochMs;
  readonly shape = new FlowShape();
  readonly session = new StratumSession();
  hello: TlsHello | null = null;
  /** What was said last of it: told again only when there is more. */
  told: Pick<StratumSignal, 'phase' | 'shares' | 'login' | 'agent' | 'at'> | null = null;
  shapeToldAt: EpochMs | null = null;
  /** Whether its far end has been looked up in the operator's list. */
  isAddressKnown = false;
  readonly #reader: FlowReader;
  readonly #streams = { a: new TcpStream(), b: new TcpStream() };
  #client: Side | null = null;
  /** The words show it better than the ports, and a SYN better than both. */
  #wordsClient: Side | null = null;
  #isClosed = { a: false, b: false };
  #names: NamedHost[] = [];

  constructor(first: Segment, at: EpochMs) {
    this.a = copyOf(first.source);
    this.b = copyOf(first.target);
    this.lastAt = at;
    this.#reader = new FlowReader({
      session: this.session,
      name: (via, host) => void this.#names.push({ via, host }),
      hello: (hello) => {
        this.hello = hello;
      },
      client: (side) => {
        this.#wordsClient ??= side;
      },
    });
  }

  get held(): number {
    return this.#streams.a.held + this.#streams.b.held + this.#reader.held;
  }

  get isTls(): boolean {
    return this.#reader.isTls;
  }

  get isClosed(): boolean {
    return this.#isClosed.a && this.#isClosed.b;
  }

  get carrier(): Carrier {
    return this.session.claim()?.carrier ?? 'tcp';
  }

  get client(): Side {
    const bySession = this.session.claim()?.client ?? null;
    return this.#client ?? this.#wordsClient ?? bySession ?? this.shape.noiseClient ?? this.#byPort;
  }

  /** `address:port` of the client, then of the server. */
  get ends(): { readonly client: string; readonly server: string } {
    const [a, b] = [formatEndpoint(this.a), formatEndpoint(this.b)];
    return this.client === 'a' ? { client: a, server: b } : { client: b, server: a };
  }

  get #byPort(): Side {
    return this.a.port >= this.b.port ? 'a' : 'b';
  }

  /** Names that were asked for since the last call. */
  takeNames(): readonly NamedHost[] {
    const names = this.#names;
    if (names.length > 0) this.#names = [];
    return names;
  }

  add(from: Side, segment: Segment, at: EpochMs): void {
    this.lastAt = at;
    if (segment.syn) {
      this.#client = segment.ack === (from === 'a') ? 'b' : 'a';
      this.#streams[from].open(segment.sequence);
    }
    if (segment.payload.length > 0) {
      this.shape.add(from, segment.payload.length, at);
      this.#read(from, segment, at);
    }
    if (segment.fin) this.#isClosed[from] = true;
    if (segment.reset) this.#isClosed = { a: true, b: true };
  }

  /** What still waits for bytes that never came. */
  end(): void {
    for (const side of ['a', 'b'] as const) {
      this.#streams[side].flush((bytes, gap) => this.#reader.push(side, bytes, gap));
    }
    this.#reader.end();
  }

  giveUp(): void {
    this.#reader.giveUp();
    for (const side of ['a', 'b'] as const) this.#streams[side] = new TcpStream();
  }

  #read(from: Side, { syn, sequence, payload }: Segment, at: EpochMs): void {
    if (this.#reader.isOver) return;
    const first = syn ? (sequence + 1) >>> 0 : sequence;
    this.#streams[from].push(first, payload, at, (bytes, gap) => {
      this.#reader.push(from, bytes, gap);
    });
  }
}

/** A copy, which `slice` of a Buffer is not: else all packets read with this one would be kept. */
function copyOf({ address, port }: Endpoint): Endpoint {
  return { address: new Uint8Array(address), port };
}
