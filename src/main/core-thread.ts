/**
 * The core in the thread of the store, from outside. It is told once a turn of the event loop what
 * the turn has brought: a message costs 10 microseconds however little it says.
 */
import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import { handOverRequestsMax, storeCallsMax } from '../base/limits.ts';
import { ok, type Result } from '../base/result.ts';
import type { LinkAnswer, LinkQuestion } from '../model/link-question.ts';
import type { QueueReply, QueueRequest } from '../model/queue-request.ts';
import type { PreparedRequest } from '../pipeline/candidate.ts';
import { CandidateWriter } from '../pipeline/candidate-row.ts';
import type { Callers, Core, ShowingEvent } from '../pipeline/core.ts';
import { readSettled } from '../pipeline/settled-row.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Ingested, Store } from '../ports/store.ts';
import { openGatedStore } from '../store/sqlite/open-sqlite-store.ts';
import type { StoreThreadData, StoreThreadOptions } from '../store/sqlite/store-thread.ts';
import type { SyncGate } from '../store/sqlite/sync-gate.ts';
import type { StoreProblem } from '../store/store-problem.ts';
import type { Config } from './config.ts';
import type {
  CoreCall,
  CoreCallName,
  CoreCalls,
  CoreThreadData,
  FromCore,
  FromCoreThread,
} from './core-message.ts';
import { count } from './relayed-metrics.ts';

const WORKER = new URL('./core-worker.ts', import.meta.url);

const STORE_CLOSED = 'the store is closed';

type CoreConfig = Pick<Config, 'data' | 'mode' | 'linking' | 'logLevel'>;

export interface CoreThread {
  readonly store: Store;
  /** The policy that decides from here on; once at least, before the first request. */
  usePolicy(text: string): void;
  core(callers: Callers, metrics: Metrics): Core;
}

export async function startCoreThread(
  { data: directory, mode, linking, logLevel }: CoreConfig,
  startSync?: StoreThreadOptions['startSync'],
): Promise<Result<CoreThread, StoreProblem>> {
  const { port1, port2 } = new MessageChannel();
  const more = { port: port2, mode, linking, logLevel } satisfies Omit<
    CoreThreadData,
    keyof StoreThreadData
  >;
  const thread = { url: WORKER, directory, more, transfer: [port2] };
  const opened = await openGatedStore({ ...thread, ...(startSync && { startSync }) });
  if (!opened.ok) {
    port1.close();
    return opened;
  }
  const { store, gate } = opened.value;
  // Nothing else is sent before the core is asked for something.
  await once(port1, 'message');
  const outbox = new Outbox(port1);
  return ok({
    store,
    usePolicy: (text) => outbox.usePolicy(text),
    core: (callers, metrics) => new RemoteCore({ port: port1, gate, outbox }, callers, metrics),
  });
}

/**
 * What this turn of the event loop has to say. It is sent once the turn has read all sockets, or
 * with so many requests: callers who wait for each other move together, and the core would idle
 * while all of them are parsed, and the event loop while all are recorded. With 64 callers, half of
 * them: 8,510 decisions a second and 141 µs of both threads for each, where hand-overs of 16 gave
 * 8,220 and 149 (medians of three runs in turns). Those of a whole turn gave a tenth less than 16,
 * before syncs had a thread of their own.
 */
class Outbox {
  readonly #port: MessagePort;
  #policy: string | null = null;
  readonly #writer = new CandidateWriter();
  #defaulted: number[] = [];
  #calls: CoreCall[] = [];
  #isDue = false;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Sends what was decided by the policy before first. */
  usePolicy(text: string): void {
    if (this.#isDue) this.#send();
    this.#policy = text;
    this.#send();
  }

  decide(prepared: PreparedRequest): void {
    this.#writer.write(prepared);
    if (this.#writer.rows >= handOverRequestsMax) this.#send();
    else this.#due();
  }

  noteDefault(number: number): void {
    this.#defaulted.push(number);
    this.#due();
  }

  call(call: CoreCall): void {
    this.#calls.push(call);
    this.#due();
  }

  #due(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      if (this.#isDue) this.#send();
    });
  }

  #send(): void {
    this.#isDue = false;
    this.#port.postMessage({
      policy: this.#policy,
      candidates: this.#writer.take(),
      defaulted: this.#defaulted,
      calls: this.#calls,
    });
    this.#policy = null;
    this.#defaulted = [];
    this.#calls = [];
  }
}

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** To the core and back. */
interface Ways {
  readonly port: MessagePort;
  readonly gate: SyncGate;
  readonly outbox: Outbox;
}

class RemoteCore implements Core {
  readonly #outbox: Outbox;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #isClosed = false;

  constructor({ port, gate, outbox }: Ways, callers: Callers, metrics: Metrics) {
    this.#outbox = outbox;
    let last = 0;
    port.on('message', ({ commits, said }: FromCoreThread) => {
      last = commits;
      gate.pass(commits, () => this.#hear(said, callers, metrics));
    });
    // Behind all that it has said.
    port.on('close', () => gate.pass(last, () => this.#end()));
    // The server's socket keeps the process up.
    port.unref();
  }

  #hear(said: FromCore, callers: Callers, metrics: Metrics): void {
    if (said.kind === 'settled') {
      count(said.metrics, metrics);
      callers.carryOut(readSettled(said.batch));
    } else if (said.kind === 'failing') callers.failing();
    else if (said.kind !== 'loaded') this.#settle(said);
  }

  decide(prepared: PreparedRequest): void {
    this.#outbox.decide(prepared);
  }

  noteDefault(number: number): void {
    this.#outbox.noteDefault(number);
  }

  ingest(events: readonly ShowingEvent[]): Promise<Ingested> {
    return this.#call('ingest', [events]);
  }

  expire(): Promise<number> {
    return this.#call('expire', []);
  }

  links(question: LinkQuestion): Promise<LinkAnswer> {
    return this.#call('links', [question]);
  }

  queue(request: QueueRequest): Promise<QueueReply> {
    return this.#call('queue', [request]);
  }

  #call<Name extends CoreCallName>(
    name: Name,
    args: Parameters<CoreCalls[Name]>,
  ): ReturnType<CoreCalls[Name]> {
    const output = new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Error(STORE_CLOSED));
      if (this.#waiting.size >= storeCallsMax) {
        return reject(new Error(`${name}: too many calls are under way`));
      }
      const call = ++this.#calls;
      this.#waiting.set(call, { resolve, reject });
      this.#outbox.call({ call, name, args });
    });
    // The reply to this call carries what this method returns.
    return output as ReturnType<CoreCalls[Name]>;
  }

  #settle(reply: Extract<FromCore, { kind: 'done' | 'failed' }>): void {
    const waiting = this.#waiting.get(reply.call);
    assert(waiting !== undefined, 'a call is answered once');
    this.#waiting.delete(reply.call);
    if (reply.kind === 'done') waiting.resolve(reply.output);
    else waiting.reject(new Error(reply.message));
  }

  #end(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(new Error(STORE_CLOSED));
    this.#waiting.clear();
  }
}
