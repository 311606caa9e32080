/**
 * The flows that are watched, bounded. Two maps in order of their last packet: those that have
 * carried bytes, and those that have not (a scan of ports is many of the latter, and must not push
 * out a session of the former). A flow's key is its protocol's two ends as bytes, the lower first,
 * so that both directions find it.
 */
import { flowsHeldBytesMax, flowsMax, quietFlowsMax } from '../../base/sensor-limits.ts';
import type { EpochMs } from '../../base/time.ts';
import { Flow } from './flow.ts';
import type { Endpoint, Segment } from './segment.ts';
import type { Side } from './stratum-session.ts';

export class FlowTable {
  /** Flows that gave way to others, and those of which bytes were given up, for want of room. */
  lost = 0;
  readonly #quiet = new Map<string, Flow>();
  readonly #talking = new Map<string, Flow>();
  readonly #onEnd: (flow: Flow) => void;
  #held = 0;

  constructor(onEnd: (flow: Flow) => void) {
    this.#onEnd = onEnd;
  }

  get size(): number {
    return this.#quiet.size + this.#talking.size;
  }

  get held(): number {
    return this.#held;
  }

  /** The flow that the segment is of, with the segment added. */
  add(segment: Segment, at: EpochMs): Flow {
    const key = keyOf(segment);
    const flow = this.#find(key, segment, at);
    const from: Side = isSame(flow.a, segment.source) ? 'a' : 'b';
    const before = flow.held;
    flow.add(from, segment, at);
    this.#held += flow.held - before;
    if (this.#held > flowsHeldBytesMax) this.#giveUp(flow);
    return flow;
  }

  /** Takes out a flow that both ends have closed. */
  close(segment: Segment, flow: Flow): void {
    const key = keyOf(segment);
    this.#quiet.delete(key);
    this.#talking.delete(key);
    this.#end(flow);
  }

  /** The end of the capture. */
  endAll(): void {
    for (const flow of this.#talking.values()) this.#end(flow);
    this.#quiet.clear();
    this.#talking.clear();
  }

  #find(key: string, segment: Segment, at: EpochMs): Flow {
    const known = this.#talking.get(key) ?? this.#quiet.get(key);
    const isReused = known !== undefined && segment.syn && !segment.ack && known.isClosed;
    if (isReused) this.close(segment, known);
    const flow = known === undefined || isReused ? new Flow(segment, at) : known;
    const isTalking = segment.payload.length > 0 || this.#talking.has(key);
    // Deleted and set again, so that the map stays in order of the last packet.
    this.#quiet.delete(key);
    this.#talking.delete(key);
    (isTalking ? this.#talking : this.#quiet).set(key, flow);
    this.#makeRoom(this.#talking, flowsMax);
    this.#makeRoom(this.#quiet, quietFlowsMax);
    return flow;
  }

  #makeRoom(flows: Map<string, Flow>, max: number): void {
    if (flows.size <= max) return;
    for (const [key, flow] of flows) {
      flows.delete(key);
      this.lost++;
      this.#end(flow);
      return;
    }
  }

  #giveUp(flow: Flow): void {
    const before = flow.held;
    flow.giveUp();
    this.#held += flow.held - before;
    this.lost++;
  }

  #end(flow: Flow): void {
    this.#held -= flow.held;
    flow.end();
    this.#onEnd(flow);
  }
}

function keyOf({ source, target }: Segment): string {
  const [a, b] = [textOf(source), textOf(target)];
  return a < b ? `${a}${b}` : `${b}${a}`;
}

/** The bytes of an end, one a character. */
function textOf({ address, port }: Endpoint): string {
  return `${Buffer.from(address).toString('latin1')}${String.fromCharCode(port)}`;
}

function isSame(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && a.address.every((byte, i) => byte === b.address[i]);
}
