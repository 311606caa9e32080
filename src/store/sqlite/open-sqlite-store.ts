import { ok, type Result } from '../../base/result.ts';
import type { Store } from '../../ports/store.ts';
import type { StoreProblem } from '../store-problem.ts';
import { SqliteStore } from './sqlite-store.ts';
import { openStoreThread, type StoreThreadOptions } from './store-thread.ts';
import type { SyncGate } from './sync-gate.ts';

const ALONE = new URL('./worker.ts', import.meta.url);

/** A store in a thread that does more beside it. */
export interface GatedStore {
  readonly store: Store;
  /** For what that thread says beside. */
  readonly gate: SyncGate;
}

/** Opens the store in `directory`, which is made when it does not exist, in a thread of its own. */
export async function openSqliteStore({
  directory,
}: {
  readonly directory: string;
}): Promise<Result<Store, StoreProblem>> {
  const opened = await openGatedStore({ url: ALONE, directory, more: {}, transfer: [] });
  return opened.ok ? ok(opened.value.store) : opened;
}

export async function openGatedStore(
  options: StoreThreadOptions,
): Promise<Result<GatedStore, StoreProblem>> {
  const opened = await openStoreThread(options);
  if (!opened.ok) return opened;
  const { calls, gate } = opened.value;
  return ok({ store: new SqliteStore(calls), gate });
}
