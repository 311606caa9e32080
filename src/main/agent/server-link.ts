/**
 * The agent's side of the server. One event at a time is asked about (`POST /v1/decisions`), the
 * oldest first. What lay in the spool while the server was away, and of whose job something newer
 * is there, only goes on record, in batches (`POST /v1/events`): nobody needs a decision on it.
 *
 *   answered    done; a decision's action is carried out
 *   unreachable, 5xx, 408, 429    tried again, after 1 s, 2 s … 60 s
 *   401, 403    the same: somebody will repair the key, and nothing may be lost meanwhile
 *   other 4xx   the event is refused for good: put on record instead, or, refused there as well,
 *               counted and dropped
 */
import { isObject, type JsonObject, parseJson } from '../../base/json.ts';
import { agentAnswerBytesMax, agentBatchMax, agentRequestMsMax } from '../../base/sensor-limits.ts';
import { readBounded } from '../../cli/read-bounded.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Spool, Spooled } from './spool.ts';

export interface ServerLinkOptions {
  readonly server: string;
  readonly key: string;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Log;
  readonly onDecision: (subject: string, decision: JsonObject) => void;
}

export interface LinkCounts {
  readonly waiting: number;
  readonly sent: number;
  /** Gave way in the spool. */
  readonly lost: number;
  /** The server will never take them. */
  readonly refused: number;
  readonly failures: number;
}

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 60_000;
const IDLE_MS = 500;

type Outcome =
  | { readonly kind: 'taken'; readonly body: JsonObject }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'later'; readonly why: string };

export class ServerLink {
  readonly #options: ServerLinkOptions;
  #cancel = (): void => {};
  #stopped = false;
  #turn: Promise<void> = Promise.resolve();
  #sent = 0;
  #refused = 0;
  #failures = 0;
  #retryMs = RETRY_MS_MIN;

  constructor(options: ServerLinkOptions) {
    this.#options = options;
  }

  start(): void {
    this.#next(0);
  }

  /** What is on its way is waited for; what is in the spool stays there. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#turn;
  }

  get counts(): LinkCounts {
    const { size, lost } = this.#options.spool;
    const [sent, refused, failures] = [this.#sent, this.#refused, this.#failures];
    return { waiting: size, sent, lost, refused, failures };
  }

  #next(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#turn = this.#send().then((delay) => this.#next(delay));
    });
  }

  /** Sends what is next; the milliseconds after which to go on. */
  async #send(): Promise<number> {
    const waiting = this.#options.spool.oldest(agentBatchMax);
    const [first] = waiting;
    if (first === undefined) return IDLE_MS;
    const old = waiting.filter((one, i) => isOvertaken(one, waiting.slice(i + 1)));
    const outcome = old.length > 0 ? await this.#record(old) : await this.#ask(first);
    if (outcome.kind === 'later') return this.#later(outcome.why);
    this.#failures = 0;
    this.#retryMs = RETRY_MS_MIN;
    return 0;
  }

  #later(why: string): number {
    const { log, spool } = this.#options;
    this.#failures++;
    log.warn('the server did not answer', { why, waiting: spool.size, againMs: this.#retryMs });
    const delay = this.#retryMs;
    this.#retryMs = Math.min(RETRY_MS_MAX, 2 * delay);
    return delay;
  }

  async #record(old: readonly Spooled[]): Promise<Outcome> {
    const outcome = await this.#post(
      '/v1/events',
      old.map(({ event }) => event),
    );
    if (outcome.kind === 'taken') this.#done(old);
    // One bad event must not hold up the others.
    if (outcome.kind === 'refused') {
      if (old.length > 1) return this.#record(old.slice(0, 1));
      this.#refuse(old, outcome.status);
    }
    return outcome;
  }

  async #ask(one: Spooled): Promise<Outcome> {
    const outcome = await this.#post('/v1/decisions', one.event);
    if (outcome.kind === 'refused') return this.#record([one]);
    if (outcome.kind !== 'taken') return outcome;
    this.#done([one]);
    this.#options.onDecision(String(one.event['subject']), outcome.body);
    return outcome;
  }

  #done(all: readonly Spooled[]): void {
    this.#options.spool.done(all.map(({ seq }) => seq));
    this.#sent += all.length;
  }

  #refuse(all: readonly Spooled[], status: number): void {
    this.#options.spool.done(all.map(({ seq }) => seq));
    this.#refused += all.length;
    this.#options.log.error('the server refused an event for good', { status });
  }

  async #post(path: string, body: JsonObject | readonly JsonObject[]): Promise<Outcome> {
    const { server, key } = this.#options;
    const type = Array.isArray(body) ? 'cloudevents-batch' : 'cloudevents';
    try {
      const response = await fetch(server + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': `application/${type}+json` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(agentRequestMsMax),
        redirect: 'error',
      });
      return await outcomeOf(response);
    } catch (error) {
      const { message, cause } = error as Error;
      return { kind: 'later', why: cause instanceof Error ? cause.message : message };
    }
  }
}

const PASSING = [401, 403, 408, 425, 429];

async function outcomeOf(response: Response): Promise<Outcome> {
  const { status } = response;
  const body = await readBounded(response, agentAnswerBytesMax);
  if (status >= 400 && status < 500 && !PASSING.includes(status))
    return { kind: 'refused', status };
  if (!response.ok) return { kind: 'later', why: `status ${status}` };
  const parsed = parseJson(body, agentAnswerBytesMax);
  return parsed.ok && isObject(parsed.value)
    ? { kind: 'taken', body: parsed.value }
    : { kind: 'later', why: 'the answer is no JSON' };
}

/** Whether of the same job something newer waits. */
function isOvertaken({ event }: Spooled, later: readonly Spooled[]): boolean {
  return later.some((other) => other.event['subject'] === event['subject']);
}
