/**
 * What the tests of this folder share: a server on a real store and a real pipeline, with every
 * part open to a replacement that fails. It is named as a test because only tests may import the
 * store, the policy and the clock together.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Compile } from 'typebox/compile';
import type { JsonObject } from '../base/json.ts';
import { Prng } from '../base/prng.ts';
import { realClock } from '../main/real-clock.ts';
import type { Action } from '../model/action.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { Event } from '../model/event.ts';
import type { AccountId, ProviderName } from '../model/ids.ts';
import type { Callers, Core } from '../pipeline/core.ts';
import { createIdentify } from '../pipeline/identify.ts';
import { openLinks } from '../pipeline/links.ts';
import { createCore, createPipeline } from '../pipeline/pipeline.ts';
import { Queues } from '../pipeline/queues.ts';
import { loadPolicy } from '../policy/policy.ts';
import type { LogFields } from '../ports/log.ts';
import type { Hook, HookRequest, Provider } from '../ports/provider.ts';
import type { Scope, Store } from '../ports/store.ts';
import { READERS } from '../providers/registry.ts';
import { createScanner } from '../scanner/scanner.ts';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import { type Api, type ApiDeps, createApi } from './api.ts';
import { createKeyRing, newKey } from './keys.ts';
import { createMetrics } from './metrics.ts';
import { ProblemSchema } from './problem.ts';

export const adminKey = 'an admin key of a test';
export const secret = 'a shared secret';
export const hookPath = '/providers/generic/check';
export const hookBytesMax = 1_000;

export interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

export interface World {
  readonly api: Api;
  readonly deps: ApiDeps;
  readonly store: Store;
  readonly lines: readonly Line[];
  /** Headers of a new key with these scopes. */
  key(...scopes: readonly Scope[]): Promise<Record<string, string>>;
  /** Another server on the same store, with some parts replaced and its own log and metrics. */
  with(replaced: Partial<ApiDeps>): World;
}

/** Accounts named `miner…` are refused, and nothing else is. */
const POLICY = `version: 1
priorBits: -10
defaults: {sign-up: allow, admission: hold, run: allow, spend: deny}
rules:
  - id: known-miner
    at: [sign-up, admission, spend]
    mode: live
    when: account.id.startsWith("miner")
    missing: skip
    action: deny
    reason: "The account {account.id} mines."
  - id: unread
    at: [admission]
    mode: live
    when: input.problem == "too-large"
    missing: skip
    action: deny
    reason: "It is too large."
`;

/** A provider's call that can fail in every way: its body says whose it is, or that it throws. */
const hook: Hook = {
  checkpoint: 'admission',
  bodyBytesMax: hookBytesMax,
  authentic: ({ headers }, expected) => headers['x-secret'] === expected,
  admit(request) {
    const text = request.body === null ? '' : Buffer.from(request.body).toString();
    if (text === 'throw') throw new Error('the hook is broken');
    return {
      event: hookEvent(request, text),
      definition: null,
      problem: request.body === null ? 'too-large' : '',
    };
  },
  answer: (action: Action, decisionId) => ({
    status: action === 'allow' ? 200 : 406,
    headers: { 'x-decision': decisionId },
    body: action,
  }),
  whenRefused: 'the job is admitted',
};

function hookEvent({ correlationId, receivedAt }: HookRequest, text: string): Event {
  const account = (text === '' ? 'nobody' : text) as AccountId;
  return {
    source: 'generic',
    id: correlationId,
    type: 'job.requested',
    subject: { provider: 'generic' as ProviderName, account, job: null },
    time: receivedAt,
    data: {},
    bodyHash: text,
  };
}

const provider: Provider = {
  name: 'generic' as ProviderName,
  title: 'Generic',
  whenSilent: 'admits',
  readers: [],
  hooks: { check: hook },
};

export async function createWorld(replaced: Partial<ApiDeps> = {}): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-api-'));
  const opened = await openSqliteStore({ directory });
  assert.ok(opened.ok);
  const store = opened.value;
  const policy = loadPolicy(POLICY);
  assert.ok(policy.ok, JSON.stringify(policy));
  const scanner = createScanner({ readers: READERS });
  const ports = {
    store,
    scanner,
    identify: createIdentify(new Uint8Array(32)),
    links: await openLinks(store),
    // In this thread: what a scan in a worker adds is tested with the pool.
    scans: { scan: async (input: DefinitionInput) => scanner.scan(input) },
    policy: () => policy.value,
    mode: 'live' as const,
    clock: realClock,
    log: collectingLog([]),
    metrics: createMetrics().counters,
    takeIn: () => {},
  };
  const queues = new Queues(ports);
  const core = (callers: Callers): Core => createCore({ ...ports, queues }, callers);
  const pipeline = createPipeline({ ...ports, core });
  const prng = new Prng(1);
  const deps: SharedDeps = {
    pipeline,
    store,
    keys: createKeyRing(store, adminKey, realClock),
    providers: [provider],
    secrets: { generic: secret },
    clock: realClock,
    random: { bytes: (length) => prng.bytes(length) },
    version: '0.0.0',
    defaultAction: (checkpoint) => policy.value.defaults[checkpoint],
  };
  after(async () => {
    await pipeline.drain();
    await store.close();
    rmSync(directory, { recursive: true });
  });
  return serve(deps, store, replaced);
}

type SharedDeps = Omit<ApiDeps, 'log' | 'metrics' | 'counters'>;

function serve(shared: SharedDeps, store: Store, replaced: Partial<ApiDeps>): World {
  const lines: Line[] = [];
  const metrics = createMetrics();
  const own = { log: collectingLog(lines), metrics, counters: metrics.counters };
  const deps: ApiDeps = { ...shared, ...own, ...replaced };
  const api = createApi(deps);
  after(() => api.close());
  return {
    api,
    deps,
    store,
    lines,
    async key(...scopes) {
      const made = newKey(deps.random, { name: 'test', scopes, at: 0 });
      await deps.keys.add(made.key);
      return { authorization: `Bearer ${made.secret}` };
    },
    with: (others) => serve(shared, store, others),
  };
}

function collectingLog(lines: Line[]): ApiDeps['log'] {
  const at =
    (level: Line['level']) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields });
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export const admin: Record<string, string> = { authorization: `Bearer ${adminKey}` };

export function event(id: string, more: JsonObject = {}): JsonObject {
  return {
    specversion: '1.0',
    id,
    source: 'https://ci.example.com',
    type: 'credit.granted',
    subject: 'generic/ada',
    time: '2026-11-22T10:00:00Z',
    data: { amount: 1 },
    ...more,
  };
}

export function jobEvent(id: string, more: JsonObject = {}): JsonObject {
  return event(id, { type: 'job.requested', data: { project: 'ada/site' }, ...more });
}

interface Answered {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const problemShape = Compile(ProblemSchema);

/** The problem that an answer must be, in its form and with its status. */
export function problemIn(answer: Answered, status: number): Record<string, unknown> {
  assert.equal(answer.statusCode, status, answer.body);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  const problem = JSON.parse(answer.body);
  assert.deepEqual(problemShape.Errors(problem), []);
  assert.equal(problem.status, status);
  assert.equal(problem.type, `urn:davylamp:error:${problem.code}`);
  assert.equal(problem.correlationId, answer.headers['x-correlation-id']);
  return problem;
}
