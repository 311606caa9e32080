/** Writing: one transaction for the batch, on stable storage before any answer leaves. */
import type { LedgerBatch } from '../ledger/ledger.ts';
import type { ReceivedEvent } from '../ports/store.ts';
import type { Outcome } from './decide.ts';
import type { CorePorts } from './ports.ts';
import { tellNotices } from './settle-ledger.ts';

export async function record(
  outcomes: readonly Outcome[],
  ledger: LedgerBatch,
  ports: Pick<CorePorts, 'store' | 'log' | 'metrics'>,
): Promise<void> {
  const decided = outcomes.filter((outcome) => outcome.kind === 'decided');
  // One that only repeats what was decided waits for the disk too: the first may be on its way.
  await ports.store.record({
    events: decided.flatMap(({ event, record }): ReceivedEvent[] =>
      event === null ? [] : [{ event, receivedAt: record.decision.at }],
    ),
    decisions: decided.map((outcome) => outcome.record),
    activity: decided.map((outcome) => outcome.activity),
    ledger: ledger.changes(),
  });
  tellNotices(ledger, ports);
}
