/**
 * The stores that the contract tests run on. A new one is a line in `IMPLEMENTATIONS`: the tests
 * know nothing of databases.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DecisionRecord } from '../model/decision.ts';
import { type DecisionId, decisionIdOf } from '../model/ids.ts';
import type {
  AccountActivity,
  DecisionQuery,
  Gathered,
  GatherKey,
  ReceivedEvent,
  Store,
} from '../ports/store.ts';
import { openSqliteStore } from './sqlite/open-sqlite-store.ts';
import { testEvent, testStart } from './test-batch.ts';

export interface OpenStore {
  readonly store: Store;
  /** Closes the store and opens it again on the same data. */
  reopen(): Promise<OpenStore>;
  /** Closes the store and removes its data. */
  destroy(): Promise<void>;
}

const IMPLEMENTATIONS: Readonly<Record<string, () => Promise<OpenStore>>> = {
  sqlite: () => openSqlite(mkdtempSync(join(tmpdir(), 'davylamp-contract-'))),
};

async function openSqlite(directory: string): Promise<OpenStore> {
  const opened = await openSqliteStore({ directory });
  assert(opened.ok, opened.ok ? '' : opened.error.message);
  const store = opened.value;
  return {
    store,
    reopen: async () => {
      await store.close();
      return openSqlite(directory);
    },
    destroy: async () => {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** A test on every implementation, each with a store of its own, gone afterwards in any case. */
export function check(
  claim: string,
  body: (opened: OpenStore) => Promise<OpenStore | undefined>,
): void {
  for (const [name, open] of Object.entries(IMPLEMENTATIONS)) {
    test(`${name}: ${claim}`, async () => {
      let opened = await open();
      try {
        opened = (await body(opened)) ?? opened;
      } finally {
        await opened.destroy();
      }
    });
  }
}

export const NOBODY: AccountActivity = {
  firstSeenAt: null,
  jobsThisHour: 0,
  jobsLastDay: 0,
  refusedLastDay: 0,
};

export function keyOf({ event, receivedAt }: ReceivedEvent): GatherKey {
  const id = decisionIdOf(event.source, event.id);
  return { id, account: event.subject, at: receivedAt };
}

export async function gatherOne(store: Store, event: ReceivedEvent): Promise<Gathered> {
  const [gathered] = await store.gather([keyOf(event)]);
  assert(gathered !== undefined);
  return gathered;
}

export async function activityOf(
  store: Store,
  at = testStart,
  account = '4711',
): Promise<AccountActivity> {
  return (await gatherOne(store, testEvent('nobody sends this', { account }, at))).activity;
}

export function idOf(eventId: string): DecisionId {
  return decisionIdOf(testEvent(eventId).event.source, eventId);
}

export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${i}`);
}

export function eventIds(records: readonly DecisionRecord[]): string[] {
  return records.map(({ event }) => event.id);
}

export async function listed(store: Store, query: Partial<DecisionQuery>): Promise<string[]> {
  return eventIds((await store.decisions({ limit: 10, ...query })).items);
}
