import type { Policy } from '../policy/policy.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ScanRunner } from '../ports/scan-runner.ts';
import type { Store } from '../ports/store.ts';
import type { Scanner } from '../scanner/scanner.ts';
import type { Callers, Core } from './core.ts';
import type { Identify } from './identify.ts';
import type { Links } from './links.ts';
import type { Queues } from './queues.ts';

/** `shadow`: everything is decided and recorded, nothing is enforced. */
export type Mode = 'live' | 'shadow';

/** All that the pipeline needs from outside on the event loop; `main/` passes it in. */
export interface PipelinePorts {
  readonly core: (callers: Callers) => Core;
  readonly store: Pick<Store, 'markDefaulted'>;
  /** Sweeps and scans what is small on the event loop; the rest goes to `scans`. */
  readonly scanner: Pick<Scanner, 'isClear' | 'scanWithin'>;
  readonly scans: ScanRunner;
  readonly identify: Identify;
  /** The policy of this moment. */
  readonly policy: () => Policy;
  readonly mode: Mode;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What the core asks of the store. */
export type CoreStore = Pick<
  Store,
  'gather' | 'record' | 'ingest' | 'ledger' | 'expiredReservations' | 'queue' | 'keepQueue'
>;

/** What the steps in the middle need, in the thread that they run in. */
export interface CorePorts {
  /** Takes in what has arrived for the core meanwhile. */
  readonly takeIn: () => void;
  readonly store: CoreStore;
  readonly links: Links;
  readonly queues: Queues;
  /** A batch is decided by one policy, whatever is loaded meanwhile. */
  readonly policy: () => Policy;
  readonly mode: Mode;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<
    Metrics,
    'batch' | 'stage' | 'allowanceNotice' | 'reservationsExpired' | 'ledgerRefused'
  >;
}
