/** The embedded store: SQLite. This side turns values into rows and back. */
import { assert } from '../../base/assert.ts';
import {
  batchRequestsMax,
  eventsPerRequestMax,
  expiredPerSweepMax,
  pageItemsMax,
} from '../../base/limits.ts';
import type { EpochMs } from '../../base/time.ts';
import type { DecisionRecord } from '../../model/decision.ts';
import type { DecisionId } from '../../model/ids.ts';
import type {
  LedgerChanges,
  LedgerKeys,
  LedgerRows,
  Reservation,
} from '../../model/ledger-rows.ts';
import {
  type LinkChanges,
  type LinkPage,
  type LinkValue,
  NO_LINK_CHANGES,
} from '../../model/link-rows.ts';
import type { PoolChanges, PoolRows } from '../../model/queue-rows.ts';
import {
  type ApiKey,
  type DecisionQuery,
  type Gathered,
  type GatherKey,
  type Ingested,
  NO_LEDGER_CHANGES,
  type Page,
  type ReceivedEvent,
  type RecordBatch,
  type Store,
} from '../../ports/store.ts';
import { formatCursor, parseCursor } from '../page-cursor.ts';
import {
  apiKeyOf,
  apiKeyRow,
  decisionOf,
  eventRows,
  gatheredOf,
  gatherRow,
  keyOfDecision,
  recordRows,
} from '../rows.ts';
import { StoreError } from '../store-error.ts';
import { fromStoredText, toStoredText } from '../stored-text.ts';
import type { Calls } from './calls.ts';

export class SqliteStore implements Store {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  async gather(keys: readonly GatherKey[]): Promise<readonly Gathered[]> {
    assert(keys.length <= batchRequestsMax, 'a batch is gathered at once');
    return (await this.#calls.call('gather', keys.map(gatherRow))).map(gatheredOf);
  }

  async record(
    { events, decisions, activity, ledger, links = NO_LINK_CHANGES, isLast = false }: RecordBatch,
    onCommitted?: () => void,
  ): Promise<void> {
    assert(events.length <= batchRequestsMax, 'a batch has a limit');
    assert(decisions.length <= batchRequestsMax, 'a batch has a limit');
    assert(activity.length === decisions.length, 'each decision says what it adds');
    const rows = recordRows({ events, decisions, activity });
    await this.#calls.call('record', { ...rows, ledger, links, isLast }, onCommitted);
  }

  async markDefaulted(ids: readonly DecisionId[]): Promise<void> {
    assert(ids.length <= batchRequestsMax, 'at most a batch can be late');
    await this.#calls.call('markDefaulted', ids.map(keyOfDecision));
  }

  async ingest(
    events: readonly ReceivedEvent[],
    ledger: LedgerChanges = NO_LEDGER_CHANGES,
    links: LinkChanges = NO_LINK_CHANGES,
    onCommitted?: (ingested: Ingested) => void,
  ): Promise<Ingested> {
    assert(events.length <= eventsPerRequestMax, 'a request has a limit');
    const input = { events: eventRows(events), ledger, links };
    return this.#calls.call('ingest', input, onCommitted);
  }

  links(page: LinkPage): Promise<readonly LinkValue[]> {
    return this.#calls.call('links', page);
  }

  ledger(keys: LedgerKeys): Promise<LedgerRows> {
    return this.#calls.call('ledger', keys);
  }

  expiredReservations(at: EpochMs): Promise<readonly Reservation[]> {
    return this.#calls.call('expired', { at, limit: expiredPerSweepMax });
  }

  queue(): Promise<readonly PoolRows[]> {
    return this.#calls.call('queue', undefined);
  }

  keepQueue(changes: readonly PoolChanges[]): Promise<void> {
    return this.#calls.call('keepQueue', changes);
  }

  async decision(id: DecisionId): Promise<DecisionRecord | null> {
    const row = await this.#calls.call('decision', keyOfDecision(id));
    return row === null ? null : decisionOf(row);
  }

  async decisions(query: DecisionQuery): Promise<Page<DecisionRecord>> {
    const { provider, account, party, action, limit, after } = query;
    const { rows, next } = await this.#calls.call('decisions', {
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
    await this.#calls.call('keepPolicy', [toStoredText(revision), toStoredText(text), at]);
  }

  async policy(revision: string): Promise<string | null> {
    const text = await this.#calls.call('policy', toStoredText(revision));
    return typeof text === 'string' ? fromStoredText(text) : null;
  }

  async apiKeys(): Promise<readonly ApiKey[]> {
    return (await this.#calls.call('apiKeys', undefined)).map(apiKeyOf);
  }

  async addApiKey(key: ApiKey): Promise<void> {
    await this.#calls.call('addApiKey', apiKeyRow(key));
  }

  async removeApiKey(id: string): Promise<boolean> {
    return this.#calls.call('removeApiKey', toStoredText(id));
  }

  async check(): Promise<void> {
    if (await this.#calls.call('check', undefined)) return;
    throw new StoreError('failed', 'check: the database was moved or removed while it was open');
  }

  close(): Promise<void> {
    return this.#calls.close();
  }
}
