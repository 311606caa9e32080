/**
 * What the messages of one flow say of mining. Read by key: where a key stands, what else stands
 * beside it and which of the two ends spoke first do not count.
 *
 * Two kinds of words. Those of `mining-words.ts` stand for mining by themselves. Others, such as
 * `login`, `job` and `submit`, are everybody's, and count by what they carry: work to do is a blob,
 * a job's id and a target, whatever the method is called. A session's phase is the furthest that
 * any of its messages shows: a capture may begin or end anywhere.
 */
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { flowMessagesMax } from '../../base/sensor-limits.ts';
import {
  type Carrier,
  STRATUM_PHASES,
  type StratumDialect,
  type StratumPhase,
} from '../../model/signal.ts';
import { dialectByShape } from './dialect-by-shape.ts';
import { isHex, textOf } from './json-values.ts';
import { MINING_WORDS } from './mining-words.ts';
import { isMoneroJob, isMoneroLogin, isMoneroShare } from './monero-words.ts';
import type { SetupConnection } from './setup-connection.ts';

/** The end of a flow whose packet was seen first is `a`. */
export type Side = 'a' | 'b';

export interface StratumClaim {
  readonly dialect: StratumDialect;
  readonly phase: StratumPhase;
  readonly carrier: Carrier;
  /** Null: nothing said which end is the miner's. */
  readonly client: Side | null;
  readonly login: string;
  readonly password: string;
  readonly worker: string;
  readonly agent: string;
  readonly shares: number;
}

const REQUESTS_KEPT = 32;

export class StratumSession {
  #messages = 0;
  #phase: StratumPhase | null = null;
  #carrier: Carrier = 'tcp';
  #client: Side | null = null;
  #login = '';
  #password = '';
  #worker = '';
  #agent = '';
  #shares = 0;
  readonly #votes = new Map<StratumDialect, number>();
  /** Methods of the last requests of each end by their ids, for answers have none. */
  readonly #asked = { a: new Map<string, string>(), b: new Map<string, string>() };

  get messages(): number {
    return this.#messages;
  }

  get isFull(): boolean {
    return this.#messages >= flowMessagesMax;
  }

  claim(): StratumClaim | null {
    if (this.#phase === null) return null;
    const [first] = [...this.#votes].sort(([, a], [, b]) => b - a);
    return {
      dialect: first?.[0] ?? 'stratum-v1',
      phase: this.#phase,
      carrier: this.#carrier,
      client: this.#client,
      login: this.#login,
      password: this.#password,
      worker: this.#worker,
      agent: this.#agent,
      shares: this.#shares,
    };
  }

  /** A request that carries work by HTTP says in its head that it does. */
  minesByHttp(from: Side, login: string, password: string, agent: string): void {
    this.#reach('asked', from, 'client', 'http');
    this.#vote('getwork', 1);
    this.names(login, password, '', agent);
  }

  /** Stratum v2 without encryption. */
  setUp(from: Side, { vendor, device }: SetupConnection): void {
    this.#reach('asked', from, 'client', 'tcp');
    this.#vote('stratum-v2', 1);
    this.names('', '', device, vendor);
  }

  /** Who mines, where something else than a message says so. What is known stays. */
  names(login: string, password: string, worker: string, agent: string): void {
    if (this.#login === '') this.#password = password;
    this.#login ||= login;
    this.#worker ||= worker;
    this.#agent ||= agent;
  }

  message(from: Side, message: JsonObject, carrier: Carrier): void {
    this.#messages++;
    const method = textOf(message['method'] ?? message['type'] ?? message['identifier']);
    if (method !== '' && message['method'] !== undefined) this.#remember(from, message, method);
    const word = MINING_WORDS.get(method);
    // Lines of `mining.*` never travel by HTTP; a log of them that is shipped somewhere does.
    const isSpoken =
      carrier !== 'http' || word?.dialect === 'getwork' || word?.dialect === 'eth-proxy';
    if (word !== undefined && message['method'] === method && isSpoken) {
      this.#reach(word.phase, from, word.from, carrier);
      this.#vote(word.dialect, word.isShared ? 0.1 : 3);
      // Nodes of Ethereum know no workers.
      if (word.dialect === 'getwork' && 'worker' in message) this.#vote('eth-proxy', 3);
      if (word.phase === 'shares') this.#shares++;
      this.#readWord(method, message);
    } else if (method === 'getwork' && carrier === 'http') {
      this.#readGetwork(from, message);
    } else if (carrier === 'http' || !this.#readMonero(from, method, message, carrier)) {
      this.#readAnswer(from, message, carrier);
    }
  }

  #remember(from: Side, message: JsonObject, method: string): void {
    const asked = this.#asked[from];
    asked.set(JSON.stringify(message['id'] ?? null).slice(0, 64), method.slice(0, 64));
    const [oldest] = asked.keys();
    if (asked.size > REQUESTS_KEPT && oldest !== undefined) asked.delete(oldest);
  }

  #reach(phase: StratumPhase, from: Side, role: 'client' | 'server', carrier: Carrier): void {
    this.#client ??= (role === 'client') === (from === 'a') ? 'a' : 'b';
    if (this.#phase === null) this.#carrier = carrier;
    const furthest = STRATUM_PHASES.indexOf(this.#phase ?? 'shape');
    this.#phase = STRATUM_PHASES.indexOf(phase) > furthest ? phase : (this.#phase ?? phase);
  }

  #vote(dialect: StratumDialect, weight: number): void {
    this.#votes.set(dialect, (this.#votes.get(dialect) ?? 0) + weight);
  }

  #readWord(method: string, message: JsonObject): void {
    const params = message['params'];
    const shape = dialectByShape(method, params ?? null);
    if (shape !== null) this.#vote(shape, 3);
    if (isObject(params)) {
      this.names('', '', '', textOf(params['agent']));
      return;
    }
    const [first, second] = Array.isArray(params) ? params.map(textOf) : [];
    if (method === 'mining.subscribe') {
      if (!first?.startsWith('EthereumStratum/')) this.names('', '', '', first ?? '');
    } else if (method === 'mining.authorize' || method.endsWith('ogin')) {
      this.names(first ?? '', second ?? '', textOf(message['worker']), '');
    } else if (method === 'mining.submit') {
      this.names(first ?? '', '', textOf(message['worker']), '');
    }
  }

  /** Bitcoin's first way: without parameters it asks, with 128 bytes it answers. */
  #readGetwork(from: Side, { params }: JsonObject): void {
    const isShare = Array.isArray(params) && isHex(params[0], 256);
    if (isShare) this.#shares++;
    this.#reach(isShare ? 'shares' : 'asked', from, 'client', 'http');
    this.#vote('getwork', 1);
  }

