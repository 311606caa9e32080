/** What the linker learns of events that want no answer. */
import { batchRequestsMax } from '../base/limits.ts';
import type { EpochMs } from '../base/time.ts';
import type { Move, Operation } from '../ledger/operation.ts';
import { decisionIdOf, type Subject } from '../model/ids.ts';
import { accountRef, type PartyMove } from '../model/party.ts';
import { settlementOf } from './allowance.ts';
import type { ShowingEvent } from './core.ts';
import { moveOperations } from './link-batch.ts';
import type { CorePorts } from './ports.ts';

/** What an event means for the ledger, in the order in which it is to be carried out. */
export interface SeenEvent {
  readonly subject: Subject;
  readonly receivedAt: EpochMs;
  readonly partyMoves: readonly PartyMove[];
  readonly moves: readonly Move[];
  readonly settlement: Operation | null;
}

/**
 * Showing a thing twice changes nothing, so nearly all events need not be new. What a person said
 * may have been taken back since, so labels must be.
 */
export async function seeEvents(
  events: readonly ShowingEvent[],
  { store, links, policy }: Pick<CorePorts, 'store' | 'links' | 'policy'>,
): Promise<readonly SeenEvent[]> {
  const known = await knownLabels(events, store);
  const now = policy();
  return events.map(({ event, shown, receivedAt }) => {
    const id = decisionIdOf(event.source, event.id);
    const isOld = event.type === 'review.labelled' && known.has(id);
    known.add(id);
    const partyMoves = isOld ? [] : links.see(event, shown, receivedAt);
    const moves = moveOperations(partyMoves, id);
    const { subject } = event;
    const account = accountRef(subject.provider, subject.account);
    const settlement = settlementOf(event, id, links.partyOf(account), now);
    return { subject, receivedAt, partyMoves, moves, settlement };
  });
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
