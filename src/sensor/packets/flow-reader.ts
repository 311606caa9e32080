/**
 * What travels in one flow: finds out by its first bytes, and hands it to whoever reads that.
 *
 * State machine. Each flow begins as `sniff`. The first bytes of either end decide: text and JSON
 * (`json`), HTTP (`http`, which may become `websocket` or `inner`), TLS (`tls`: the client's hello
 * is read), SOCKS (`socks`, then `inner`), or nothing that we can read (`opaque`), where every flow
 * ends that shows nothing of mining for long enough. `inner` is another reader for what a proxy
 * carries.
 */
import type { JsonObject } from '../../base/json.ts';
import {
  flowIdleBytesMax,
  flowIdleMessagesMax,
  flowSniffBytesMax,
  packetLayersMax,
} from '../../base/sensor-limits.ts';
import type { Carrier, PoolNameVia } from '../../model/signal.ts';
import { type HttpAsker, HttpConversation } from './http-conversation.ts';
import { looksLikeAnswer, looksLikeRequest } from './http-stream.ts';
import { JsonMessages } from './json-messages.ts';
import { readSetupConnection } from './setup-connection.ts';
import { readSocksAnswer, readSocksRequest, type SocksRequest } from './socks.ts';
import type { Side, StratumSession } from './stratum-session.ts';
import { looksLikeTls, readTlsHello, type TlsHello } from './tls-hello.ts';
import { WebSocketStream } from './websocket-stream.ts';

/** What the reader finds on its way; the session collects what is said of mining. */
export interface FlowFindings {
  readonly session: StratumSession;
  /** Names of hosts that the client asks for. */
  name(via: PoolNameVia, host: string): void;
  hello(hello: TlsHello): void;
  /** Which end of the flow opened it, as its words show. */
  client(side: Side): void;
}

type Mode = 'sniff' | 'json' | 'http' | 'websocket' | 'tls' | 'socks' | 'inner' | 'opaque';

const EMPTY = new Uint8Array(0);

export class FlowReader {
  #mode: Mode = 'sniff';
  readonly #findings: FlowFindings;
  readonly #carrier: Carrier;
  readonly #depth: number;
  readonly #heads: Record<Side, Uint8Array> = { a: EMPTY, b: EMPTY };
  readonly #json = { a: new JsonMessages(), b: new JsonMessages() };
  #http: HttpConversation | null = null;
  #webSockets: Readonly<Record<Side, WebSocketStream>> | null = null;
  #inner: FlowReader | null = null;
  #socks: { readonly client: Side; request: SocksRequest | null } | null = null;
  #asker: HttpAsker | null = null;
  #bytes = 0;

  constructor(findings: FlowFindings, carrier: Carrier = 'tcp', depth = 0) {
    this.#findings = findings;
    this.#carrier = carrier;
    this.#depth = depth;
  }

  /** Nothing more will be read of this flow. */
  get isOver(): boolean {
    return this.#mode === 'opaque' || (this.#mode === 'inner' && this.#inner?.isOver === true);
  }

  get isTls(): boolean {
    return this.#isTls || this.#inner?.isTls === true;
  }
  #isTls = false;

