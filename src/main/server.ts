/** The composition root of `davylamp serve`: real clock, real store, real sockets, wired once. */
import type { AddressInfo } from 'node:net';
import { type Api, createApi } from '../api/api.ts';
import { createKeyRing, type KeyRing, newKey } from '../api/keys.ts';
import { createMetrics } from '../api/metrics.ts';
import { expiredPerSweepMax, ledgerSweepMs } from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { VERSION } from '../base/version.ts';
import { createIdentify } from '../pipeline/identify.ts';
import { createPipeline } from '../pipeline/pipeline.ts';
import type { Pipeline } from '../pipeline/request.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { READERS } from '../providers/registry.ts';
import { Indicators } from '../scanner/indicators/indicators.ts';
import { createScanner } from '../scanner/scanner.ts';
import type { Config } from './config.ts';
import { startCoreThread } from './core-thread.ts';
import { identifierKey } from './identifier-key.ts';
import { PolicyFile } from './policy-file.ts';
import { realClock } from './real-clock.ts';
import { realRandom } from './real-random.ts';
import { ScanPool } from './scan-pool.ts';

export interface Server {
  readonly url: string;
  readonly policy: PolicyFile;
  /** The admin key that was made because there was none; it is shown once. */
  readonly newAdminKey: string | null;
  /** Answers what has arrived, then closes everything. */
  close(): Promise<void>;
}

/** Brings a server up, or says in one sentence why it cannot. */
export async function startServer(config: Config, log: Log): Promise<Result<Server, string>> {
  const key = identifierKey(config.data, config.identifierKey, realRandom);
  if (!key.ok) return key;
  const opened = await startCoreThread(config);
  if (!opened.ok) return fail(opened.error.message);
  const { store, usePolicy, core } = opened.value;
  const metrics = createMetrics(surfacesOf(config));
  const ports = { store, clock: realClock, log, metrics: metrics.counters, usePolicy };
  // What decides is kept before it decides.
  const policy = await PolicyFile.open(config.policyFile, ports);
  if (!policy.ok) {
    await store.close();
    return fail(policyMessage(config.policyFile, policy.error));
  }
  const { scanThreads: threads, indicators } = config;
  const scans = new ScanPool({ threads, indicators, clock: realClock, log });
  const pipeline = createPipeline({
    ...ports,
    core: (callers) => core(callers, metrics.counters),
    scanner: createScanner({ readers: READERS, indicators: new Indicators(indicators) }),
    scans,
    identify: config.linking ? createIdentify(key.value, config.knowledge) : () => [],
    policy: () => policy.value.current,
    mode: config.mode,
  });
  const stopSweeping = sweepLedger(pipeline, log);
  // Nobody is told that it is ready while there may be no key yet.
  let isReady = false;
  let isEnding = false;
  const keys = createKeyRing(store, config.adminKey, realClock);
  const api = createApi({
    ...ports,
    counters: metrics.counters,
    metrics,
    pipeline,
    keys,
    providers: config.providers,
    secrets: config.secrets,
    random: realRandom,
    version: VERSION,
    defaultAction: (checkpoint) =>
      config.mode === 'shadow' ? 'allow' : policy.value.current.defaults[checkpoint],
    starting: () => !isReady,
    draining: () => isEnding,
  });
  const url = await listen(api, config);
  if (!url.ok) {
    stopSweeping();
    await Promise.all([scans.close(), store.close()]);
    return url;
  }
  const close = (): Promise<void> => {
    isEnding = true;
    stopSweeping();
    return closeAll(api, pipeline, scans, store);
  };
  const newAdminKey = await firstAdminKey(config, keys);
  isReady = true;
  return ok({ url: url.value, policy: policy.value, newAdminKey, close });
}

/** All that ask for a credential. */
function surfacesOf({ providers }: Config): readonly string[] {
  const asking = providers.filter(({ hooks }) => Object.keys(hooks).length > 0);
  return ['v1', ...asking.map(({ name }) => name)];
}

/** Gives back what lost jobs hold, again and again. The result ends it. */
function sweepLedger(pipeline: Pipeline, log: Log): () => void {
  let cancel = (): void => {};
  let isOver = false;
  const next = (delayMs: number): void => {
    if (!isOver) cancel = realClock.after(delayMs, () => void sweep());
  };
  const sweep = async (): Promise<void> => {
    try {
      const due = await pipeline.expire();
      next(due === expiredPerSweepMax ? 0 : ledgerSweepMs);
    } catch (error) {
      log.error('the ledger could not be swept', { message: (error as Error).message });
      next(ledgerSweepMs);
    }
  };
  next(0);
  return () => {
    isOver = true;
    cancel();
  };
}

async function listen(api: Api, { host, port }: Config): Promise<Result<string, string>> {
  try {
    await api.listen({ host, port });
  } catch (error) {
    return fail(`cannot listen on ${host}:${port}: ${(error as Error).message}`);
  }
  const address = api.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return ok(`http://${name}:${address.port}`);
}

/** First the callers, then what they wait for, then what that is written to. */
async function closeAll(
  api: Api,
  pipeline: Pipeline,
  scans: ScanPool,
  store: Store,
): Promise<void> {
  await api.close();
  await pipeline.drain();
  await scans.close();
  await store.close();
}

/**
 * Only a server that listens makes one: it is shown once, and one that is stored by a start that
 * fails is shown to nobody.
 */
async function firstAdminKey({ adminKey }: Config, keys: KeyRing): Promise<string | null> {
  if (adminKey !== null || (await keys.list()).length > 0) return null;
  const made = newKey(realRandom, { name: 'first admin key', scopes: ['admin'], at: Date.now() });
  await keys.add(made.key);
  return made.secret;
}

function policyMessage(
  path: string,
  problems: readonly { line: number; column: number; message: string }[],
): string {
  const lines = problems.map(
    ({ line, column, message }) => `  ${path}:${line}:${column}: ${message}`,
  );
  return ['the policy file has mistakes:', ...lines].join('\n');
}
