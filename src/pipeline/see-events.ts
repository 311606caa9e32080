/** What the linker learns of events that want no answer. */
import { batchRequestsMax } from '../base/limits.ts';
import type { EpochMs } from '../base/time.ts';
import type { Move, Operation } from '../ledger/operation.ts';
import type { WrittenEvent } from '../model/event.ts';
import { type DecisionId, decisionIdOf, type Subject } from '../model/ids.ts';
import { accountRef, type PartyMove } from '../model/party.ts';
import { settlementOf, settles } from './allowance.ts';
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
    const { subject } = event;
    const isOld = event.type === 'review.labelled' && isKnown(event, known);
    const partyMoves = isOld ? [] : links.see(event, shown, receivedAt);
    // Most events move nobody and settle nothing: to hash their ids took a thirtieth of the time.
    if (partyMoves.length === 0 && !settles(event)) {
      return { subject, receivedAt, partyMoves, moves: [], settlement: null };
    }
    const id = decisionIdOf(event.source, event.id);
    const moves = moveOperations(partyMoves, id);
    const account = accountRef(subject.provider, subject.account);
    const settlement = settlementOf(event, id, links.partyOf(account), now);
    return { subject, receivedAt, partyMoves, moves, settlement };
  });
}

/** Whether the label was there before; from now on it is. */
function isKnown({ source, id }: WrittenEvent, known: Set<DecisionId>): boolean {
  const own = decisionIdOf(source, id);
  const isOld = known.has(own);
  known.add(own);
  return isOld;
}

async function knownLabels(
  events: readonly ShowingEvent[],
  store: Pick<CorePorts['store'], 'gather'>,
): Promise<Set<DecisionId>> {
  const labels = events.filter(({ event }) => event.type === 'review.labelled');
  const known = new Set<DecisionId>();
  for (let at = 0; at < labels.length; at += batchRequestsMax) {
    const keys = labels.slice(at, at + batchRequestsMax).map(({ event, receivedAt }) => {
      const { provider, account } = event.subject;
      const id = decisionIdOf(event.source, event.id);
      return { id, account: { provider, account }, at: receivedAt };
    });
    for (const [i, { event }] of (await store.gather(keys)).entries()) {
      const id = keys[i]?.id;
      if (event.kind === 'seen' && id !== undefined) known.add(id);
    }
  }
  return known;
}
