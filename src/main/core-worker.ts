/** The composition root of the thread that decides: the store, and the pipeline's core on it. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { AssertionError, assert } from '../base/assert.ts';
import { CandidateReader } from '../pipeline/candidate-row.ts';
import type { Core } from '../pipeline/core.ts';
import { NoLinks, openLinks } from '../pipeline/links.ts';
import { createCore } from '../pipeline/pipeline.ts';
import { Queues } from '../pipeline/queues.ts';
import { writeSettled } from '../pipeline/settled-row.ts';
import { loadPolicy, type Policy } from '../policy/policy.ts';
import { type ServedStore, serveStore } from '../store/sqlite/serve-store.ts';
import type { CoreCall, CoreThreadData, FromCore, FromCoreThread, ToCore } from './core-message.ts';
import { createPinoLog } from './pino-log.ts';
import { realClock, threadWorkedMs } from './real-clock.ts';
import { RelayedMetrics } from './relayed-metrics.ts';

type Port = CoreThreadData['port'];

assert(parentPort !== null, 'this file runs in a worker thread');
// Given by `startCoreThread` alone.
start(parentPort, workerData as CoreThreadData);

function start(storePort: Port, data: CoreThreadData): void {
  const served = serveStore(storePort, data, {
    onClose: () => data.port.close(),
    elapsedMs: realClock.elapsedMs,
    workedMs: threadWorkedMs,
  });
  if (served === null) data.port.close();
  else void serve(served, data);
}

async function serve(
  { store, commits }: ServedStore,
  { port, mode, linking, logLevel }: CoreThreadData,
): Promise<void> {
  const metrics = new RelayedMetrics();
  const send = (said: FromCore): void => {
    port.postMessage({ commits: commits(), said } satisfies FromCoreThread);
  };
  let policy: Policy | null = null;
  const currentPolicy = (): Policy => {
    assert(policy !== null, 'the policy comes before the first candidate');
    return policy;
  };
  const links = linking ? await openLinks(store) : new NoLinks();
  const takeIn = (): void => {
    for (let more = next(port); more !== undefined; more = next(port)) take(more);
  };
  const ports = { store, links, policy: currentPolicy, mode, clock: realClock, metrics, takeIn };
  const core = createCore(
    { ...ports, queues: new Queues(ports), log: createPinoLog(logLevel) },
    {
      carryOut: (batch) =>
        send({ kind: 'settled', batch: writeSettled(batch), metrics: metrics.take() }),
      failing: () => send({ kind: 'failing' }),
    },
  );
  const reader = new CandidateReader();
  const take = (message: ToCore): void => {
    if (message.policy !== null) policy = policyOf(message.policy);
    for (const prepared of reader.read(message.candidates)) core.decide(prepared);
    for (const number of message.defaulted) core.noteDefault(number);
    for (const call of message.calls) void answer(core, call, send);
  };
  port.on('message', (message: ToCore) => {
    take(message);
    // All that has arrived while the last batch was written belongs into the next one.
    takeIn();
  });
  send({ kind: 'loaded' });
}

function next(port: Port): ToCore | undefined {
  return receiveMessageOnPort(port)?.message;
}

async function answer(
  core: Core,
  { call, name, args }: CoreCall,
  send: (message: FromCore) => void,
): Promise<void> {
  // The sender's types pair each name with its arguments; the pair is lost on the way.
  const method = core[name] as (...args: readonly unknown[]) => Promise<unknown>;
  try {
    send({ kind: 'done', call, output: await method(...args) });
  } catch (error) {
    if (error instanceof AssertionError || error instanceof TypeError) throw error;
    send({ kind: 'failed', call, message: (error as Error).message });
  }
}

/** The event loop has loaded the same text. */
function policyOf(text: string): Policy {
  const loaded = loadPolicy(text);
  assert(loaded.ok, 'a policy that was loaded loads again');
  return loaded.value;
}
