/**
 * Packets in, sightings out: the same for a recording and for a live capture. Synchronous, without
 * a clock: time is the packets' own. Bounded by the flow table; what had to be dropped is counted.
 *
 * A flow is told of when it first shows something, when its session gets further, and every few
 * minutes as long as it goes on, so that what is known of it stays fresh.
 */
import type { EpochMs } from '../../base/time.ts';
import {
  type PoolNameVia,
  type SensorName,
  STRATUM_PHASES,
  type StratumSignal,
} from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import type { Sighting } from '../../ports/sensor-source.ts';
import { namedPool } from '../records/named-pool.ts';
import { plain } from '../records/record-values.ts';
import { AGAIN_MS, ToldLately } from '../records/told-lately.ts';
import { dnsQuestions } from './dns-names.ts';
import type { Flow } from './flow.ts';
import { FlowTable } from './flow-table.ts';
import type { CapturedPacket } from './packet.ts';
import { readSegment } from './read-segment.ts';
import { formatEndpoint, type Segment } from './segment.ts';
import type { StratumClaim } from './stratum-session.ts';

const DNS_PORTS: ReadonlySet<number> = new Set([53, 5353, 5355]);

export class PacketWatch {
  packets = 0;
  malformed = 0;
  lastAt: EpochMs | null = null;
  readonly #names: KnownNames;
  readonly #onSighting: (sighting: Sighting) => void;
  readonly #flows = new FlowTable((flow) => this.#tell(flow, true));
  readonly #told = new ToldLately();
  readonly #source: SensorName = 'packets';

  constructor(names: KnownNames, onSighting: (sighting: Sighting) => void) {
    this.#names = names;
    this.#onSighting = onSighting;
  }

  get lost(): number {
    return this.#flows.lost;
  }

  get flows(): number {
    return this.#flows.size;
  }

  get heldBytes(): number {
    return this.#flows.held;
  }

  add(packet: CapturedPacket): void {
    this.packets++;
    const at = Math.floor(packet.at);
    this.lastAt = at;
    const segment = readSegment(packet);
    if (segment === 'other') return;
    if (segment === 'malformed') this.malformed++;
    else if (segment.protocol === 'udp') this.#udp(segment, at);
    else this.#tcp(segment, at);
  }

  /** The capture is over. */
  end(): void {
    this.#flows.endAll();
  }

  #udp(segment: Segment, at: EpochMs): void {
    if (!DNS_PORTS.has(segment.source.port) && !DNS_PORTS.has(segment.target.port)) return;
    this.#dns(segment, segment.payload, at);
  }

  #dns(segment: Segment, message: Uint8Array, at: EpochMs): void {
    const questions = dnsQuestions(message);
    if (questions === null) return;
    const [source, target] = [formatEndpoint(segment.source), formatEndpoint(segment.target)];
    const [client, server] = questions.isAnswer ? [target, source] : [source, target];
    for (const name of questions.names) this.#poolName('dns', name, client, server, at);
  }

  #tcp(segment: Segment, at: EpochMs): void {
    const flow = this.#flows.add(segment, at);
    if (segment.payload.length > 2 && DNS_PORTS.has(segment.target.port)) {
      this.#dns(segment, segment.payload.subarray(2), at);
    }
    if (flow.isClosed) this.#flows.close(segment, flow);
    else if (segment.payload.length > 0) this.#tell(flow, false);
  }

  #tell(flow: Flow, isOver: boolean): void {
    const at = flow.lastAt;
    const names = flow.takeNames();
    if (names.length > 0 || !flow.isAddressKnown) {
      const { client, server } = flow.ends;
      if (!flow.isAddressKnown) this.#poolName('address', hostOf(server), client, server, at);
      flow.isAddressKnown = true;
      for (const { via, host } of names) this.#poolName(via, host, client, server, at);
    }
    this.#tellSession(flow, isOver);
    this.#tellShape(flow);
  }

  #tellSession(flow: Flow, isOver: boolean): void {
    const claim = flow.session.claim();
    if (claim === null) {
      this.#tellNoise(flow);
      return;
    }
    const { told, lastAt: at } = flow;
    const { phase, shares, login, agent } = claim;
    if (told !== null && !isFurther(claim, told)) {
      const hasMore = shares > told.shares;
      if (!hasMore || !(isOver || at - told.at >= AGAIN_MS)) return;
    }
    flow.told = { phase, shares, login, agent, at };
    const { display, identifiers } = this.#names.readLogin(claim);
    this.#see({
      kind: 'stratum',
      at,
      job: null,
      source: this.#source,
      dialect: claim.dialect,
      carrier: claim.carrier,
      phase,
      ...flow.ends,
      login: display,
      agent: plain(claim.agent),
      identifiers,
      shares,
    });
  }

  /** The looks of a handshake, and nothing that anybody could read. */
  #tellNoise(flow: Flow): void {
    if (flow.told !== null || flow.isTls || flow.shape.noiseClient === null) return;
    flow.told = { phase: 'shape', shares: 0, login: '', agent: '', at: flow.lastAt };
    const silent = { login: '', agent: '', identifiers: [], shares: 0 };
    this.#see({
      kind: 'stratum',
      at: flow.lastAt,
      job: null,
      source: this.#source,
      dialect: 'stratum-v2',
      carrier: 'tcp',
      phase: 'shape',
      ...flow.ends,
      ...silent,
    });
  }

  #see(signal: StratumSignal): void {
    this.#onSighting({ signal, actor: { socket: signal.client } });
  }

  /** Only of what cannot be read: what can be read speaks for itself. */
  #tellShape(flow: Flow): void {
    const cipher = flow.isTls ? 'tls' : flow.shape.noiseClient === null ? null : 'noise';
    const { lastAt: at, shapeToldAt } = flow;
    if (cipher === null || (shapeToldAt !== null && at - shapeToldAt < AGAIN_MS)) return;
    const shape = flow.shape.minerShape(flow.client);
    if (shape === null) return;
    flow.shapeToldAt = at;
    const { client, server } = flow.ends;
    const { sni = '', alpn = [], ja4 = '' } = flow.hello ?? {};
    this.#onSighting({
      signal: {
        kind: 'flow',
        at,
        job: null,
        source: this.#source,
        cipher,
        client,
        server,
        sni: plain(sni),
        alpn: alpn.map(plain),
        ja4,
        ...shape,
      },
      actor: { socket: client },
    });
  }

  #poolName(via: PoolNameVia, host: string, client: string, server: string, at: EpochMs): void {
    const named = { at, source: this.#source, via, host, client, server };
    for (const signal of namedPool(named, this.#names, this.#told)) {
      this.#onSighting({ signal, actor: { socket: client } });
    }
  }
}

function hostOf(end: string): string {
  return end.slice(0, end.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

/** The session has got on, or it has been said who mines. */
function isFurther(claim: StratumClaim, told: Omit<NonNullable<Flow['told']>, 'at'>): boolean {
  const isOn = STRATUM_PHASES.indexOf(claim.phase) > STRATUM_PHASES.indexOf(told.phase);
  return isOn || claim.login !== told.login || claim.agent !== told.agent;
}