  /** Bytes kept. */
  get held(): number {
    const { a, b } = this.#json;
    const heads = this.#heads.a.length + this.#heads.b.length;
    return heads + a.held + b.held + (this.#http?.held ?? 0) + (this.#inner?.held ?? 0);
  }

  giveUp(): void {
    this.#mode = 'opaque';
    for (const side of ['a', 'b'] as const) {
      this.#heads[side] = EMPTY;
      this.#json[side] = new JsonMessages();
    }
    this.#http = null;
    this.#inner = null;
    this.#webSockets = null;
  }

  push(from: Side, bytes: Uint8Array, gap: boolean): void {
    if (gap) this.#gap(from);
    if (bytes.length === 0) return;
    this.#bytes += bytes.length;
    switch (this.#mode) {
      case 'sniff':
      case 'tls':
      case 'socks':
        this.#sniff(from, bytes);
        break;
      case 'json':
        this.#readJson(from, bytes, this.#carrier);
        break;
      case 'http':
        this.#readHttp(from, bytes);
        break;
      case 'websocket':
        this.#webSockets?.[from].push(bytes);
        break;
      case 'inner':
        this.#inner?.push(from, bytes, false);
        break;
      case 'opaque':
        return;
    }
    if (this.#isIdle()) this.giveUp();
  }

  /** Nothing more will come. */
  end(): void {
    for (const side of ['a', 'b'] as const) this.#cutJson(side, this.#carrier);
    this.#inner?.end();
  }

  #gap(from: Side): void {
    this.#cutJson(from, this.#carrier);
    this.#http?.gap(from);
    this.#webSockets?.[from].gap();
    if (this.#mode === 'inner') this.#inner?.push(from, EMPTY, true);
  }

  /** So much was read, and nothing of mining in it; or all that one needs to know. */
  #isIdle(): boolean {
    const { session } = this.#findings;
    if (session.isFull) return true;
    if (this.#mode === 'inner' || session.claim() !== null) return false;
    return session.messages > flowIdleMessagesMax || this.#bytes > flowIdleBytesMax;
  }

  #sniff(from: Side, bytes: Uint8Array): void {
    const head = this.#heads[from].length === 0 ? bytes : Buffer.concat([this.#heads[from], bytes]);
    this.#heads[from] = new Uint8Array(head.subarray(0, flowSniffBytesMax));
    if (this.#mode === 'socks') this.#readSocks();
    else if (this.#mode === 'tls' || looksLikeTls(head)) this.#readTls(from);
    else this.#decide(from, head);
    const isStuck = head.length >= flowSniffBytesMax && STUCK.has(this.#mode);
    if (isStuck) this.giveUp();
  }

  #decide(from: Side, head: Uint8Array): void {
    const other = from === 'a' ? 'b' : 'a';
    if (isJson(head)) this.#replay('json');
    else if (this.#isSocks(head)) this.#startSocks(from);
    // A name of a method may be cut after its first letter.
    else if (head.length < TEXT_LENGTH && !head.includes(10)) return;
    else if (startsWith(head, 'PROXY ')) this.#skipLine(from, head);
    else if (looksLikeRequest(head)) this.#startHttp(from);
    else if (looksLikeAnswer(head)) this.#startHttp(other);
    else if (isOtherText(head)) this.giveUp();
    else if (isText(head)) this.#replay('json');
    else this.#readBinary(from, head);
  }

  /** The line that a load balancer puts before everything else. */
  #skipLine(from: Side, head: Uint8Array): void {
    const newline = head.indexOf(10);
    if (newline < 0) return;
    this.#heads[from] = EMPTY;
    this.#bytes -= head.length;
    this.push(from, head.subarray(newline + 1), false);
  }

  #readBinary(from: Side, head: Uint8Array): void {
    const setup = readSetupConnection(head);
    if (setup === 'more') return;
    if (setup !== null) this.#findings.session.setUp(from, setup);
    this.giveUp();
  }

  #readTls(from: Side): void {
    this.#mode = 'tls';
    this.#isTls = true;
    const hello = readTlsHello(this.#heads[from]);
    if (hello === 'more') return;
    // The server's first bytes may be seen before the client's.
    if (hello === null) {
      if (this.#heads[from][0] !== 22 || this.#heads[from === 'a' ? 'b' : 'a'].length > 0) {
        this.giveUp();
      }
      return;
    }
    this.#findings.client(from);
    this.#findings.hello(hello);
    if (hello.sni !== '') this.#findings.name('tls', hello.sni);
    this.giveUp();
  }

  #isSocks(head: Uint8Array): boolean {
    return this.#depth < packetLayersMax && readSocksRequest(head) !== null;
  }

  #startSocks(client: Side): void {
    this.#mode = 'socks';
    this.#socks = { client, request: null };
    this.#readSocks();
  }

