/** Events that want no answer skip the thinking: they are recorded, all of them or none. */
import type { EpochMs } from '../base/time.ts';
import type { Event } from '../model/event.ts';
import type { Ingested } from '../ports/store.ts';
import type { PipelinePorts } from './ports.ts';

export async function ingest(
  events: readonly Event[],
  receivedAt: EpochMs,
  ports: Pick<PipelinePorts, 'store' | 'metrics'>,
): Promise<Ingested> {
  const ingested = await ports.store.ingest(events.map((event) => ({ event, receivedAt })));
  if (ingested.kind === 'stored') ports.metrics.eventsRecorded(ingested.stored);
  return ingested;
}
