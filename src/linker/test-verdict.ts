/** What the linker made of a world, counted against who is who. */
import type { PartyId } from '../model/party.ts';
import type { Linker } from './linker.ts';
import { GANG_KINDS, type GangKind } from './test-gangs.ts';
import type { World, WorldAccount } from './test-world.ts';

export interface GangRow {
  readonly gang: GangKind;
  readonly gangs: number;
  readonly accounts: number;
  /** Accounts in the party that most of their gang are in. */
  readonly joined: number;
  /** Of the others: those that a person is told of. */
  readonly suspected: number;
}

export interface WorldVerdict {
  readonly gangs: readonly GangRow[];
  readonly honest: number;
  /** Honest accounts in a party with anybody else's account. */
  readonly wronged: readonly WorldAccount[];
  /** Honest accounts of which a person is told that they may be somebody else's. */
  readonly suspectedHonest: number;
}

type Judged = Pick<World, 'accounts'>;
type Told = Pick<Linker, 'partyOf' | 'suspicions'>;

export function judgeWorld(world: Judged, linker: Told): WorldVerdict {
  const partyOf = new Map(world.accounts.map(({ ref }) => [ref, linker.partyOf(ref)]));
  const operators = new Map<PartyId, Set<string>>();
  for (const { ref, operator } of world.accounts) {
    const party = partyOf.get(ref) as PartyId;
    operators.set(party, (operators.get(party) ?? new Set()).add(operator));
  }
  const honest = world.accounts.filter(({ gang }) => gang === null);
  return {
    gangs: GANG_KINDS.map((gang) => rowOf(world, gang, partyOf, linker)),
    honest: honest.length,
    wronged: honest.filter(
      ({ ref }) => (operators.get(partyOf.get(ref) as PartyId)?.size ?? 0) > 1,
    ),
    suspectedHonest: honest.filter(({ ref }) => linker.suspicions(ref).length > 0).length,
  };
}

function rowOf(
  world: Judged,
  gang: GangKind,
  partyOf: ReadonlyMap<string, PartyId>,
  linker: Told,
): GangRow {
  const members = world.accounts.filter((account) => account.gang === gang);
  const byOperator = Map.groupBy(members, ({ operator }) => operator);
  let joined = 0;
  let suspected = 0;
  for (const own of byOperator.values()) {
    const parties = Map.groupBy(own, ({ ref }) => partyOf.get(ref));
    const largest = Math.max(...[...parties.values()].map((party) => party.length));
    const main = [...parties.values()].find((party) => party.length === largest) ?? [];
    // One account alone has not been joined to anything.
    joined += largest > 1 ? largest : 0;
    const others = own.filter((account) => largest === 1 || !main.includes(account));
    suspected += others.filter(({ ref }) => linker.suspicions(ref).length > 0).length;
  }
  return { gang, gangs: byOperator.size, accounts: members.length, joined, suspected };
}