  #readMonero(from: Side, method: string, message: JsonObject, carrier: Carrier): boolean {
    // Miners in web pages put what others have in `params` beside the method.
    const params = isObject(message['params']) ? message['params'] : message;
    const result = isObject(message['result']) ? message['result'] : null;
    if (isMoneroLogin(method, params)) {
      this.#reach('asked', from, 'client', carrier);
      this.#vote('monero', 1);
      const agent = textOf(params['agent']);
      const login = textOf(params['login'] ?? params['site_key']);
      this.names(login, textOf(params['pass']), textOf(params['rigid']), agent);
    } else if (isMoneroShare(method, params)) {
      this.#shares++;
      this.#reach('shares', from, 'client', carrier);
      this.#vote('monero', 1);
    } else if (isMoneroJob(params) || (result !== null && isMoneroJob(result['job'] ?? result))) {
      this.#reach('served', from, 'server', carrier);
      this.#vote('monero', 1);
    } else {
      return false;
    }
    return true;
  }

  /** An answer has no method; the request that it has the id of tells what it is about. */
  #readAnswer(from: Side, message: JsonObject, carrier: Carrier): void {
    const result = message['result'];
    if (result === undefined || result === null) return;
    const other = from === 'a' ? 'b' : 'a';
    const method = this.#asked[other].get(JSON.stringify(message['id'] ?? null).slice(0, 64)) ?? '';
    if (isEthashWork(result)) {
      // Somebody who has logged in gets it pushed; a node gives it to who asks for it.
      if (this.#phase === null && method !== 'eth_getWork') return;
      this.#reach('served', from, 'server', carrier);
      this.#vote(this.#votes.has('eth-proxy') ? 'eth-proxy' : 'getwork', 1);
    } else if (method === 'getwork' && isObject(result) && isHex(result['data'], 128)) {
      this.#reach('served', from, 'server', carrier);
      this.#vote('getwork', 1);
    } else if (isSubscription(result)) {
      this.#reach('asked', from, 'server', carrier);
      const shape = dialectByShape('', result);
      this.#vote(shape ?? 'stratum-v1', shape === null ? 0.1 : 3);
    }
  }
}

/** Header, seed and boundary, and the block's number at some pools. */
function isEthashWork(result: Json): boolean {
  if (!Array.isArray(result) || result.length < 3 || result.length > 5) return false;
  return result.slice(0, 3).every((hash) => typeof hash === 'string' && ETHASH_HASH.test(hash));
}

const ETHASH_HASH = /^0x[0-9a-fA-F]{64}$/;

/** `[[["mining.notify", "…"], …], "extranonce", 4]`, also with one pair in place of the list. */
function isSubscription(result: Json): boolean {
  if (!Array.isArray(result) || !Array.isArray(result[0])) return false;
  const list = result[0] as readonly Json[];
  const names = list.slice(0, 8).map((item) => textOf(Array.isArray(item) ? item[0] : item));
  return names.some((name) => MINING_WORDS.get(name)?.from === 'server');
}
