/** Writing: one transaction for the batch, on stable storage before any answer leaves. */
import type { LedgerBatch } from '../ledger/ledger.ts';
import type { ReceivedEvent, RecordBatch } from '../ports/store.ts';
import type { Outcome } from './decide.ts';
import { handOver } from './hand-over.ts';
import type { CorePorts } from './ports.ts';
import { tellNotices } from './settle-ledger.ts';

export interface Recording {
  /** The next batch may be read. */
  readonly onTaken: () => void;
  /** Nothing waits behind this one. */
  readonly isLast: boolean;
}

export async function record(
  outcomes: readonly Outcome[],
  ledger: LedgerBatch,
  ports: Pick<CorePorts, 'store' | 'links' | 'queues' | 'log' | 'metrics'>,
  { onTaken, isLast }: Recording,
): Promise<void> {
  const { store, links, queues } = ports;
  const decided = outcomes.filter((outcome) => outcome.kind === 'decided');
  // One that only repeats what was decided waits for the disk too: the first may be on its way.
  const batch: RecordBatch = {
    events: decided.flatMap(({ event, record }): ReceivedEvent[] =>
      event === null ? [] : [{ event, receivedAt: record.decision.at }],
    ),
    decisions: decided.map((outcome) => outcome.record),
    activity: decided.map((outcome) => outcome.activity),
    ledger: ledger.changes(),
    links: links.changes(),
    isLast,
  };
  const write = (onCommitted: () => void) => store.record(batch, () => onCommitted());
  await handOver<void>(write, [links, queues], { onTaken });
  tellNotices(ledger, ports);
}
