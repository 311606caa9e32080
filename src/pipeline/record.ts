/** Writing: one transaction for the batch, on stable storage before any answer leaves. */
import type { ReceivedEvent } from '../ports/store.ts';
import type { Outcome } from './decide.ts';
import type { PipelinePorts } from './ports.ts';

export async function record(
  outcomes: readonly Outcome[],
  ports: Pick<PipelinePorts, 'store' | 'clock' | 'metrics'>,
): Promise<void> {
  const decided = outcomes.filter((outcome) => outcome.kind === 'decided');
  if (decided.length === 0) return;
  const started = ports.clock.elapsedMs();
  await ports.store.record({
    events: decided.flatMap(({ event, record }): ReceivedEvent[] =>
      event === null ? [] : [{ event, receivedAt: record.decision.at }],
    ),
    decisions: decided.map((outcome) => outcome.record),
    activity: decided.map((outcome) => outcome.activity),
  });
  ports.metrics.stage('record', ports.clock.elapsedMs() - started);
  ports.metrics.eventsRecorded(decided.length);
}
