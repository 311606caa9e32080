import { ok, type Result } from '../../base/result.ts';
import type { Store } from '../../ports/store.ts';
import type { StoreProblem } from '../store-problem.ts';
import { SqliteStore } from './sqlite-store.ts';
import { openStoreThread, type StoreThreadOptions } from './store-thread.ts';

const ALONE = new URL('./worker.ts', import.meta.url);

/**
 * Opens the store in `directory`, which is made when it does not exist. It runs in a thread of its
 * own, or in one that does more beside it.
 */
export async function openSqliteStore({
  directory,
  thread = { url: ALONE, data: { directory }, transfer: [] },
}: {
  readonly directory: string;
  readonly thread?: StoreThreadOptions;
}): Promise<Result<Store, StoreProblem>> {
  const calls = await openStoreThread(thread);
  return calls.ok ? ok(new SqliteStore(calls.value)) : calls;
}
