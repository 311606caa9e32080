/**
 * Linking, before anything is decided. What ties accounts together follows from events alone, never
 * from a decision, so the linker sees a whole batch first, event by event: then it is known whose
 * books the ledger has to read. Candidate *i* keeps what the linker said right after its own event.
 *
 * A party's books follow its accounts in the transaction that links them: an account that changes
 * party takes along exactly what it used and holds itself.
 */
import { shortSha256Hex } from '../base/hash.ts';
import { ledgerMovedAccountsMax } from '../base/limits.ts';
import type { EpochMs } from '../base/time.ts';
import { accountHolder } from '../ledger/books.ts';
import type { LedgerBatch } from '../ledger/ledger.ts';
import type { Move } from '../ledger/operation.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { Facts } from '../model/fact.ts';
import type { DecisionId } from '../model/ids.ts';
import { accountRef, type PartyId, type PartyMove } from '../model/party.ts';
import type { Gathered } from '../ports/store.ts';
import type { Candidate } from './candidate.ts';
import type { Links } from './links.ts';

export interface Linked {
  readonly party: PartyId;
  readonly facts: Facts;
  /** Accounts that its event has brought into other parties, and what that is for the ledger. */
  readonly partyMoves: readonly PartyMove[];
  readonly moves: readonly Move[];
}

/** Null for a candidate that will not be decided: it repeats another, or contradicts it. */
export function linkBatch(
  batch: readonly Candidate[],
  known: readonly Gathered[],
  links: Links,
): readonly (Linked | null)[] {
  const decided = new Set<DecisionId>();
  return batch.map((candidate, i) => {
    const { id, event, shown, receivedAt } = candidate;
    const before = known[i]?.event;
    const isOther = before?.kind === 'seen' && before.bodyHash !== event.bodyHash;
    const isDone = before?.kind === 'seen' && before.decision !== null;
    if (decided.has(id) || isOther || isDone) return null;
    decided.add(id);
    const partyMoves = links.see(event, shown, receivedAt);
    const account = accountRef(event.subject.provider, event.subject.account);
    const [party, facts] = [links.partyOf(account), links.facts(account, receivedAt)];
    return { party, facts, partyMoves, moves: moveOperations(partyMoves, id) };
  });
}

/** The same event may be seen again later and move others, so its id alone names none of them. */
export function moveOperations(moves: readonly PartyMove[], id: DecisionId): readonly Move[] {
  return moves.flatMap(({ from, into, accounts }) => {
    const operations: Move[] = [];
    for (let at = 0; at < accounts.length; at += ledgerMovedAccountsMax) {
      const some = accounts.slice(at, at + ledgerMovedAccountsMax);
      const digest = shortSha256Hex(JSON.stringify([id, from, into, some]));
      const key = `link_${digest}` as OperationKey;
      operations.push({ kind: 'move', key, accounts: some, from, into });
    }
    return operations;
  });
}

/** Accounts that the ledger does not know have nothing to take along. */
export function followMoves(moves: readonly Move[], ledger: LedgerBatch, at: EpochMs): void {
  for (const move of moves) {
    const accounts = move.accounts.filter((one) => ledger.books(accountHolder(one)) !== null);
    if (accounts.length > 0) ledger.apply({ ...move, accounts }, at);
  }
}
