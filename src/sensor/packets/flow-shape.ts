/**
 * How a flow moves, whatever is in it: the only thing left to see of a miner behind encryption.
 *
 * A miner is sent work when the network's work changes, without asking (a push), and says what it
 * found in a small message that is answered at once (an echo); between those there is silence, for
 * as long as the job runs. Its rate says nothing by itself: real sessions move 7 to 360 bytes a
 * second. So the flow is cut into exchanges at silences, and each is a push or an echo by who
 * began.
 */
import type { EpochMs } from '../../base/time.ts';
import type { Side } from './stratum-session.ts';

/** Silence that ends an exchange. */
const SILENCE_MS = 1_000;
/** Answers come at once or they are of something else. */
const ECHO_MS_MAX = 3_000;
/** The longest piece of work that is sent has some kilobytes. */
const EXCHANGE_BYTES_MAX = 8 * 1024;

const LASTED_MS_MIN = 60_000;
const PUSHES_MIN = 3;
const ECHOES_MIN = 2;
const BYTES_PER_SECOND_MAX = 500;
/** Of all exchanges, those that are too large for a miner's. */
const LARGE_SHARE_MAX = 0.1;

/** A Noise handshake of Stratum v2: the client's first bytes, then the server's. */
const NOISE_CLIENT_BYTES = 64;
const NOISE_SERVER_BYTES: ReadonlySet<number> = new Set([170, 234]);

export interface MinerShape {
  readonly pushes: number;
  readonly echoes: number;
  readonly bytesPerSecond: number;
  readonly lastedSeconds: number;
}

export class FlowShape {
  #firstAt: EpochMs = 0;
  #lastAt: EpochMs = 0;
  #bytes = 0;
  #exchanges = 0;
  #large = 0;
  #begunBy: Side = 'a';
  #begunAt: EpochMs = 0;
  #exchangeBytes = 0;
  #isAnswered = false;
  readonly #begun = { a: 0, b: 0 };
  readonly #echoed = { a: 0, b: 0 };
  /** Bytes that each end sent before the other sent anything more. */
  readonly #opening: { first: Side | null; sent: number; answered: number; isOver: boolean } = {
    first: null,
    sent: 0,
    answered: 0,
    isOver: false,
  };

  /** A packet with bytes in it. */
  add(from: Side, length: number, at: EpochMs): void {
    this.#open(from, length);
    if (this.#bytes === 0) this.#firstAt = at;
    // Captures of several interfaces are not always in order.
    const now = Math.max(at, this.#lastAt);
    if (this.#bytes === 0 || now - this.#lastAt >= SILENCE_MS) this.#begin(from, now);
    this.#bytes += length;
    this.#exchangeBytes += length;
    if (this.#exchangeBytes > EXCHANGE_BYTES_MAX) {
      if (this.#exchangeBytes - length <= EXCHANGE_BYTES_MAX) this.#large++;
    } else if (!this.#isAnswered && from !== this.#begunBy) {
      this.#isAnswered = true;
      if (now - this.#begunAt <= ECHO_MS_MAX) this.#echoed[this.#begunBy]++;
    }
    this.#lastAt = now;
  }

  /** Two flights of exactly the lengths of a handshake of Stratum v2, the first one's sender. */
  get noiseClient(): Side | null {
    const { first, sent, answered, isOver } = this.#opening;
    const fits = isOver && sent === NOISE_CLIENT_BYTES && NOISE_SERVER_BYTES.has(answered);
    return fits ? first : null;
  }

  /** Null as long as it does not move as a miner's. */
  minerShape(client: Side): MinerShape | null {
    const server = client === 'a' ? 'b' : 'a';
    const lastedMs = this.#lastAt - this.#firstAt;
    const pushes = this.#begun[server];
    const echoes = this.#echoed[client];
    const bytesPerSecond = (this.#bytes * 1000) / Math.max(1, lastedMs);
    const fits =
      lastedMs >= LASTED_MS_MIN &&
      pushes >= PUSHES_MIN &&
      echoes >= ECHOES_MIN &&
      bytesPerSecond <= BYTES_PER_SECOND_MAX &&
      this.#large <= this.#exchanges * LARGE_SHARE_MAX + 1;
    if (!fits) return null;
    const round = (value: number): number => Math.round(value * 10) / 10;
    const lastedSeconds = round(lastedMs / 1000);
    return { pushes, echoes, bytesPerSecond: round(bytesPerSecond), lastedSeconds };
  }

  #begin(from: Side, at: EpochMs): void {
    this.#exchanges++;
    this.#begunBy = from;
    this.#begunAt = at;
    this.#exchangeBytes = 0;
    this.#isAnswered = false;
    this.#begun[from]++;
  }

  #open(from: Side, length: number): void {
    const opening = this.#opening;
    if (opening.isOver) return;
    opening.first ??= from;
    if (from !== opening.first) opening.answered += length;
    else if (opening.answered === 0) opening.sent += length;
    else opening.isOver = true;
  }
}
