/** What the linker learns of events that want no answer. */
import { batchRequestsMax } from '../base/limits.ts';
import { decisionIdOf } from '../model/ids.ts';
import type { ShowingEvent } from './core.ts';
import type { CorePorts } from './ports.ts';

/**
 * Showing a thing twice changes nothing, so nearly all events need not be new. What a person said
 * may have been taken back since, so labels must be.
 */
export async function seeEvents(
  events: readonly ShowingEvent[],
  { store, links }: Pick<CorePorts, 'store' | 'links'>,
): Promise<void> {
  const known = await knownLabels(events, store);
  for (const { event, shown, receivedAt } of events) {
    const id = decisionIdOf(event.source, event.id);
    if (event.type === 'review.labelled' && known.has(id)) continue;
    known.add(id);
    links.see(event, shown, receivedAt);
  }
}

async function knownLabels(
  events: readonly ShowingEvent[],
  store: Pick<CorePorts['store'], 'gather'>,
): Promise<Set<string>> {
  const labels = events.filter(({ event }) => event.type === 'review.labelled');
  const known = new Set<string>();
  for (let at = 0; at < labels.length; at += batchRequestsMax) {
    const keys = labels.slice(at, at + batchRequestsMax).map(({ event, receivedAt }) => {
      const { provider, account } = event.subject;
      const id = decisionIdOf(event.source, event.id);
      return { id, account: { provider, account }, at: receivedAt };
    });
    for (const [i, { event }] of (await store.gather(keys)).entries()) {
      if (event.kind === 'seen') known.add(keys[i]?.id ?? '');
    }
  }
  return known;
}
