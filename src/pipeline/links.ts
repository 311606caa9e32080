/**
 * The linker in the data path. Its knowledge lives in memory, in the thread of the store, beside a
 * database that has all facts of it:
 *
 *   start:   the store's rows ──► facts in memory ──► bonds and parties
 *   batch:   see, event by event ──► `changes` ──► written with the batch ──► `commit`
 *                                                         └─ refused ──► `rollback`
 *
 * So memory never holds what the disk does not when the next batch is decided, and a restart or a
 * crash ends in the same parties: they follow from the facts (`src/linker/linker.ts`).
 */
import {
  linkPageRows,
  linkSeenKnownMax,
  partyAccountsCountedMax,
  partyAccountsShownMax,
} from '../base/limits.ts';
import { RecentMap } from '../base/recent-map.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../base/time.ts';
import { observedAt } from '../linker/evidence.ts';
import { createLinker, type Linker } from '../linker/linker.ts';
import { TrackedLinkState } from '../linker/tracked-state.ts';
import type { WrittenEvent } from '../model/event.ts';
import type { Facts } from '../model/fact.ts';
import type { IdentifierKey, SharedKind } from '../model/identifier.ts';
import type { Observation } from '../model/link.ts';
import type { LinkAnswer, LinkQuestion } from '../model/link-question.ts';
import { LINK_TABLES, type LinkChanges } from '../model/link-rows.ts';
import { type AccountRef, accountRef, type PartyId, type PartyMove } from '../model/party.ts';
import type { Store } from '../ports/store.ts';

/** What an event shows, as triples of kind, key and display: flat, since it travels. */
export type Shown = readonly string[];

/** What an account was last seen to show, and in which hour. */
interface Seen {
  readonly shown: Shown;
  readonly hour: EpochMs;
}

export class Links {
  readonly #state: TrackedLinkState;
  readonly #linker: Linker;
  /**
   * An account that shows the same in the same hour tells nothing new, whatever came between: what
   * is known follows from the set of observations. To look at each value again took 4 microseconds.
   */
  #seen = new RecentMap<AccountRef, Seen>(linkSeenKnownMax);

  constructor(state = new TrackedLinkState()) {
    this.#state = state;
    this.#linker = createLinker(state);
  }

  /** Takes in what an event tells of its account, and says which accounts changed party. */
  see(event: WrittenEvent, shown: Shown, receivedAt: EpochMs): readonly PartyMove[] {
    const account = accountRef(event.subject.provider, event.subject.account);
    const at = observedAt(event.time, receivedAt);
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
    this.#linker.observe(toldBy(event, account, at));
    const seen = this.#seen.get(account);
    if (seen?.shown !== shown || seen.hour !== hour) {
      this.#linker.observe(shownBy(account, shown, hour));
      this.#seen.put(account, { shown, hour });
    }
    return this.#linker.settleAll();
  }

  partyOf(account: AccountRef): PartyId {
    return this.#linker.partyOf(account);
  }

  facts(account: AccountRef, at: EpochMs): Facts {
    const accounts = this.#linker.accountsWith(account);
    return {
      'party.accounts': accounts,
      'party.accountsLastDay': this.#linker.accountsSince(
        account,
        at - DAY_MS,
        partyAccountsCountedMax,
      ),
      'party.linkBits': accounts === 1 ? 0 : this.#linker.linkBits(account),
      'party.suspected': this.#linker.suspicions(account).length,
    };
  }

  /** Accounts of a party, the oldest first, at most so many; with an account that is in it. */
  accountsOf(account: AccountRef, limit: number): readonly AccountRef[] {
    return this.#linker.accountsOf(account, limit);
  }

  answer(question: LinkQuestion): LinkAnswer {
    switch (question.kind) {
      case 'account':
        return this.#account(question.account);
      case 'party': {
        const account = this.#linker.find(question.party);
        if (account === null) return { kind: 'unknown' };
        const accounts = this.accountsOf(account, partyAccountsShownMax);
        return { kind: 'party', size: this.#linker.accountsWith(account), accounts };
      }
      case 'explain': {
        const explanation = this.#linker.explain(question.from, question.to);
        return { kind: 'explained', explanation };
      }
    }
  }

  #account(account: AccountRef): LinkAnswer {
    if (!this.#linker.knows(account)) return { kind: 'unknown' };
    return {
      kind: 'account',
      party: this.partyOf(account),
      accountsInParty: this.#linker.accountsWith(account),
      linkBits: this.#linker.linkBits(account),
      suspicions: this.#linker.suspicions(account),
      portrait: this.#linker.portrait(account),
    };
  }

  changes(): LinkChanges {
    return this.#state.changes();
  }

  commit(): void {
    this.#state.commit();
  }

  rollback(): void {
    this.#seen = new RecentMap(linkSeenKnownMax);
    this.#state.rollback();
  }
}

/** For an operator who may not, or will not, compare accounts: each is its own party. */
export class NoLinks extends Links {
  override see(): readonly PartyMove[] {
    return [];
  }
}

/** Reads what the store knows. */
export async function openLinks(store: Pick<Store, 'links'>): Promise<Links> {
  const state = new TrackedLinkState();
  for (const table of LINK_TABLES) {
    const lastNumber = table === 'showings' ? state.accounts : Number.MAX_SAFE_INTEGER;
    for (let after = 0; after < lastNumber; after += linkPageRows) {
      const rows = await store.links({ table, after, upTo: after + linkPageRows });
      if (rows.length === 0 && table !== 'showings') break;
      state.load(table, rows);
    }
  }
  state.derive();
  return new Links(state);
}

function toldBy(event: WrittenEvent, account: AccountRef, at: EpochMs): readonly Observation[] {
  switch (event.type) {
    case 'account.created':
      return [{ kind: 'signed-up', account, at }];
    case 'job.started':
      return [{ kind: 'started', account, at }];
    case 'review.labelled':
      return [{ kind: 'vouched', account, vouched: labelOf(event) === 'honest' }];
    default:
      return NOTHING;
  }
}

const NOTHING: readonly Observation[] = [];

/**
 * Times of showings are cut to the hour: what an account shows with every job is then written once
 * an hour, and a weight halves in days.
 */
function shownBy(account: AccountRef, shown: Shown, hour: EpochMs): readonly Observation[] {
  const observations: Observation[] = [];
  for (let i = 0; i < shown.length; i += 3) {
    const identifier = {
      kind: shown[i] as SharedKind,
      key: shown[i + 1] as IdentifierKey,
      display: shown[i + 2] as string,
    };
    observations.push({ kind: 'shown', account, identifier, at: hour });
  }
  return observations;
}

function labelOf({ body }: WrittenEvent): unknown {
  return (JSON.parse(body) as { readonly label?: unknown }).label;
}
