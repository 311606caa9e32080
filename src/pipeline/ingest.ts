/** Events that want no answer skip the thinking: they are recorded, all of them or none. */
import type { EpochMs } from '../base/time.ts';
import { type Event, writeEvent } from '../model/event.ts';
import type { Ingested } from '../ports/store.ts';
import type { Core } from './core.ts';
import type { PipelinePorts } from './ports.ts';

export async function ingest(
  events: readonly Event[],
  receivedAt: EpochMs,
  core: Core,
  { metrics, identify }: Pick<PipelinePorts, 'metrics' | 'identify'>,
): Promise<Ingested> {
  const ingested = await core.ingest(
    events.map((event) => ({
      event: writeEvent(event),
      receivedAt,
      shown: identify(event, null, null),
    })),
  );
  if (ingested.kind === 'stored') metrics.eventsRecorded(ingested.stored);
  return ingested;
}
