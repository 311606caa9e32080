/** A pipeline on a real store in a directory of its own, for tests. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../base/assert.ts';
import { sha256Hex } from '../base/hash.ts';
import type { JsonObject } from '../base/json.ts';
import type { Event } from '../model/event.ts';
import { parseSubject } from '../model/ids.ts';
import type { Job } from '../model/job-definition.ts';
import { loadPolicy, type Policy } from '../policy/policy.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Store } from '../ports/store.ts';
import { READERS } from '../providers/registry.ts';
import { createScanner } from '../scanner/scanner.ts';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import { createIdentify } from './identify.ts';
import { openLinks } from './links.ts';
import { createCore, createPipeline } from './pipeline.ts';
import type { CorePorts, PipelinePorts } from './ports.ts';
import { Queues } from './queues.ts';
import type { DecisionRequest, Pipeline } from './request.ts';

export const scanner = createScanner({ readers: READERS });

const DEFAULT_POLICY = new URL('../../policies/default.yaml', import.meta.url);

export function policyOf(text: string): Policy {
  const loaded = loadPolicy(text);
  assert(loaded.ok, `the test's policy has mistakes: ${JSON.stringify(loaded)}`);
  return loaded.value;
}

export const defaultPolicy: Policy = policyOf(readFileSync(DEFAULT_POLICY, 'utf8'));

/** What a pipeline needs that runs in one thread. */
export type WorldPorts = Omit<PipelinePorts, 'core'> &
  Omit<CorePorts, 'queues'> & { readonly store: Store };

export interface World {
  readonly store: Store;
  readonly ports: WorldPorts;
  /** Metrics and log lines, as `name argument…`. */
  readonly said: readonly string[];
  close(): Promise<void>;
}

export async function openWorld(changes: Partial<WorldPorts> = {}): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-pipeline-'));
  const opened = await openSqliteStore({ directory });
  assert(opened.ok, 'the store opens');
  const store = opened.value;
  const said: string[] = [];
  const ports: WorldPorts = {
    store,
    scanner,
    identify: createIdentify(new Uint8Array(32)),
    links: await openLinks(store),
    scans: { scan: (input) => Promise.resolve(scanner.scan(input)) },
    policy: () => defaultPolicy,
    mode: 'live',
    clock: {
      now: () => Date.now(),
      elapsedMs: () => performance.now(),
      after: (delayMs, task) => {
        const timer = setTimeout(task, delayMs);
        return () => clearTimeout(timer);
      },
    },
    log: logInto(said),
    metrics: metricsInto(said),
    takeIn: () => {},
    ...changes,
  };
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(directory, { recursive: true });
  };
  return { store, ports, said, close };
}

export function startPipeline(ports: WorldPorts): Pipeline {
  const all = { ...ports, queues: new Queues(ports) };
  return createPipeline({ ...ports, core: (callers) => createCore(all, callers) });
}

function logInto(said: string[]): Log {
  const line =
    (level: string) =>
    (message: string): void =>
      void said.push(`${level} ${message}`);
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}

function metricsInto(said: string[]): Metrics {
  const count =
    (name: string) =>
    (...args: readonly (string | number)[]): void =>
      void said.push([name, ...args].join(' '));
  return {
    decided: count('decided'),
    defaulted: count('defaulted'),
    eventsRecorded: count('eventsRecorded'),
    batch: count('batch'),
    stage: () => {},
    answered: () => {},
    waiting: () => {},
    wrongCredential: count('wrongCredential'),
    policyReload: count('policyReload'),
    allowanceNotice: count('allowanceNotice'),
    ledgerRefused: count('ledgerRefused'),
    reservationsExpired: count('reservationsExpired'),
  };
}

const RECEIVED_AT = Date.UTC(2026, 0, 1, 12);

/** A job that asks to run the script. */
export function jobRequest(
  id: string,
  script: string,
  {
    account = '7',
    data = {},
    at = RECEIVED_AT,
  }: {
    account?: string;
    data?: JsonObject;
    at?: number;
  } = {},
): DecisionRequest {
  const subject = parseSubject(`gitlab/${account}/job-${id}`);
  assert(subject !== null, 'a subject');
  const bodyHash = sha256Hex(JSON.stringify([id, script, account, data]));
  const event: Event = {
    source: 'test',
    id,
    type: 'job.requested',
    subject,
    time: at,
    data,
    bodyHash,
  };
  const files = [{ path: 'job.sh', text: script }];
  return {
    event,
    checkpoint: 'admission',
    definition: { kind: 'files', dialect: 'shell', files },
    problem: '',
    wantsRecord: true,
    bodyBytes: script.length,
    receivedAt: at,
    startedMs: performance.now(),
  };
}

/** A job of a definition with nothing in it. */
export const emptyJob: Job = {
  name: '',
  commands: [],
  images: [],
  environment: [],
  remoteCode: [],
  filesRun: [],
  fanOut: 1,
  schedules: [],
  timeoutSeconds: null,
  machine: [],
};
