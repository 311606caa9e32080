/** Events that want no answer skip the thinking: they are recorded, all of them or none. */
import { eventsPerTurnMax } from '../base/limits.ts';
import { mapInSlices } from '../base/map-in-slices.ts';
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
  // A thousand that show a hundred values each take half a second.
  const showing = await mapInSlices(events, eventsPerTurnMax, (event) => ({
    event: writeEvent(event),
    receivedAt,
    shown: identify(event, null, null),
  }));
  const ingested = await core.ingest(showing);
  if (ingested.kind === 'stored') metrics.eventsRecorded(ingested.stored);
  return ingested;
}
