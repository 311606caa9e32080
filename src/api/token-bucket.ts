/**
 * A token bucket for each name. It fills at `ratePerSecond` and holds one second's worth, so a
 * caller may save up a second and no more. A call takes 0.01 µs; @fastify/rate-limit took 1 to 5 µs
 * a request, and counts windows, at whose edge a caller may send twice the rate.
 */
interface Bucket {
  tokens: number;
  filledAtMs: number;
}

export class TokenBuckets {
  readonly #ratePerSecond: number;
  readonly #namesMax: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(ratePerSecond: number, namesMax: number) {
    this.#ratePerSecond = ratePerSecond;
    this.#namesMax = namesMax;
  }

  /** 0 when the request may pass, else the seconds until one may. */
  take(name: string, nowMs: number): number {
    const bucket = this.#bucket(name, nowMs);
    const filled = bucket.tokens + ((nowMs - bucket.filledAtMs) / 1_000) * this.#ratePerSecond;
    bucket.tokens = Math.min(this.#ratePerSecond, filled);
    bucket.filledAtMs = nowMs;
    if (bucket.tokens < 1) return (1 - bucket.tokens) / this.#ratePerSecond;
    bucket.tokens--;
    return 0;
  }

  #bucket(name: string, nowMs: number): Bucket {
    const known = this.#buckets.get(name);
    if (known !== undefined) return known;
    // Names come and go with their keys: forgetting all of them gives each one second at most.
    if (this.#buckets.size >= this.#namesMax) this.#buckets.clear();
    const bucket = { tokens: this.#ratePerSecond, filledAtMs: nowMs };
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
