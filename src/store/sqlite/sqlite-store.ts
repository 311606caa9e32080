/**
 * The embedded store: SQLite in a thread of its own. This side turns values into rows and back, and
 * remembers who waits for which reply.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import {
  batchRequestsMax,
  eventsPerRequestMax,
  pageItemsMax,
  storeCallsMax,
} from '../../base/limits.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { EpochMs } from '../../base/time.ts';
import type { DecisionRecord } from '../../model/decision.ts';
import type { DecisionId } from '../../model/ids.ts';
import type {
  ApiKey,
  DecisionQuery,
  Gathered,
  GatherKey,
  Ingested,
  Page,
  ReceivedEvent,
  RecordBatch,
  Store,
} from '../../ports/store.ts';
import { formatCursor, parseCursor } from '../page-cursor.ts';
import {
  apiKeyOf,
  apiKeyRow,
  decisionOf,
  eventRows,
  flatten,
  GATHERED_COLUMNS,
  gatheredOf,
  gatherRow,
  keyOfDecision,
  recordRows,
  rowsOf,
} from '../rows.ts';
import { StoreError } from '../store-error.ts';
import type { StoreProblem } from '../store-problem.ts';
import { fromStoredText, toStoredText } from '../stored-text.ts';
import type { OperationName, Replies, Reply, Request } from './message.ts';
import type { Operations } from './operations.ts';

/** Opens the store in `directory`, which is made when it does not exist. */
export async function openSqliteStore({
  directory,
}: {
  readonly directory: string;
}): Promise<Result<Store, StoreProblem>> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: directory });
  // A worker that ends at once delivers its message and its exit in one go: listen for both first.
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  // A worker that dies while it opens rejects here: that is a bug, the directory cannot cause it.
  const [[first]] = (await once(worker, 'message')) as [[Reply]];
  if (first[0] === 'opened') return ok(new SqliteStore(worker, exited));
  await exited;
  assert(first[0] === 'refused', 'the first message says whether the database is open');
  return fail(first[1]);
}

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: StoreError) => void;
}

/** An error of the worker is a bug there. Nobody listens for it, so that it ends the process. */
class SqliteStore implements Store {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #outgoing: Request[] = [];
  #calls = 0;
  #closed = false;

  constructor(worker: Worker, exited: Promise<void>) {
    this.#worker = worker;
    worker.on('message', (replies: Replies) => {
      for (const reply of replies) this.#settle(reply);
    });
    this.#exited = exited.then(() => this.#end());
  }

  async gather(keys: readonly GatherKey[]): Promise<readonly Gathered[]> {
    assert(keys.length <= batchRequestsMax, 'a batch is gathered at once');
    const output = await this.#call('gather', flatten(keys.map(gatherRow)));
    return rowsOf(GATHERED_COLUMNS, output).map(gatheredOf);
  }

  async record({ events, decisions, activity }: RecordBatch): Promise<void> {
    assert(events.length <= batchRequestsMax, 'a batch has a limit');
    assert(decisions.length <= batchRequestsMax, 'a batch has a limit');
    assert(activity.length === decisions.length, 'each decision says what it adds');
    await this.#call('record', recordRows({ events, decisions, activity }));
  }

  async markDefaulted(ids: readonly DecisionId[]): Promise<void> {
    assert(ids.length <= batchRequestsMax, 'at most a batch can be late');
    await this.#call('markDefaulted', ids.map(keyOfDecision));
  }

  async ingest(events: readonly ReceivedEvent[]): Promise<Ingested> {
    assert(events.length <= eventsPerRequestMax, 'a request has a limit');
    return this.#call('ingest', eventRows(events));
  }

  async decision(id: DecisionId): Promise<DecisionRecord | null> {
    const row = await this.#call('decision', keyOfDecision(id));
    return row === null ? null : decisionOf(row);
  }

  async decisions(query: DecisionQuery): Promise<Page<DecisionRecord>> {
    const { provider, account, party, action, limit, after } = query;
    const { rows, next } = await this.#call('decisions', {
      ...(provider === undefined ? {} : { provider: toStoredText(provider) }),
      ...(account === undefined ? {} : { account: toStoredText(account) }),
      ...(party === undefined ? {} : { party: toStoredText(party) }),
      ...(action === undefined ? {} : { action }),
      limit: Math.max(1, Math.min(limit, pageItemsMax)),
      below: parseCursor(after),
    });
    return { items: rows.map(decisionOf), next: next === null ? null : formatCursor(next) };
  }

  async keepPolicy(revision: string, text: string, at: EpochMs): Promise<void> {
    await this.#call('keepPolicy', [toStoredText(revision), toStoredText(text), at]);
  }

  async policy(revision: string): Promise<string | null> {
    const text = await this.#call('policy', toStoredText(revision));
    return typeof text === 'string' ? fromStoredText(text) : null;
  }

  async apiKeys(): Promise<readonly ApiKey[]> {
    return (await this.#call('apiKeys', undefined)).map(apiKeyOf);
  }

  async addApiKey(key: ApiKey): Promise<void> {
    await this.#call('addApiKey', apiKeyRow(key));
  }

  async removeApiKey(id: string): Promise<boolean> {
    return this.#call('removeApiKey', toStoredText(id));
  }

  async check(): Promise<void> {
    await this.#call('check', undefined);
  }

  /** Calls that were made before are done first. */
  close(): Promise<void> {
    if (!this.#closed) this.#post(['close']);
    this.#closed = true;
    return this.#exited;
  }

  #call<Name extends OperationName>(
    name: Name,
    input: Parameters<Operations[Name]>[0],
  ): Promise<ReturnType<Operations[Name]>> {
    if (this.#closed) return Promise.reject(new StoreError('closed', `${name}: closed`));
    if (this.#waiting.size >= storeCallsMax) {
      return Promise.reject(new StoreError('busy', `${name}: too many calls are under way`));
    }
    const call = ++this.#calls;
    this.#post(['call', call, name, input]);
    return new Promise((resolve, reject) => {
      // The reply to this call carries what this operation returns.
      this.#waiting.set(call, { resolve: resolve as Waiting['resolve'], reject });
    });
  }

  /** Sends what this turn of the event loop asks for in one message, once the turn is over. */
  #post(request: Request): void {
    this.#outgoing.push(request);
    if (this.#outgoing.length > 1) return;
    process.nextTick(() => {
      this.#worker.postMessage(this.#outgoing);
      this.#outgoing = [];
    });
  }

  #settle(reply: Reply): void {
    assert(reply[0] === 'done' || reply[0] === 'failed', 'the database is opened once');
    const call = reply[1];
    const waiting = this.#waiting.get(call);
    assert(waiting !== undefined, 'a call is answered once');
    this.#waiting.delete(call);
    if (reply[0] === 'done') waiting.resolve(reply[2]);
    else waiting.reject(new StoreError(reply[2], reply[3]));
  }

  #end(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) {
      reject(new StoreError('closed', 'the store ended before it could answer'));
    }
    this.#waiting.clear();
  }
}
