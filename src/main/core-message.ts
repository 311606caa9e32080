/**
 * What travels between the event loop and the thread that decides, beside calls to its store. What
 * one turn of the event loop has to say goes in one message: to wake a thread costs more than the
 * message that it is woken for.
 */
import type { MessagePort } from 'node:worker_threads';
import type { CandidateValue } from '../pipeline/candidate-row.ts';
import type { Core } from '../pipeline/core.ts';
import type { Mode } from '../pipeline/ports.ts';
import type { SettledValue } from '../pipeline/settled-row.ts';
import type { StoreThreadData } from '../store/sqlite/store-thread.ts';
import type { LogLevel } from './pino-log.ts';
import type { MetricsEntry } from './relayed-metrics.ts';

export interface CoreThreadData extends StoreThreadData {
  readonly port: MessagePort;
  readonly mode: Mode;
  readonly linking: boolean;
  readonly logLevel: LogLevel;
}

/** What the core is asked for by a promise. Arguments and results travel as they are. */
export type CoreCalls = Omit<Core, 'decide' | 'noteDefault'>;
export type CoreCallName = keyof CoreCalls;

export interface ToCore {
  /** The policy from here on; it comes before the first candidate. */
  readonly policy: string | null;
  /** Rows of `candidate-row.ts`. */
  readonly candidates: readonly CandidateValue[];
  /** Candidates whose callers were given the default. */
  readonly defaulted: readonly number[];
  readonly calls: readonly CoreCall[];
}

/** The number comes back with the result. */
export interface CoreCall {
  readonly call: number;
  readonly name: CoreCallName;
  readonly args: readonly unknown[];
}

/** What the core says, and the commits that it may rest on. */
export interface FromCoreThread {
  readonly commits: number;
  readonly said: FromCore;
}

export type FromCore =
  | {
      readonly kind: 'settled';
      /** Rows of `settled-row.ts`. */
      readonly batch: readonly SettledValue[];
      readonly metrics: readonly MetricsEntry[];
    }
  /** The first: what the linker knows is loaded. */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'failing' }
  | { readonly kind: 'done'; readonly call: number; readonly output: unknown }
  /** The store failed. */
  | { readonly kind: 'failed'; readonly call: number; readonly message: string };