  #readSocks(): void {
    if (this.#socks === null) return;
    const { client } = this.#socks;
    const server = client === 'a' ? 'b' : 'a';
    const request = readSocksRequest(this.#heads[client]);
    if (request === 'more') return;
    if (request === null) {
      this.giveUp();
      return;
    }
    if (this.#socks.request === null) {
      this.#findings.client(client);
      this.#findings.name('proxy', request.host.toLowerCase());
      this.#socks.request = request;
    }
    const answer = readSocksAnswer(this.#heads[server], request);
    if (answer === 'more') return;
    if (answer === null) {
      this.giveUp();
      return;
    }
    const rests = { [client]: request.end, [server]: answer };
    this.#startInner('proxy', (side) => this.#heads[side].subarray(rests[side]));
  }

  #startInner(carrier: Carrier, rest: (side: Side) => Uint8Array): void {
    this.#mode = 'inner';
    this.#inner = new FlowReader(this.#findings, carrier, this.#depth + 1);
    for (const side of ['a', 'b'] as const) {
      const bytes = rest(side);
      this.#heads[side] = EMPTY;
      this.#inner.push(side, bytes, false);
    }
  }

  #startHttp(client: Side): void {
    this.#findings.client(client);
    const { session } = this.#findings;
    this.#http = new HttpConversation(client, {
      host: (via, host) => this.#findings.name(via, host),
      request: (asker) => {
        this.#asker = asker;
        const { user, password, agent } = asker;
        if (asker.mines) session.minesByHttp(client, user, password, agent);
      },
      body: (from, bytes) => this.#readJson(from, bytes, 'http'),
      bodyEnd: (from) => this.#cutJson(from, 'http'),
      switched: (to) => this.#switch(to),
    });
    this.#replay('http');
  }

  #switch(to: 'websocket' | 'tunnel'): void {
    if (to === 'tunnel') {
      this.#startInner('proxy', () => EMPTY);
      return;
    }
    this.#mode = 'websocket';
    const stream = (from: Side): WebSocketStream =>
      new WebSocketStream((bytes) => this.#readJson(from, bytes, 'websocket'));
    this.#webSockets = { a: stream('a'), b: stream('b') };
  }

  #readHttp(from: Side, bytes: Uint8Array): void {
    const rest = this.#http?.push(from, bytes) ?? null;
    // What came in one piece with the switch is of the new protocol.
    if (rest !== null && rest.length > 0) this.push(from, rest, false);
    else if (this.#http?.isLost) this.giveUp();
  }

  #readJson(from: Side, bytes: Uint8Array, carrier: Carrier): void {
    this.#json[from].push(bytes, (message) => this.#message(from, message, carrier));
  }

  #cutJson(from: Side, carrier: Carrier): void {
    this.#json[from].gap((message) => this.#message(from, message, carrier));
  }

  #message(from: Side, message: JsonObject, carrier: Carrier): void {
    const { session } = this.#findings;
    if (session.isFull) return;
    session.message(from, message, carrier);
    if (carrier === 'http' && this.#asker !== null && session.claim() !== null) {
      this.#nameAsker(this.#asker);
    }
  }

  /** Work by HTTP names who is paid in the path, the query or the credentials. */
  #nameAsker({ words, user, password, agent }: HttpAsker): void {
    // A long word of the path may also be somebody's key to a hosted node.
    const payee = words.find((word) => PAYEE.test(word));
    this.#findings.session.names(payee ?? user, password, '', agent);
    this.#asker = null;
  }

  /** Gives what was sniffed to the reader that has been found for it. */
  #replay(mode: Mode): void {
    this.#mode = mode;
    for (const side of ['a', 'b'] as const) {
      const head = this.#heads[side];
      this.#heads[side] = EMPTY;
      this.#bytes -= head.length;
      this.push(side, head, false);
    }
  }
}

/** Pools that give work by HTTP pay in Ethereum's family. */
const PAYEE = /^0x[0-9a-f]{40}$/i;

const STUCK: ReadonlySet<Mode> = new Set<Mode>(['sniff', 'tls', 'socks']);

const TEXT_LENGTH = 16;

/** Blanks, and then an object or a list. */
function isJson(head: Uint8Array): boolean {
  const first = head.find((byte) => byte !== 0x20 && (byte < 9 || byte > 13));
  return first === 0x7b || first === 0x5b;
}

/** Printable ASCII and blanks, as far as one looks; a byte or two of something else is no text. */
function isText(head: Uint8Array): boolean {
  return head.subarray(0, TEXT_LENGTH).every((byte) => {
    return (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13);
  });
}

/**
 * Text protocols that carry other people's JSON: Redis, mail, NATS, memcached, syslog. What a job
 * keeps in a queue or sends to a log is not what it says on the wire.
 */
function isOtherText(head: Uint8Array): boolean {
  return OTHER_TEXT.test(Buffer.from(head.subarray(0, TEXT_LENGTH)).toString('latin1'));
}

const OTHER_TEXT =
  /^(?:[*$:]\d{1,9}\r\n|\+OK|\* OK|-ERR|220[ -]|(?:EH|HE)LO |SSH-|INFO \{|CONNECT \{|[gs]et |<\d)/;

function startsWith(head: Uint8Array, text: string): boolean {
  return Buffer.from(head.subarray(0, text.length)).toString('latin1') === text;
}
