import type { Action } from '../model/action.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import type { Pipeline } from '../pipeline/request.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Provider } from '../ports/provider.ts';
import type { Random } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import type { KeyRing } from './keys.ts';

/** All that the interface needs from outside; `main/` passes it in. */
export interface ApiDeps {
  readonly pipeline: Pick<Pipeline, 'decide' | 'ingest' | 'queue' | 'links' | 'ready'>;
  readonly store: Pick<Store, 'decision' | 'decisions' | 'ledger' | 'check'>;
  readonly keys: KeyRing;
  readonly providers: readonly Provider[];
  /** The shared secret of each provider that has one, by the provider's name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly metrics: MetricsText;
  readonly counters: Metrics;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly version: string;
  /** What a checkpoint answers when nothing else can be said: the policy's default, or `allow`. */
  readonly defaultAction: (checkpoint: Checkpoint) => Action;
  /** True once the server is about to stop, so that `/readyz` sends new callers elsewhere. */
  readonly draining?: () => boolean;
  /** True while it listens and may have no key yet. */
  readonly starting?: () => boolean;
  /** Lower limits, for tests. */
  readonly limits?: Partial<ApiLimits>;
}

export interface MetricsText {
  text(): Promise<string>;
  readonly contentType: string;
}

export interface ApiLimits {
  readonly bodyBytesMax: number;
  readonly longBodiesBytesMax: number;
  readonly eventsPerRequestMax: number;
  readonly keyRequestsPerSecondMax: number;
  readonly wrongCredentialsPerMinuteMax: number;
}
