/**
 * Moves accounts between parties and tells afterwards what became of the parties. Parties are told
 * apart by their public ids, before and after, so the account of it does not depend on which of two
 * merging parties was moved account by account.
 */
import {
  type AccountRef,
  type PartyChange,
  type PartyId,
  type PartyMove,
  partyIdOf,
} from '../model/party.ts';
import type { AccountNumber, GroupNumber, LinkState } from './link-state.ts';

interface Before {
  readonly id: PartyId;
  readonly size: number;
}

/** Accounts that went from one party to another. */
interface Flow {
  readonly from: PartyId;
  readonly into: PartyId;
  accounts: number;
}

export class PartyMoves {
  readonly #state: LinkState;
  readonly #before = new Map<GroupNumber, Before>();
  /** Parties made since; they were nothing before. */
  readonly #created = new Set<GroupNumber>();
  readonly #homeBefore = new Map<AccountNumber, GroupNumber | null>();

  constructor(state: LinkState) {
    this.#state = state;
  }

  /** Remembers what the party was before anything happens to it. */
  watch(party: GroupNumber | null): void {
    if (party === null || this.#before.has(party) || this.#created.has(party)) return;
    const { parties } = this.#state;
    const size = parties.size(party);
    if (size > 0) this.#before.set(party, { id: this.#idOf(party), size });
  }

  move(account: AccountNumber, party: GroupNumber | null): void {
    const { parties } = this.#state;
    const from = parties.of(account);
    if (from === party) return;
    this.watch(from);
    this.watch(party);
    if (!this.#homeBefore.has(account)) this.#homeBefore.set(account, from);
    parties.move(account, party);
  }

  /** Makes the accounts one party, theirs alone: the one that most of them are in. */
  unite(accounts: readonly AccountNumber[]): GroupNumber {
    const party = this.#partyOfMost(accounts);
    const { parties } = this.#state;
    const wanted = new Set(accounts);
    for (const stranger of [...parties.accounts(party)]) {
      if (!wanted.has(stranger)) this.move(stranger, null);
    }
    for (const account of accounts) this.move(account, party);
    return party;
  }

  /** Every account whose party has another id now; alone it is its own. */
  moved(): readonly PartyMove[] {
    const moved = new Map<string, { from: PartyId; into: PartyId; accounts: AccountRef[] }>();
    const add = (account: AccountNumber, from: PartyId, into: PartyId): void => {
      if (from === into) return;
      const known = moved.get(`${from} ${into}`);
      if (known !== undefined) known.accounts.push(this.#state.ref(account));
      else moved.set(`${from} ${into}`, { from, into, accounts: [this.#state.ref(account)] });
    };
    for (const [account, home] of this.#homeBefore) {
      const own = partyIdOf(this.#state.ref(account));
      const from = home === null ? own : (this.#before.get(home)?.id ?? own);
      const party = this.#state.parties.of(account);
      add(account, from, party === null ? own : this.#idOf(party));
    }
    for (const [party, { id }] of this.#before) {
      const { parties } = this.#state;
      // Those who stayed were moved when their party got another name.
      if (parties.size(party) === 0 || this.#idOf(party) === id) continue;
      for (const account of parties.accounts(party)) {
        if (!this.#homeBefore.has(account)) add(account, id, this.#idOf(party));
      }
    }
    return [...moved.values()];
  }

  changes(): readonly PartyChange[] {
    const singles: PartyChange[] = [];
    const flows = new Map<string, Flow>();
    const flow = (from: PartyId, into: PartyId, accounts: number): void => {
      const known = flows.get(`${from} ${into}`);
      if (known === undefined) flows.set(`${from} ${into}`, { from, into, accounts });
      else known.accounts += accounts;
    };
    const gone = new Map<GroupNumber, number>();
    for (const [account, home] of this.#homeBefore) {
      if (home !== null) gone.set(home, (gone.get(home) ?? 0) + 1);
      const from = home === null ? null : (this.#before.get(home)?.id ?? null);
      const party = this.#state.parties.of(account);
      const into = party === null ? null : this.#idOf(party);
      if (from !== null && into !== null) flow(from, into, 1);
      else singles.push(...this.#single(account, from, into));
    }
    for (const [party, { id, size }] of this.#before) {
      const stayed = size - (gone.get(party) ?? 0);
      if (stayed > 0) flow(id, this.#idOf(party), stayed);
    }
    return [...singles, ...this.#partyChanges([...flows.values()])].sort(byText);
  }

  #single(
    account: AccountNumber,
    from: PartyId | null,
    into: PartyId | null,
  ): readonly PartyChange[] {
    const ref = this.#state.ref(account);
    if (into !== null) return [{ kind: 'joined', party: into, account: ref }];
    return from === null ? [] : [{ kind: 'left', party: partyIdOf(ref), account: ref, from }];
  }

  #partyChanges(flows: readonly Flow[]): readonly PartyChange[] {
    const before = new Set([...this.#before.values()].map(({ id }) => id));
    const after = new Set(flows.map(({ into }) => into));
    const heirs = new Set<PartyId>();
    const changes: PartyChange[] = [];
    for (const { from, into, accounts } of flows.toSorted(byAccounts)) {
      if (from === into) continue;
      const isGone = !after.has(from);
      // A party that nobody carries on under its id lives on in its largest part.
      const isHeir = isGone && !before.has(into) && !heirs.has(from);
      if (isHeir) heirs.add(from);
      if (isHeir) changes.push({ kind: 'renamed', from, into, accounts });
      else if (isGone && before.has(into)) changes.push({ kind: 'merged', from, into, accounts });
      else changes.push({ kind: before.has(into) ? 'moved' : 'split', from, into, accounts });
    }
    return changes;
  }

  #partyOfMost(accounts: readonly AccountNumber[]): GroupNumber {
    const { parties } = this.#state;
    const votes = new Map<GroupNumber, number>();
    let most: GroupNumber | null = null;
    for (const account of accounts) {
      const party = parties.of(account);
      if (party === null) continue;
      votes.set(party, (votes.get(party) ?? 0) + 1);
      if (most === null || (votes.get(party) ?? 0) > (votes.get(most) ?? 0)) most = party;
    }
    if (most !== null) return most;
    const created = parties.create();
    this.#created.add(created);
    return created;
  }

  #idOf(party: GroupNumber): PartyId {
    const oldest = this.#state.parties.oldest(party);
    const id = partyIdOf(this.#state.ref(oldest));
    this.#state.nameParty(id, oldest);
    return id;
  }
}

function byAccounts(a: Flow, b: Flow): number {
  return b.accounts - a.accounts || (a.into < b.into ? -1 : 1);
}

/** Whatever order things were found in, they are told in one. */
function byText(a: PartyChange, b: PartyChange): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
